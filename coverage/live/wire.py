"""What goes out to open pages, as bytes: one entry, `live.json`, `updates.json`, a frame of the stream."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from coverage.front.reading import stamp_of
from coverage.live.pace import next_poll_s, push
from coverage.record.models import EventHead, Op, Release

NEWEST = 20  # entries in live.json
MOST = 200  # entries in updates.json
LIVE_CACHE = "public, max-age=0, s-maxage=1"
UPDATES_CACHE = "public, max-age=0, s-maxage=5"
JSON = "application/json"
# These say something new and leave every entry before them as it was; any other may have blanked some.
LEAVES_THE_REST = {Op.PUBLISH, Op.UPDATE, Op.REINSTATE, Op.PIN, Op.UNPIN}


class Entry(NamedTuple):
    """One entry of the record, ready to be sent. `at`: its time, seconds since 1970; `plain`: all entries before it
    are as they were."""

    seq: int
    data: bytes
    at: float
    plain: bool


class Head(NamedTuple):
    """An event's state as open pages are told it, and the name of its page's present state."""

    key: int
    slug: str
    epoch: str
    seq: int
    stamp: str
    push: bool
    next_poll_s: int | None

    @classmethod
    def of(cls, head: EventHead) -> "Head":
        return cls(head.pk, head.slug, head.epoch, head.seq, stamp_of(head), push(head), next_poll_s(head))

    @property
    def cursor(self) -> str:
        return f"{self.epoch}-{self.seq}"


def entries(key: int, *, after: int, upto: int, most: int) -> list[Entry]:
    """The entries of a head with numbers above `after`, to `upto`, oldest first. One query."""
    chosen = Release.objects.filter(head=key, seq__gt=after, seq__lte=upto).order_by("seq")[:most]
    return [
        Entry(row.seq, _bytes(row.as_entry()), row.at.timestamp(), row.op in LEAVES_THE_REST)
        for row in chosen
    ]


def live_body(head: Head, newest: Iterable[Entry]) -> bytes:
    """`live.json`, with the last twenty entries, oldest first."""
    return _body(head, newest, push=head.push, next_poll_s=head.next_poll_s)


def live_etag(head: Head) -> str:
    return f'"{head.cursor}-{json.dumps(head.push)}-{json.dumps(head.next_poll_s)}"'


def updates_body(head: Head, found: list[Entry]) -> bytes:
    """`updates.json`."""
    return _body(head, found, more=bool(found) and found[-1].seq < head.seq)


def updates_etag(head: Head, after: int) -> str:
    return f'"{head.cursor}-{after}"'


def frame(epoch: str, entry: Entry) -> bytes:
    """One message of the stream."""
    return b"id: %s-%d\ndata: %s\n\n" % (epoch.encode(), entry.seq, entry.data)


def _body(head: Head, found: Iterable[Entry], **more: Any) -> bytes:
    """JSON of entries that are JSON already."""
    start = _bytes({"event": head.slug, "epoch": head.epoch, "seq": head.seq})
    end = _bytes(more)
    return b'%s,"entries":[%s],%s' % (start[:-1], b",".join(entry.data for entry in found), end[1:])


def _bytes(value: dict) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
