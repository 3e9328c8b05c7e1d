"""Every correction ever made in the open, newest first."""

import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.pages import page
from coverage.front.reading import listed_posts, site_stamp
from coverage.record.paths import post_path
from coverage.record.titles import title_of

A_PAGE = 50


@require_safe
def corrections_page(request: HttpRequest) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _render(request))


def _render(request: HttpRequest) -> HttpResponse:
    shown = Paginator(_corrections(), A_PAGE).get_page(request.GET.get("page"))
    return page("front/corrections.html", {"corrections": shown}, canonical=reverse("front:corrections"))


def _corrections() -> list[dict]:
    found = [
        {
            "at": datetime.datetime.fromisoformat(correction["at"]),
            "note": correction["note"],
            "signed": correction["signed"],
            "title": title_of(post),
            "link": post_path(post.head, post),
            "head": post.head,
        }
        for post in listed_posts().exclude(corrections=[])
        for correction in post.corrections
    ]
    return sorted(found, key=lambda one: one["at"], reverse=True)
