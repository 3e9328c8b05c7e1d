"""The event page: its head, its run of show and sixty posts, all made of finished fragments."""

import datetime
import zoneinfo
from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.days import day_by_day
from coverage.front.links import absolute
from coverage.front.pages import rendered
from coverage.front.paging import Window, window
from coverage.front.reading import described, public_head, stamp_of
from coverage.front.structured import live_blog
from coverage.record.models import EventHead
from coverage.record.paths import event_path
from coverage.record.querysets import Printed
from newsroom.editorial.states import EventState

KEY_EVENTS = 12
FOLLOWED = (EventState.PLANNED, EventState.LIVE, EventState.PAUSED)


class KeyEvent(NamedTuple):
    """The columns of a post that the list of key events needs."""

    public_id: str
    position: int
    title: str
    happened_at: datetime.datetime | None
    structured: str


@require_safe
def event_page(request: HttpRequest, event: str) -> HttpResponse:
    head = public_head(event)
    return conditional(request, stamp_of(head), lambda: HttpResponse(event_html(head, request.GET)))


def event_html(head: EventHead, asked: Mapping[str, str], *, framed: bool = False) -> str:
    """The whole page, the same for everybody; `asked` is what the address asks for, {} the first page."""
    return html_of(head, window(head, asked), framed=framed)


def html_of(head: EventHead, shown: Window, *, framed: bool = False) -> str:
    """The page with these posts. `framed`: to be shown in other sites' pages, without our frame and what is for search
    engines.

    Only the columns that are printed are read, and nothing is made but the frame around the fragments.
    """
    pinned = _pinned(head) if shown.is_first else []
    on_page = described([*pinned, *shown.posts], head)
    changed = max((post.changed_at for post in on_page), default=head.changed_at)
    context = {
        "head": head,
        "zone": head.time_zone,
        "window": shown,
        "posts": _days(shown.posts, head),
        "programme": _programme(head),
        "pinned": pinned,
        "key_events": (keys := _key_events(head, on_page)),
        "key_days": len({key["at"].date() for key in keys if key["at"]}),
        "most_key_events": KEY_EVENTS,
        "structured": "" if framed else live_blog(head, (post.structured for post in on_page), changed),
        "card": head.card or next((post.card for post in on_page if post.card), None),
        "event": event_path(head),
        "push": bool(settings.PUSH_SERVICES) and not framed and head.state in FOLLOWED,
        "feeds": absolute(event_path(head)),
    }
    canonical = event_path(head) + shown.canonical
    template = "front/embed.html" if framed else "front/event.html"
    return rendered(template, context, canonical=canonical, language=head.language)


def _days(posts: list[Printed], head: EventHead) -> SafeString:
    with translation.override(head.language):
        return day_by_day(posts, zoneinfo.ZoneInfo(head.time_zone))


def _programme(head: EventHead) -> str:
    """The run of show; open where it is all there is to read."""
    closed = head.programme_fragment
    return closed.replace("<details>", "<details open>", 1) if head.state == EventState.PLANNED else closed


def _pinned(head: EventHead) -> list[Printed]:
    return list(head.posts.live().filter(pinned=True).newest_first().printed())


def _key_events(head: EventHead, on_page: list[Printed]) -> list[dict]:
    """The newest key events, each linked to its article on this page or to the page holding it."""
    here, zone = {post.public_id for post in on_page}, zoneinfo.ZoneInfo(head.time_zone)
    marked = head.posts.live().filter(key_event=True).newest_first()
    posts = list(marked.values_list(*KeyEvent._fields, named=True)[:KEY_EVENTS])
    elsewhere = f"{event_path(head)}?at="
    return [
        {
            "id": post.public_id,
            "position": post.position,
            "title": post.title,
            "at": post.happened_at and post.happened_at.astimezone(zone),
            "link": f"{'' if post.public_id in here else elsewhere + post.public_id}#post-{post.public_id}",
        }
        for post in described(posts, head)
    ]
