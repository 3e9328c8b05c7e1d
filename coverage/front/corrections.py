"""Every correction ever made in the open, newest first."""

import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.pages import Numbered, numbered, rendered
from coverage.front.reading import posts_of, site_stamp
from coverage.record.models import EventHead, ReleasedArticle
from coverage.record.paths import post_path, wrap_path
from coverage.record.querysets import EventHeadQuerySet
from coverage.record.titles import title_of

A_PAGE = 50


@require_safe
def corrections_page(request: HttpRequest) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: HttpResponse(_listed(request)))


def _listed(request: HttpRequest) -> str:
    return corrections_html(EventHead.objects.listed(), request.GET.get("page")).html


def corrections_html(heads: EventHeadQuerySet, number: str | int | None) -> Numbered:
    """The corrections of these events; `number` is the page's, None the first."""
    shown = Paginator(_corrections(heads), A_PAGE).get_page(number)
    address = numbered(reverse("front:corrections"), shown)
    html = rendered("front/corrections.html", {"corrections": shown}, canonical=address)
    return Numbered(html, shown.paginator.num_pages)


def _corrections(heads: EventHeadQuerySet) -> list[dict]:
    """Of posts and of wraps. Two queries."""
    posts = posts_of(heads).exclude(corrections=[])
    articles = ReleasedArticle.objects.of(heads).exclude(corrections=[])
    found = [
        _shown(one, post.head, title_of(post), post_path(post.head, post))
        for post in posts
        for one in post.corrections
    ]
    found += [
        _shown(one, article.head, article.headline, wrap_path(article.head))
        for article in articles
        for one in article.corrections
    ]
    return sorted(found, key=lambda one: one["at"], reverse=True)


def _shown(correction: dict, head: EventHead, title: str, link: str) -> dict:
    at = datetime.datetime.fromisoformat(correction["at"])
    said = {"note": correction["note"], "signed": correction["signed"]}
    return {**said, "at": at, "title": title, "link": link, "head": head}
