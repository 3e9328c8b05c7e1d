"""What time it is for whatever may come out: by the database's clock, which all machines share."""

import datetime
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone

NONE = datetime.timedelta()


def now() -> datetime.datetime:
    """UTC. A machine whose own clock is wrong is no earlier and no later than the others. Without a query: the clocks
    were compared when the connection was opened, which ours are for each request and each task. SQLite has no clock."""
    return timezone.now() + ahead()


def ahead() -> datetime.timedelta:
    """By how much the database's clock is ahead of ours; negative: behind. Compared when the connection was opened."""
    connection.ensure_connection()
    return getattr(connection, "clock_ahead", NONE)


def connect() -> None:
    connection_created.connect(compare, dispatch_uid="editorial.clock")


def compare(connection: Any, **_signal: Any) -> None:
    """Notes on a new connection by how much the database's clock is ahead of ours (negative: behind it).

    Not at all if its time lies between our question and its answer: nobody can say more than that they agree.
    """
    if connection.vendor != "postgresql":
        return
    before = timezone.now()
    with connection.connection.cursor() as cursor:  # psycopg's own: this is no query of anybody's
        cursor.execute("SELECT clock_timestamp()")
        [theirs] = cursor.fetchone()
    after = timezone.now()
    connection.clock_ahead = min(theirs - before, NONE) + max(theirs - after, NONE)
