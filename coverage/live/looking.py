"""Looks at the record, for what is served from memory: asks the database as readers may, in a thread of its own."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import close_old_connections

from coverage.front.build import build_id
from coverage.front.caching import SECOND
from coverage.front.event import event_html
from coverage.live import wire
from coverage.live.answers import Answer
from coverage.live.wire import Entry, Head
from coverage.record.models import EventHead
from coverage.record.wall import as_readers

HTML = "text/html; charset=utf-8"
RING = 500  # entries kept for streams that come back
_LIGHT = ("slug", "epoch", "seq", "state", "previous_edition", "next_edition")


class News(NamedTuple):
    """What a look found. `whole`: the entries are the whole ring, not only what is new."""

    head: Head
    found: list[Entry]
    whole: bool


class Page(NamedTuple):
    """A finished first page, of this state."""

    head: Head
    answer: Answer

    def unfinished(self) -> "Page":
        """The same as one of no state: served, and built again at the next look."""
        return self._replace(head=self.head._replace(stamp=""))


@as_readers()
def heads(keys: Iterable[int]) -> dict[int, Head]:
    """The present state of these events by their heads' keys, without those that are not public. One query."""
    close_old_connections()
    rows = EventHead.objects.public().filter(pk__in=list(keys)).only(*_LIGHT)
    return {row.pk: Head.of(row) for row in rows}


@as_readers()
def first_look(slug: str) -> News | None:
    """An event that nobody asked this process for before; None if there is none that is public."""
    close_old_connections()
    row = EventHead.objects.public().filter(slug=slug).only(*_LIGHT).first()
    return row and _all(Head.of(row))


@as_readers()
def since(known: Head) -> News | None:
    """What is new; None if the event is not public any more. Two queries."""
    head = heads([known.key]).get(known.key)
    if head is None or head.slug != known.slug:
        return None
    if head.epoch != known.epoch or head.seq < known.seq:
        return _all(head)
    found = wire.entries(head.key, after=known.seq, upto=head.seq, most=RING + 1)
    if len(found) > RING or not all(entry.plain for entry in found):
        return _all(head)
    return News(head, found, whole=False)


@as_readers()
def older(head: Head, after: int) -> list[Entry]:
    """At most two hundred entries after a number."""
    close_old_connections()
    return wire.entries(head.key, after=after, upto=head.seq, most=wire.MOST)


@as_readers()
def first_page(key: int) -> Page | None:
    """The finished first page, plain and gzip; None if the event is not public any more."""
    close_old_connections()
    row = EventHead.objects.public().filter(pk=key).first()
    if row is None:
        return None
    head = Head.of(row)
    answer = Answer(event_html(row, {}).encode(), HTML, f'"{head.stamp}-{build_id()}"', SECOND)
    return Page(head, answer.finish())


def _all(head: Head) -> News:
    return News(head, wire.entries(head.key, after=head.seq - RING, upto=head.seq, most=RING), whole=True)
