"""An event's feeds: Atom with tombstones (RFC 4287, RFC 6721) and JSON Feed 1.1, of finished fragments."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.links import absolute, with_absolute_links
from coverage.front.reading import public_head, stamp_of
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.paths import event_path, post_path
from coverage.record.querysets import ReleasedPostQuerySet
from coverage.record.titles import title_of

ENTRIES = 60
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, section 2.2


@require_safe
def atom(request: HttpRequest, event: str) -> HttpResponse:
    head = public_head(event)
    return _with_hub(conditional(request, stamp_of(head), lambda: _atom(head)), head, "feed.atom")


@require_safe
def json_feed(request: HttpRequest, event: str) -> HttpResponse:
    head = public_head(event)
    return _with_hub(conditional(request, stamp_of(head), lambda: _json(head)), head, "feed.json")


def topics(head: EventHead) -> list[str]:
    """The addresses of an event's feeds, as WebSub names them."""
    return [absolute(event_path(head)) + name for name in ("feed.atom", "feed.json")]


def hub_of(head: EventHead) -> str:
    """Where to subscribe to them; "" where there is no hub, or the event is not to be found."""
    return "" if head.unlisted else settings.WEBSUB_HUB


def _with_hub(response: HttpResponse, head: EventHead, name: str) -> HttpResponse:
    """A subscriber looks for the two links here first (WebSub, section 4)."""
    if hub := hub_of(head):
        own = absolute(event_path(head)) + name
        response["Link"] = f'<{hub}>; rel="hub", <{own}>; rel="self"'
    return response


def _atom(head: EventHead) -> HttpResponse:
    changed = list(latest_changes(head)[:ENTRIES])
    updated = max([head.changed_at, *(post.changed_at for post in changed)])
    text = atom_text(head, changed, updated)
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


def latest_changes(head: EventHead) -> ReleasedPostQuerySet:
    """What the Atom feed tells, in its order."""
    return head.posts.order_by("-changed_at", "-position")


def atom_text(head: EventHead, posts: list[ReleasedPost], updated: datetime) -> str:
    """The feed with these posts: entries, then tombstones of those withdrawn. No query."""
    with translation.override(head.language):
        context = {
            "head": head,
            "id": _id(head.announced_at, head.epoch),
            "address": absolute(event_path(head)),
            "hub": hub_of(head),
            "updated": updated,
            "entries": [_entry(head, post) for post in posts if not post.withdrawn_at],
            "withdrawn": [_entry(head, post) for post in posts if post.withdrawn_at],
        }
        return NOT_XML.sub("", render_to_string("front/feed.atom", context))


def _entry(head: EventHead, post: ReleasedPost) -> dict:
    return {
        "id": _id(post.released_at, post.public_id),
        "url": absolute(post_path(head, post)),
        "title": title_of(post) if not post.withdrawn_at else "",
        "html": with_absolute_links(post.fragment),
        "post": post,
    }


def _id(moment, name: str) -> str:
    """A tag URI (RFC 4151): it stays when an address changes."""
    return f"tag:{urlsplit(settings.PUBLIC_URL).hostname},{moment:%Y}:{name}"


def _json(head: EventHead) -> JsonResponse:
    items = [json_item(head, post) for post in head.posts.live().newest_first()[:ENTRIES]]
    feed = {**json_frame(head), "items": items}
    return JsonResponse(feed, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False})


def json_frame(head: EventHead) -> dict:
    """The JSON feed without its items."""
    address = absolute(event_path(head))
    hub = hub_of(head)
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": head.title,
        "description": head.standfirst,
        "home_page_url": address,
        "feed_url": f"{address}feed.json",
        "language": head.language,
        "expired": head.ended_at is not None,
        **({"hubs": [{"type": "WebSub", "url": hub}]} if hub else {}),
    }


def json_item(head: EventHead, post: ReleasedPost) -> dict:
    with translation.override(head.language):  # what has no words of its own is called “Picture”
        entry = _entry(head, post)
    item = {
        "id": entry["id"],
        "url": entry["url"],
        "title": entry["title"],
        "content_html": entry["html"],
        "date_published": post.released_at.isoformat(),
        "date_modified": post.changed_at.isoformat(),
    }
    if post.byline:
        item["authors"] = [{"name": post.byline}]
    if post.keynote_title:
        item["tags"] = [post.keynote_title]
    return item
