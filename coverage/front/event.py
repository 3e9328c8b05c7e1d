"""The event page: its head, its run of show and sixty posts, all made of finished fragments."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.links import absolute, event_path
from coverage.front.pages import page
from coverage.front.paging import Window, window
from coverage.front.reading import public_head, stamp_of
from coverage.front.structured import as_script, live_blog, share_card
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.titles import title_of

KEY_EVENTS = 12


@require_safe
def event_page(request: HttpRequest, event: str) -> HttpResponse:
    head = public_head(event)
    return conditional(request, stamp_of(head), lambda: _render(request, head))


def _render(request: HttpRequest, head: EventHead) -> HttpResponse:
    shown = window(head, request.GET)
    pinned = list(head.posts.live().filter(pinned=True).newest_first()) if shown.is_first else []
    on_page = [*pinned, *shown.posts]
    context = {
        "head": head,
        "zone": head.time_zone,
        "window": shown,
        "pinned": pinned,
        "key_events": _key_events(head, on_page),
        "structured": as_script(live_blog(head, on_page)),
        "card": share_card(on_page),
        "feeds": absolute(event_path(head)),
    }
    canonical = event_path(head) + _canonical_query(shown)
    return page(request, "front/event.html", context, canonical=canonical, language=head.language)


def _key_events(head: EventHead, on_page: list[ReleasedPost]) -> list[dict]:
    """The newest key events, each linked to its article on this page or to the page holding it."""
    here = {post.public_id for post in on_page}
    return [
        {
            "post": post,
            "title": title_of(post),
            "link": ("" if post.public_id in here else f"{event_path(head)}?at={post.public_id}")
            + f"#post-{post.public_id}",
        }
        for post in head.posts.live().filter(key_event=True).newest_first()[:KEY_EVENTS]
    ]


def _canonical_query(shown: Window) -> str:
    """Newest first and oldest first are one page to a search engine; every older page is its own."""
    if shown.is_first or not shown.posts or shown.order == "oldest":
        return ""
    return f"?before={shown.posts[0].position + 1}"
