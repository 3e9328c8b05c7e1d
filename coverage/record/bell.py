"""The bell: after a commit it says "event E has number N" on Redis, from a thread of its own, so that nobody waits.

It names an event by its key alone and says nothing of what was released. A lost ring is no loss: whoever listens looks
at the record each second all the same.
"""

import atexit
import logging
import os
import threading

import redis
from django.conf import settings
from django.db import transaction

from coverage.record.models import EventHead
from newsroom.editorial import impatient
from newsroom.editorial.crash import crash_at

log = logging.getLogger(__name__)
CHANNEL = "newsroom:record"  # a message: "<key of the head> <epoch> <seq>"
LAST_WORDS = 0.5  # seconds a process that ends gives its last rings


class Bell:
    """Rings of one process, the newest of an event standing for those before it."""

    def __init__(self):
        self.waiting: dict[int, str] = {}
        self.changed = threading.Condition()
        self.thread: threading.Thread | None = None

    def ring(self, key: int, epoch: str, seq: int) -> None:
        """Returns at once; the message goes out within a millisecond, or not at all."""
        with self.changed:
            self.waiting[key] = f"{key} {epoch} {seq}"
            if self.thread is None:
                thread = threading.Thread(target=self._run, name="bell", daemon=True)
                thread.start()
                self.thread = thread
            self.changed.notify_all()

    def flush(self, seconds: float = LAST_WORDS) -> None:
        """Waits until everything has been rung, at most so long."""
        with self.changed:
            self.changed.wait_for(lambda: not self.waiting, seconds)

    def _run(self) -> None:
        said = None
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.waiting)
                key, message = next(iter(self.waiting.items()))
            said = self._send(message, said)
            with self.changed:
                if self.waiting.get(key) == message:
                    del self.waiting[key]
                self.changed.notify_all()

    def _send(self, message: str, said: str | None) -> str | None:
        """Answers what went wrong, which is logged once and not for every ring."""
        try:
            impatient.server(settings.REDIS_URL).publish(CHANNEL, message)
            return None
        except redis.RedisError as error:
            if repr(error) != said:
                log.warning("the bell is not heard, the one-second look goes on: %s", error)
            return repr(error)


bell = Bell()


def _in_a_child() -> None:
    """A forked process has no thread of its parent's, and nothing of the parent's to say."""
    global bell
    bell = Bell()


os.register_at_fork(after_in_child=_in_a_child)
atexit.register(lambda: bell.flush())


def ring_after_commit(head: EventHead) -> None:
    """Rings for the number the head has now, if the transaction is committed."""
    key, epoch, seq = head.pk, head.epoch, head.seq

    def ring() -> None:
        crash_at("release.committed")
        bell.ring(key, epoch, seq)

    transaction.on_commit(ring, robust=True)
