"""The home page: what is live now, what is coming, what was."""

from django.core.paginator import Paginator
from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from coverage.front import structured
from coverage.front.caching import conditional
from coverage.front.pages import numbered, page
from coverage.front.reading import site_stamp
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.querysets import EventHeadQuerySet
from newsroom.editorial.states import EventState

LATEST = 3
PAST = 50  # on a page
LATEST_FIRST = F("starts_at").desc(nulls_last=True)  # left alone, the two databases disagree


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _render(request.GET.get("page")))


def _render(number: str | None) -> HttpResponse:
    """From the second page on there are past events alone."""
    listed = EventHead.objects.listed()
    past = Paginator(listed.filter(state=EventState.ENDED).order_by(LATEST_FIRST, "title", "pk"), PAST)
    shown = past.get_page(number)
    context = {"structured": structured.site(), "past": shown}
    if shown.number == 1:
        context |= _now(listed)
    return page("front/home.html", context, canonical=numbered(reverse("front:home"), shown))


def _now(listed: EventHeadQuerySet) -> dict[str, list[EventHead]]:
    latest = Prefetch("posts", ReleasedPost.objects.live().newest_first()[:LATEST], to_attr="latest")
    return {
        "live": list(
            listed.filter(state__in=[EventState.LIVE, EventState.PAUSED])
            .order_by("state", LATEST_FIRST)
            .prefetch_related(latest)
        ),
        "coming": list(
            listed.filter(state=EventState.PLANNED).order_by(F("starts_at").asc(nulls_last=True), "title")
        ),
    }
