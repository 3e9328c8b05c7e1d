"""As whom the database is asked: for readers as a role of its own, which may read the record and no desk table.

A login role, not SET ROLE: whatever SQL a reader might smuggle in, there is no way back to the desk's.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections

PUBLIC = "public"  # the connection of DATABASE_PUBLIC_URL


def has_own_role() -> bool:
    """Whether readers' side connects as another role than the desk: on PostgreSQL, if DATABASE_PUBLIC_URL is set."""
    return PUBLIC in connections.settings


@contextmanager
def as_readers() -> Iterator[None]:
    """Whatever this thread asks the database meanwhile, models, transactions and plain SQL alike, it asks as readers.

    The desk's connection is out of reach and comes back afterwards. Without a role of their own nothing changes.
    """
    if not has_own_role():
        yield
        return
    desk = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connections[PUBLIC]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = desk
