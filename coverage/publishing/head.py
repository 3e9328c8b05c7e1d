"""The event's row in the record: its lock and its counter.

Whoever will touch a released post takes the head's lock first and the post second. In any other order two releases
of one event can wait for each other for ever on PostgreSQL.
"""

from collections.abc import Iterable

from django.db.models import F

from coverage.models import Event
from coverage.record.bell import ring_after_commit
from coverage.record.models import EventHead


def head_of(event: Event) -> EventHead:
    """The event's head in the record, made empty on first use."""
    return EventHead.objects.get_or_create(desk_id=event.pk)[0]


def lock_head(event: Event) -> EventHead:
    """The head, locked until the transaction ends: places and numbers are given to one release at a time.

    SQLite has no row locks and needs none: its transactions are IMMEDIATE, one writer at a time.
    """
    head_of(event)
    return EventHead.objects.select_for_update().get(desk_id=event.pk)


def lock_heads(events: Iterable[Event]) -> dict[int, EventHead]:
    """The heads by their event's key, locked in one order: two verbs over the same events never wait for each other
    for ever."""
    return {event.pk: lock_head(event) for event in sorted(set(events), key=lambda event: event.pk)}


def take_seq(head: EventHead) -> int:
    """The event's next number, gap-free and in commit order: a transaction rolled back returns it.

    Committed, the bell tells who serves open pages.
    """
    EventHead.objects.filter(pk=head.pk).update(seq=F("seq") + 1)
    head.seq = EventHead.objects.values_list("seq", flat=True).get(pk=head.pk)
    ring_after_commit(head)
    return head.seq
