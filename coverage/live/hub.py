"""What this process knows of the record, kept up to date: told by the bell, and by a look each second in any case.

Everything but the looks happens in the event loop. A look runs in a thread; what it found is taken in one step.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import connections

from coverage.live import files, looking, metrics, wire
from coverage.live.answers import Answer
from coverage.live.channel import Channel
from coverage.live.freshness import freshness
from coverage.live.wire import Entry

log = logging.getLogger(__name__)
LOOK = 1.0  # seconds between two looks
BETWEEN = 0.25  # seconds between two builds of one event's page: the latest state wins
MOST = 200  # events kept; those nobody follows go first, and of them who was not asked for the longest
WAITING = 100  # questions to the record that readers may have under way; Django has the rest


class Busy(Exception):
    """Too many questions are under way."""


class Hub:
    """The events somebody asked this process for, by slug."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self._loading: dict[str, asyncio.Task] = {}
        self._wanted: set[str] = set()
        self._looking: set[str] = set()
        self._building: set[str] = set()
        self._tasks: set[asyncio.Task] = set()
        # One thread for what streams wait for, one for pages, and what anybody asks holds up neither.
        self._eyes = ThreadPoolExecutor(1, "live-look")
        self._hands = ThreadPoolExecutor(1, "live-page")
        self._ears = ThreadPoolExecutor(1, "live-asked")
        self._asked = 0
        self._said = ""

    async def channel(self, slug: str) -> Channel | None:
        """The event's; None if there is none that is public. However many ask at once, the record is asked once.

        Raises Busy.
        """
        if found := self.channels.pop(slug, None):
            self.channels[slug] = found  # the last of them: asked for just now
            return found
        if slug not in self._loading:
            self._loading[slug] = self._start(self._load(slug))
        return await asyncio.shield(self._loading[slug])

    async def page(self, channel: Channel) -> Answer | None:
        """The finished first page, at most a quarter of a second older than the record; None if it cannot be made."""
        if channel.page is None:
            self._build_soon(channel.head.slug)
            await channel.tried.wait()
        return channel.page and channel.page.answer

    async def chunk(self, channel: Channel, after: int) -> Answer:
        """`updates.json` after a number of the present epoch, kept until the next change if it is one that our pages
        ask for: of each number they would be a hundred megabytes. Raises Busy.
        """
        head, found = channel.head, channel.chunks.get(after)
        if found is None:
            body = wire.updates_body(head, await self.older(channel, after))
            found = Answer(body, wire.JSON, wire.updates_etag(head, after), wire.UPDATES_CACHE)
            await self._when_asked(found.finish)
            if channel.head == head and after % wire.MOST == 0:
                channel.chunks[after] = found
        return found

    async def older(self, channel: Channel, after: int) -> list[Entry]:
        """At most two hundred entries after a number: of the ring if it reaches back so far, else of the record.

        Raises Busy.
        """
        if after >= channel.behind:
            return [entry for entry in channel.ring if entry.seq > after][: wire.MOST]
        return await self._when_asked(looking.older, channel.head, after)

    def heard(self, key: int, epoch: str, seq: int) -> None:
        """The bell: an event has a number. Nothing but a reason to look."""
        for slug, channel in self.channels.items():
            head = channel.head
            if head.key == key and (head.epoch != epoch or head.seq < seq):
                self._look_at(slug)

    async def look_for_ever(self) -> None:
        """The one-second look: finds what the bell did not tell, and builds again what could not be built."""
        while True:
            if settings.PAGE_FILES:
                await self.adopt_files()
            await asyncio.sleep(LOOK)
            with self._told_once():
                await self.look()

    async def look(self) -> None:
        """One look at all events that are kept."""
        kept = {channel.head.key: slug for slug, channel in self.channels.items()}
        found = await self._in_thread(self._eyes, looking.heads, kept) if kept else {}
        freshness.looked()
        for key, slug in kept.items():
            channel = self.channels.get(slug)
            if channel is None or slug in self._looking:
                continue
            if found.get(key) != channel.head:
                metrics.HEALS.inc()
                freshness.owes(slug)
                self._look_at(slug)
            elif channel.page is not None and not channel.is_page_of(channel.head):
                freshness.owes(slug)
                self._build_soon(slug)

    async def adopt_files(self) -> None:
        """Keeps every event up to date that has page files, whoever wrote them: their process may be gone by now."""
        with self._told_once():
            for slug in await self._in_thread(self._hands, files.known):
                channel = await self.channel(slug)
                if channel is None:
                    await self._in_thread(self._hands, files.remove, slug)
                elif channel.page is None:
                    self._build_soon(slug)

    def close(self) -> None:
        """Ends what is under way, the threads and their connections."""
        freshness.forget()
        for task in self._tasks:
            task.cancel()
        for pool in (self._eyes, self._hands, self._ears):
            pool.submit(connections.close_all)
            pool.shutdown()

    async def _load(self, slug: str) -> Channel | None:
        try:
            news = await self._when_asked(looking.first_look, slug)
        finally:
            del self._loading[slug]
        if news is None:
            return None
        channel = self.channels[slug] = Channel(news.head, news.found)
        self._make_room()
        return channel

    def _look_at(self, slug: str) -> None:
        """Looks at one event now, or once more when the look under way is done."""
        self._wanted.add(slug)
        if slug not in self._looking:
            self._looking.add(slug)
            self._start(self._look_while_wanted(slug))

    async def _look_while_wanted(self, slug: str) -> None:
        try:
            while slug in self._wanted:
                self._wanted.discard(slug)
                with self._told_once():
                    await self._take_news(slug)
        finally:
            self._looking.discard(slug)

    async def _take_news(self, slug: str) -> None:
        channel = self.channels.get(slug)
        if channel is None:
            return
        news = await self._in_thread(self._eyes, looking.since, channel.head)
        if news is None:
            self._forget(slug)
            return
        metrics.note_news(channel.head, news)
        channel.take(news.head, news.found, whole=news.whole)
        if channel.page is None or channel.is_page_of(channel.head):
            freshness.paid(slug)
        else:
            freshness.owes(slug)
            self._build_soon(slug)

    def _build_soon(self, slug: str) -> None:
        """Builds the page now, or when the build under way and the pause after it are over."""
        if slug not in self._building:
            self._building.add(slug)
            self._start(self._build_until_new(slug))

    async def _build_until_new(self, slug: str) -> None:
        try:
            with self._told_once():
                while (channel := self.channels.get(slug)) and not channel.is_page_of(channel.head):
                    if not await self._build(channel):
                        return
                    freshness.paid(slug)
                    await asyncio.sleep(BETWEEN)
        finally:
            self._building.discard(slug)

    async def _build(self, channel: Channel) -> bool:
        """Whether all went well; otherwise the next look tries again."""
        try:
            with metrics.PROJECTION.time():
                page = await self._in_thread(self._hands, looking.first_page, channel.head.key)
            if page is None or page.head.slug != channel.head.slug:
                self._forget(channel.head.slug)
                return False
            channel.page = page
            # The files of one that was forgotten meanwhile are being removed.
            keep = settings.PAGE_FILES and not channel.is_gone
            if keep and not await self._in_thread(self._hands, files.put, page):
                channel.page = page.unfinished()
                return False
            return True
        finally:
            channel.tried.set()

    def _forget(self, slug: str) -> None:
        """An event that is not public any more, or that nobody asks for: its streams find it gone."""
        freshness.paid(slug)
        if channel := self.channels.pop(slug, None):
            channel.is_gone = True
            channel.tried.set()
            channel.wake()
        if settings.PAGE_FILES:
            self._hands.submit(files.remove, slug)

    def _make_room(self) -> None:
        idle = [slug for slug, channel in self.channels.items() if not channel.streams]
        for slug in idle[: max(0, len(self.channels) - MOST)]:
            self._forget(slug)

    def _start(self, work) -> asyncio.Task:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _when_asked(self, look: Callable, *arguments: Any) -> Any:
        if self._asked >= WAITING:
            raise Busy
        self._asked += 1
        try:
            return await self._in_thread(self._ears, look, *arguments)
        finally:
            self._asked -= 1

    async def _in_thread(self, pool: ThreadPoolExecutor, look: Callable, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(pool, look, *arguments)

    @contextlib.contextmanager
    def _told_once(self) -> Iterator[None]:
        """The record may be out of reach for a while: what is in memory is served on, and the log says it once."""
        try:
            yield
            self._said = ""
        except Exception as error:  # whatever it is, the next second may be better
            if repr(error) != self._said:
                log.exception("the record cannot be looked at; what is known is served on")
            self._said = repr(error)
