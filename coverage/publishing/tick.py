"""The web process's own look, each second: at what is due, so that releases come out with Redis and Celery dead, and
whether the database is an older one than readers have seen."""

import logging
import threading

from django.db import close_old_connections, connection

from coverage.publishing.epochs import Heights
from coverage.publishing.schedule import release_due

logger = logging.getLogger(__name__)
SECONDS = 1.0


class Tick:
    """A daemon thread. It outlives a database that is away and says so once."""

    def __init__(self, seconds: float = SECONDS):
        self.seconds = seconds
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="release-tick", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Waits for the release under way, at most five seconds."""
        self.stopping.set()
        if self.thread.is_alive():
            self.thread.join(5)

    def run(self) -> None:
        looks = [_release, Heights().look]
        said: dict[int, str] = {}
        while not self.stopping.wait(self.seconds):
            for number, look in enumerate(looks):
                try:
                    close_old_connections()
                    look()
                    said.pop(number, None)
                except Exception as error:  # the next second may be better: this thread must not end
                    if repr(error) != said.get(number):
                        logger.exception("the tick failed and keeps trying")
                    said[number] = repr(error)
        connection.close()


def _release() -> None:
    if released := release_due():
        logger.info("released %d things that were due", len(released))
