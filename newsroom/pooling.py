"""Connections to PostgreSQL that the web process keeps for its next requests.

Django answers each request in a thread of its own, so a connection ended with each: for the server a process to begin
and to end, which cost more than what most requests ask. Celery's workers and commands have one thread, and no pool.
"""

from django.db import connections

# Of each connection's role; the requests that Django answers at a time, and what looks beside them.
MOST = 40
SECONDS = 2  # a request waits for one, which without a database is all it does
OPTIONS = {
    "min_size": 0,
    "max_size": MOST,
    "timeout": SECONDS,
    "max_idle": 60,  # seconds after which one that nobody needed ends
    "reconnect_timeout": 1,  # seconds a failed attempt is repeated for; the next request begins another
}
# Of a server that is gone without a word somebody else may have taken the place: milliseconds until that is noticed.
UNANSWERED = 5_000


def begin() -> None:
    """Before the first request. A connection is asked whether it lives before it is used again."""
    for settings in _of_postgresql():
        settings["OPTIONS"] = {"tcp_user_timeout": UNANSWERED, **settings["OPTIONS"], "pool": OPTIONS}
        settings["CONN_HEALTH_CHECKS"] = True


def end() -> None:
    """Closes them all; what is asked later opens one for itself."""
    for connection in connections.all():
        if connection.vendor == "postgresql":
            connection.close()
            connection.close_pool()
    for settings in _of_postgresql():
        settings["OPTIONS"].pop("pool", None)


def _of_postgresql() -> list[dict]:
    return [one for one in connections.settings.values() if one["ENGINE"].endswith("postgresql")]
