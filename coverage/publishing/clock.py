"""What time it is for whatever may come out: by the database's clock, which all machines share."""

import datetime
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone

NONE = datetime.timedelta()
# Clocks that are told the time differ by milliseconds: less than this is no error, but the way there and back.
LEAST = datetime.timedelta(seconds=1)


def now() -> datetime.datetime:
    """UTC. A machine whose own clock is wrong is no earlier and no later than the others. Without a query: the clocks
    were compared when the connection was opened, which ours are for each request and each task. SQLite has no clock."""
    connection.ensure_connection()
    return timezone.now() + getattr(connection, "clock_ahead", NONE)


def connect() -> None:
    connection_created.connect(compare, dispatch_uid="publishing.clock")


def compare(connection: Any, **_signal: Any) -> None:
    """Notes on a new connection by how much the database's clock is ahead of ours."""
    if connection.vendor != "postgresql":
        return
    with connection.connection.cursor() as cursor:  # psycopg's own: this is no query of anybody's
        cursor.execute("SELECT clock_timestamp()")
        [theirs] = cursor.fetchone()
    ahead = theirs - timezone.now()
    connection.clock_ahead = ahead if abs(ahead) >= LEAST else NONE
