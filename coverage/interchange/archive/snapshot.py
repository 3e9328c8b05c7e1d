"""One moment of the record, read for as long as it takes, while posts go on being released."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from coverage.record.models import EventHead, ReleasedArticle, ReleasedParagraph


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
    """Where an event's record stands. Whatever takes words or pictures back blanks entries or paragraphs of its
    wrap, or begins an epoch."""

    epoch: str
    seq: int
    blanked: int


def mark_of(key: int) -> Mark | None:
    """Of the event whose head has this key; None: it is not public any more. Four queries."""
    head = EventHead.objects.public().filter(pk=key).first()
    return head and Mark(head.epoch, head.seq, _taken_back(head))


def is_taken_back_since(before: Mark, now: Mark | None) -> bool:
    """Whether something that readers had at `before` is to be seen no more."""
    return now is None or (now.epoch, now.blanked) != (before.epoch, before.blanked)


def _taken_back(head: EventHead) -> int:
    """How many entries and paragraphs of its wrap are blank, and one if that is withdrawn: it has no entries."""
    withdrawn = ReleasedArticle.objects.filter(head=head, withdrawn_at__isnull=False).count()
    gone = ReleasedParagraph.objects.filter(article__head=head).exclude(gone="").count()
    return head.entries.filter(blanked=True).count() + withdrawn + gone
