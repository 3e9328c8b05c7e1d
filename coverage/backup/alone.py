"""Locks on files of DATA_DIR, gone with the process that holds them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from newsroom.editorial.errors import EditorialError

RUNNING = "run.lock"  # the launcher's (`newsroom.launcher.only_one`)
BACKING_UP = "backup.lock"


@contextmanager
def alone(name: str, otherwise: EditorialError) -> Iterator[None]:
    """Holds the lock. Raises `otherwise` if somebody else does."""
    with open(settings.DATA_DIR / name, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise otherwise from None
        yield
