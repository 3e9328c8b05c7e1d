"""Django's own `live.json`, `updates.json` and stream: where the live branch is not in front, and for what it leaves.

The same bytes as the branch's (`coverage.live.branch`), made for one request. There is no stream here: 204, and the
page polls.
"""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from coverage.front.caching import SECOND
from coverage.live import wire
from coverage.record.models import EventHead

NUMBER = re.compile(r"[0-9]{1,18}")


@require_safe
def live(request: HttpRequest, event: str) -> HttpResponse:
    """The last twenty entries, oldest first: one address for every reader of an event."""
    head = _head(event)
    if head is None:
        return _problem(404, "not_found", "There is no such event.")
    etag = wire.live_etag(head)
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        wire.live_body(head, _entries(head, head.seq - wire.NEWEST, wire.NEWEST)), content_type=wire.JSON
    )
    return _cached(response, etag, wire.LIVE_CACHE)


@require_safe
def updates(request: HttpRequest, event: str) -> HttpResponse:
    """At most two hundred entries after a number; none for another epoch or a number not yet reached: start again."""
    head = _head(event)
    if head is None:
        return _problem(404, "not_found", "There is no such event.")
    given = request.GET.get("after", "0")
    if not NUMBER.fullmatch(given):
        return _problem(400, "invalid", "“after” must be the number of an entry, for example after=17.")
    after, epoch = int(given), request.GET.get("epoch", "")
    known = epoch in ("", head.epoch) and after <= head.seq
    etag = wire.updates_etag(head, after)
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        wire.updates_body(head, _entries(head, after, wire.MOST) if known else []), content_type=wire.JSON
    )
    return _cached(response, etag, wire.UPDATES_CACHE)


@require_safe
def no_stream(request: HttpRequest, event: str) -> HttpResponse:
    """204: whoever asks polls instead."""
    if _head(event) is None:
        return _problem(404, "not_found", "There is no such event.")
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


def _head(slug: str) -> wire.Head | None:
    head = EventHead.objects.public().filter(slug=slug).first()
    return head and wire.Head.of(head)


def _entries(head: wire.Head, after: int, most: int) -> list[wire.Entry]:
    return wire.entries(head.key, after=after, upto=head.seq, most=most)


def _cached(response: HttpResponse, etag: str, cache: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = cache
    return response


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    response["Cache-Control"] = SECOND  # an event not announced yet may be in a second
    return response
