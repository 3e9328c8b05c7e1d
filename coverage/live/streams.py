"""The stream: entries as server-sent events, one small task a reader, and one timer for all of them.

A reader is a cursor into the ring of an event. Who is behind it is served from the record; who is too far behind, or
of another epoch, is told to resync. Nothing is ever kept for a reader who does not take it.
"""

import asyncio
import random
from collections import Counter
from contextlib import suppress

from django.conf import settings

from coverage.live import metrics, unread, wire
from coverage.live.answers import Headers, security_headers
from coverage.live.channel import Channel
from coverage.live.hub import Busy, Hub
from coverage.live.updates import NUMBER

HEARTBEAT = 15.0  # seconds of silence before a comment
LIFE = (
    300.0,
    420.0,
)  # seconds after which a stream ends by itself: between these, so that not all come back at once
BLOCKED = 20.0  # seconds a reader may take nothing while there is something to send
RETRY = 3000  # milliseconds a browser waits before it comes back
FURTHEST = 2000  # entries behind which a reader is told to resync, or before
LAG = 5.0  # seconds until this process must have learnt what another has told a reader of
SWEEP = 1.0  # seconds between two looks of the one timer
DRAIN_SWEEP = 0.1

HELLO = b"retry: %d\n: here\n\n" % RETRY
COMMENT = b":\n\n"
# Said at the end of a stream that nothing is wrong with: its reader comes back at once, for it comes alone. A browser
# that is not our page keeps to the milliseconds.
AGAIN = b"retry: 500\nevent: again\ndata: elsewhere\n\n"
RESYNC = b"event: resync\ndata: start again\n\n"
NO_PLACE: Headers = [(b"cache-control", b"no-store")]


class Streams:
    """The streams of this process: their places, their timer, their end."""

    def __init__(self, hub: Hub, *, most: int | None = None, most_of_one: int | None = None):
        self.hub = hub
        self.most = settings.STREAMS if most is None else most
        self.most_of_one = settings.STREAMS_PER_ADDRESS if most_of_one is None else most_of_one
        self.open: set[Stream] = set()
        self.of_address: Counter[str] = Counter()
        self.is_draining = False
        metrics.STREAMS.set_function(lambda: len(self.open))

    async def serve(self, channel: Channel, address: str, cursor: str, receive, send) -> None:
        """Streams to one reader until either side ends it; 204 if there is no place, so that the page polls."""
        if self.is_draining or len(self.open) >= self.most or self.of_address[address] >= self.most_of_one:
            metrics.REFUSED.inc()
            headers = [*NO_PLACE, *security_headers()]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        stream = Stream(self.hub, channel, receive, send)
        self.open.add(stream)
        self.of_address[address] += 1
        channel.streams += 1
        try:
            await stream.run(cursor)
        finally:
            channel.streams -= 1
            self.open.discard(stream)
            self.of_address[address] -= 1
            if not self.of_address[address]:
                del self.of_address[address]

    async def watch_for_ever(self) -> None:
        """The one timer: heartbeats, readers that take nothing, streams that are old enough."""
        loop, beaten = asyncio.get_running_loop(), 0.0
        told = unread.close_after(BLOCKED)
        while True:
            await asyncio.sleep(DRAIN_SWEEP if self.is_draining else SWEEP)
            told = told or unread.close_after(BLOCKED)  # the server begins to listen after us
            now = loop.time()
            for stream in list(self.open):
                stream.check(now)
            if now - beaten >= HEARTBEAT:
                beaten = now
                for channel in self.hub.channels.values():
                    if channel.streams:
                        channel.wake()

    def drain(self, seconds: float) -> None:
        """This process is about to end: its streams end one by one within so long, and no new one begins."""
        self.is_draining = True
        now = asyncio.get_running_loop().time()
        for stream in self.open:
            stream.ends_at = min(stream.ends_at, now + random.uniform(0, seconds))


class Stream:
    """One reader's. `taking_since`: when it was last given something it has not taken yet; None: it waits for news."""

    __slots__ = ("channel", "cursor", "ends_at", "hub", "is_over", "receive", "send", "taking_since", "task")

    def __init__(self, hub: Hub, channel: Channel, receive, send):
        self.hub, self.channel, self.receive, self.send = hub, channel, receive, send
        self.cursor = channel.head.seq
        self.taking_since: float | None = None
        self.is_over = False
        self.ends_at = asyncio.get_running_loop().time() + random.uniform(*LIFE)
        self.task = asyncio.current_task()

    async def run(self, cursor: str) -> None:
        """`cursor`: "<epoch>-<seq>" the reader has, "" for what comes from now on."""
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-cache, no-transform"),
            (b"x-accel-buffering", b"no"),
            *security_headers(),
        ]
        watcher = asyncio.create_task(self._until_gone())
        try:
            await self.send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._give(HELLO)
            if await self._catch_up(cursor):
                await self._follow()
            else:
                metrics.RESYNCS.inc()
                await self._give(RESYNC)
            await self.send({"type": "http.response.body", "body": b""})
        except asyncio.CancelledError:
            if not self.is_over:
                raise
            await self._say_the_end()
        finally:
            watcher.cancel()

    def check(self, now: float) -> None:
        """Ends it if its reader takes nothing, or if it is old enough."""
        if self.taking_since is not None and now - self.taking_since > BLOCKED:
            metrics.BLOCKED.inc()
            self._end()
        elif now >= self.ends_at and (self.taking_since is None or now - self.ends_at > BLOCKED):
            self._end()

    def _end(self) -> None:
        if not self.is_over:
            self.is_over = True
            self.task.cancel()

    async def _until_gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self._end()

    async def _say_the_end(self) -> None:
        """That it may come back, and the last chunk; a reader that takes nothing gets neither and is cut off."""
        if self.taking_since is None:
            await self.send({"type": "http.response.body", "body": AGAIN})

    async def _catch_up(self, cursor: str) -> bool:
        """Gives what came after the reader's cursor; False if it has to begin anew."""
        if not cursor:
            return True
        epoch, _, number = cursor.rpartition("-")
        if not NUMBER.fullmatch(number):
            return False
        await self._learn_of(epoch, int(number))
        head = self.channel.head
        if epoch != head.epoch or not head.seq - FURTHEST <= int(number) <= head.seq:
            return False
        self.cursor = int(number)
        while self.cursor < self.channel.behind:
            try:
                found = await self.hub.older(self.channel, self.cursor)
            except Busy:
                return False
            if not found or self.channel.head.epoch != epoch:
                return False
            await self._give(b"".join(wire.frame(epoch, entry) for entry in found))
            self.cursor = found[-1].seq
        return True

    async def _learn_of(self, epoch: str, number: int) -> None:
        """Waits, for a reader who comes from another process and is ahead of this one, until it knows as much."""
        channel = self.channel
        if number > channel.head.seq + FURTHEST:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(LAG):
                while channel.head.epoch == epoch and channel.head.seq < number and not channel.is_gone:
                    await channel.news.wait()

    async def _follow(self) -> None:
        """Gives what comes, as it comes, to the end of this stream."""
        channel, epoch, seq = self.channel, self.channel.head.epoch, 0
        while True:
            news = channel.news
            if (
                channel.is_gone
                or channel.head.epoch != epoch
                or channel.head.seq < seq
                or self.cursor < channel.behind
            ):
                metrics.RESYNCS.inc()
                await self._give(RESYNC)
                return
            seq = channel.head.seq
            if self.cursor < seq:
                metrics.SENT.inc(seq - self.cursor)
                frames, self.cursor = channel.frames(self.cursor), seq
                await self._give(frames)
                continue
            await news.wait()
            if channel.head.seq == seq and not channel.is_gone and channel.head.epoch == epoch:
                await self._give(COMMENT)

    async def _give(self, data: bytes) -> None:
        self.taking_since = asyncio.get_running_loop().time()
        await self.send({"type": "http.response.body", "body": data, "more_body": True})
        self.taking_since = None
