"""One event as this process serves it: its newest entries in a ring, its finished answers, news for its streams."""

import asyncio
from collections import deque
from collections.abc import Iterable

from coverage.live import wire
from coverage.live.answers import Answer
from coverage.live.looking import RING, Page
from coverage.live.wire import Entry, Head


class Channel:
    """Changed by `take` alone, in the event loop. Entries in the ring are gap-free and end with the head's number.

    Readers are cursors into the ring: there is no queue of anybody's own. `news` is set, and replaced by a new one,
    whenever there may be something to send.
    """

    def __init__(self, head: Head, newest: Iterable[Entry]):
        self.head = head
        self.ring = deque(newest, maxlen=RING)
        self.news = asyncio.Event()
        self.page: Page | None = None
        self.tried = asyncio.Event()  # to build the page
        self.is_gone = False
        self.streams = 0
        self.chunks: dict[int, Answer] = {}
        self._live: Answer | None = None
        self._frames: dict[int, bytes] = {}

    def take(self, head: Head, found: list[Entry], *, whole: bool) -> None:
        """A newer state of the record. `whole`: `found` is the whole ring anew, since earlier entries were blanked."""
        if whole:
            self.ring.clear()
        self.ring.extend(found)
        self.head, self._live = head, None
        self.chunks.clear()
        self._frames.clear()
        self.wake()

    def wake(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()

    @property
    def live(self) -> Answer:
        """`live.json`."""
        if self._live is None:
            newest = list(self.ring)[-wire.NEWEST :]
            self._live = Answer(
                wire.live_body(self.head, newest), wire.JSON, wire.live_etag(self.head), wire.LIVE_CACHE
            )
        return self._live

    def is_page_of(self, head: Head) -> bool:
        """Whether the finished page is that of this state."""
        return self.page is not None and self.page.head.stamp == head.stamp

    @property
    def behind(self) -> int:
        """The smallest cursor the ring can go on from."""
        return self.ring[0].seq - 1 if self.ring else self.head.seq

    def frames(self, after: int) -> bytes:
        """The messages after a cursor that the ring reaches back to; made once for all who stand close behind."""
        if after in self._frames:
            return self._frames[after]
        made = b"".join(wire.frame(self.head.epoch, entry) for entry in self.ring if entry.seq > after)
        # Of each of five hundred places they would be a quarter of a gigabyte.
        if after >= self.head.seq - wire.NEWEST:
            self._frames[after] = made
        return made
