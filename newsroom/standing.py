"""How publishing stands: what is late, and by how much. For a prober (`/healthz/publishing`) and for `/metrics`."""

import datetime
import functools
import time
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from coverage.live.freshness import freshness
from coverage.publishing import pulse, schedule
from newsroom.editorial import clock, impatient

# Seconds beyond which each is late. A due post comes out within two with everything alive, within ten after a fault.
MOST = {"oldest_due": 10, "unfinished_page": 10, "record_looked_at": 10, "beat": 10}
QUEUES = ("publish", "images", "mail")


@dataclass(frozen=True)
class Standing:
    """Seconds, of this moment. `oldest_due` since the time of what is due longest and not released (0: nothing is);
    `unfinished_page` since a change that the finished pages of this process do not show (0: they are up to date);
    `record_looked_at` since its last look at the record (None: it serves no pages); `beat` since beat was heard (None:
    unknown without Redis; infinite: not for a day)."""

    oldest_due: float
    unfinished_page: float
    record_looked_at: float | None
    beat: float | None

    def late(self) -> list[str]:
        """The names of what is beyond its bound."""
        return [name for name, most in MOST.items() if (getattr(self, name) or 0) > most]


def standing(at: datetime.datetime | None = None) -> Standing:
    """Of `at`, now if None. Raises DatabaseError."""
    at = at or clock.now()
    due = schedule.due(at)
    oldest = (at - due[0].at).total_seconds() if due else 0.0
    now = time.monotonic()
    return Standing(oldest, freshness.unfinished(now), freshness.unlooked(now), _beat(at))


def _beat(at: datetime.datetime) -> float | None:
    try:
        last = pulse.last_beat()
    except redis.RedisError:
        return None
    return max(0.0, (at - last).total_seconds()) if last else float("inf")


def waiting() -> dict[str, int] | None:
    """How many messages wait in each of Celery's queues; None: Redis does not answer."""
    try:
        with impatient.server(settings.REDIS_URL).pipeline(transaction=False) as asked:
            for name in QUEUES:
                asked.llen(name)
            return dict(zip(QUEUES, asked.execute(), strict=True))
    except redis.RedisError:
        return None


def database() -> str:
    """ok, down (as the desk or as readers), or behind: this code has migrations that were not applied."""
    try:
        for connection in connections.all():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        applied = MigrationRecorder(connections["default"]).applied_migrations()
    except DatabaseError:
        return "down"
    return "ok" if migrations() <= applied.keys() else "behind"


@functools.cache
def migrations() -> frozenset[tuple[str, str]]:
    """All that this code has, by app and name. They do not change while it runs."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
