"""One moment of the record, read for as long as it takes, while posts go on being released."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from coverage.record.models import EventHead, ReleasedArticle


@contextmanager
def one_moment() -> Iterator[None]:
    """Every query inside sees the database as it was at the first of them, and holds nobody up.

    On PostgreSQL by REPEATABLE READ; on SQLite by a transaction that only reads, since the newsroom's usual ones
    (IMMEDIATE) would keep every release waiting. Inside a transaction already begun, that one counts.
    """
    if connection.in_atomic_block:
        yield
        return
    with _only_reading(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _only_reading() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()  # which sets the mode
    usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = usual


class Mark(NamedTuple):
    """Where an event's record stands. Whatever takes words or pictures back blanks entries, or changes its wrap, or
    begins an epoch."""

    epoch: str
    seq: int
    blanked: int
    wrap: tuple | None


def mark_of(key: int) -> Mark | None:
    """Of the event whose head has this key; None: it is not public any more. Three queries."""
    head = EventHead.objects.public().filter(pk=key).first()
    return head and Mark(head.epoch, head.seq, head.entries.filter(blanked=True).count(), _wrap(head))


def is_taken_back_since(before: Mark, now: Mark | None) -> bool:
    """Whether something that readers had at `before` may be to be seen no more."""
    return now is None or now._replace(seq=before.seq) != before


def _wrap(head: EventHead) -> tuple | None:
    """Which article readers have, as far as its words go: one that loses any is changed at that moment."""
    article = ReleasedArticle.objects.filter(head=head)
    return article.values_list("number", "changed_at", "withdrawn_at").first()
