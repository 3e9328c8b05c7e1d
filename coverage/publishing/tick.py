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
        said, heights = None, Heights()
        while not self.stopping.wait(self.seconds):
            try:
                close_old_connections()
                heights.look()
                for line in release_due():
                    logger.info("released %s", line)
                said = None
            except (
                Exception
            ) as error:  # whatever it is, the next second may be better: this thread must not end
                if repr(error) != said:
                    logger.exception("the tick failed and keeps trying")
                said = repr(error)
        connection.close()
