"""The home page: what is live now, what is coming, what was."""

from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from coverage.front import structured
from coverage.front.caching import conditional
from coverage.front.pages import page
from coverage.front.reading import site_stamp
from coverage.record.models import EventHead, ReleasedPost
from newsroom.editorial.states import EventState

LATEST = 3
PAST = 50
LATEST_FIRST = F("starts_at").desc(nulls_last=True)  # left alone, the two databases disagree


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return conditional(request, site_stamp(), _render)


def _render() -> HttpResponse:
    latest = Prefetch("posts", ReleasedPost.objects.live().newest_first()[:LATEST], to_attr="latest")
    listed = EventHead.objects.listed()
    context = {
        "structured": structured.site(),
        "live": list(
            listed.filter(state__in=[EventState.LIVE, EventState.PAUSED])
            .order_by("state", LATEST_FIRST)
            .prefetch_related(latest)
        ),
        "coming": list(
            listed.filter(state=EventState.PLANNED).order_by(F("starts_at").asc(nulls_last=True), "title")
        ),
        "past": list(listed.filter(state=EventState.ENDED).order_by(LATEST_FIRST, "title")[:PAST]),
    }
    return page("front/home.html", context, canonical=reverse("front:home"))
