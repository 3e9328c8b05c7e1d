"""`live.json`, the head of the record, and `updates.json`, for whom is further behind. DESIGN: the contract."""

import json
import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from coverage.front.caching import SECOND
from coverage.live.pace import next_poll_s, push
from coverage.record.models import EventHead

NEWEST = 20  # entries in live.json
MOST = 200  # entries in updates.json
_NUMBER = re.compile(r"[0-9]{1,18}")


@require_safe
def live(request: HttpRequest, event: str) -> HttpResponse:
    """The last twenty entries, oldest first: one address for every reader of an event."""
    head = EventHead.objects.public().filter(slug=event).first()
    if head is None:
        return _problem(404, "not_found", "There is no such event.")
    pace, pushed = next_poll_s(head), push(head)
    etag = f'"{head.epoch}-{head.seq}-{json.dumps(pushed)}-{json.dumps(pace)}"'
    response = get_conditional_response(request, etag=etag) or _answer(
        head, entries_after(head, head.seq - NEWEST, NEWEST), push=pushed, next_poll_s=pace
    )
    return _cached(response, etag, seconds=1)


@require_safe
def updates(request: HttpRequest, event: str) -> HttpResponse:
    """At most two hundred entries after a number; none for another epoch or a number not yet reached: start again."""
    head = EventHead.objects.public().filter(slug=event).first()
    if head is None:
        return _problem(404, "not_found", "There is no such event.")
    after = request.GET.get("after", "0")
    if not _NUMBER.fullmatch(after):
        return _problem(400, "invalid", "“after” must be the number of an entry, for example after=17.")
    etag = f'"{head.epoch}-{head.seq}-{int(after)}"'
    response = get_conditional_response(request, etag=etag) or _updates(
        head, request.GET.get("epoch"), int(after)
    )
    return _cached(response, etag, seconds=5)


def entries_after(head: EventHead, seq: int, most: int) -> list[dict]:
    """Entries up to the number `head` was read with, so that both agree, oldest first. One query."""
    return [
        entry.as_entry()
        for entry in head.entries.filter(seq__gt=seq, seq__lte=head.seq).order_by("seq")[:most]
    ]


def _updates(head: EventHead, epoch: str | None, after: int) -> HttpResponse:
    known = epoch in (None, "", head.epoch) and after <= head.seq
    entries = entries_after(head, after, MOST) if known else []
    return _answer(head, entries, more=bool(entries) and entries[-1]["seq"] < head.seq)


def _answer(head: EventHead, entries: list[dict], **more) -> JsonResponse:
    body = {"event": head.slug, "epoch": head.epoch, "seq": head.seq, "entries": entries, **more}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


def _cached(response: HttpResponse, etag: str, *, seconds: int) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age=0, s-maxage={seconds}"
    return response


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    response["Cache-Control"] = SECOND  # an event not announced yet may be in a second
    return response
