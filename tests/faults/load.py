"""Everybody at once, in a thread of their own: who reads and tries all the time, who files and edits when told."""

import asyncio
import random
import threading
from collections.abc import Coroutine, Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.fault_proxy import FaultProxy
from tests.faults.history import History
from tests.faults.people import Editor, Reporter
from tests.faults.whole import EVENT, Whole
from tests.faults.witnesses import CHANNELS, Climber, Crowd, Listener, Watcher
from tests.lines import running as line_running

PATIENCE = 8.0  # seconds after which a reader hangs up at the latest, and comes back
CATCH_UP = 30.0  # seconds readers have to hear the last entry


@dataclass(frozen=True)
class Size:
    """How many readers are on streams, how much is asked and filed a second."""

    streams: int
    requests: float
    filings: float


class Load:
    """Runs inside `running`. `lines`: over them reporters reach the doors."""

    def __init__(self, whole: Whole, history: History, size: Size, seed: int, lines: list[FaultProxy]):
        self.whole, self.history, self.size = whole, history, size
        self.chance = random.Random(seed)
        self.lines = lines
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="load", daemon=True)
        reporters, editors = ("rosa", "omar", "lin"), ("editor", "sub")
        self.reporters = [self._person(Reporter, name, self.lines) for name in reporters]
        self.editors = [self._person(Editor, name) for name in editors]
        self.crowd = Crowd(size.requests, [*whole.doors], history, self._chance())
        self.listeners = [
            Listener(
                self._doors(), EVENT, patience=PATIENCE if number else None, name=f"{number}", history=history
            )
            for number in range(size.streams)
        ]
        self.tasks: list[asyncio.Task] = []

    def do(self, work: Coroutine) -> Any:
        """Waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def begin_work(self, seconds: float) -> Future:
        """Filings at their rate for so long, by themselves."""
        return asyncio.run_coroutine_threadsafe(self.work(seconds), self.loop)

    async def begin(self) -> None:
        await asyncio.gather(*(listener.open() for listener in self.listeners))
        waiting = await self.reporters[0].file(photograph=False)
        climber = self._person(Climber, self.reporters[0].name)
        climber.hers = waiting
        work = [listener.follow() for listener in self.listeners]
        work += [Watcher(channel, self._doors(), self.history).watch() for channel in CHANNELS]
        self.tasks = [asyncio.create_task(one) for one in [*work, self.crowd.ask(), climber.climb()]]

    async def end(self, seq: int) -> None:
        """Once readers have heard the last entry, or too late. Raises what went wrong in one of them."""
        try:
            async with asyncio.timeout(CATCH_UP):
                while not all(listener.seq >= seq for listener in self.listeners):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pass  # who has not is found by the invariants
        for task in self.tasks:
            task.cancel()
        ended = await asyncio.gather(*self.tasks, return_exceptions=True)
        if wrong := [one for one in ended if isinstance(one, Exception)]:
            raise ExceptionGroup("A witness has failed.", wrong)

    async def drop(self) -> None:
        """Ends whatever is under way."""
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def one_story(self) -> None:
        """Every verb once: a post published, corrected and withdrawn, one scheduled, each with a photograph."""
        reporter, editor = self.chance.choice(self.reporters), self.chance.choice(self.editors)
        first, second = await asyncio.gather(reporter.file(), reporter.file())
        await asyncio.gather(editor.publish(first), editor.schedule(second, seconds=0.5))
        await editor.correct(first["id"])
        await editor.withdraw(first["id"])

    async def work(self, seconds: float) -> None:
        """Filings at their rate, each in somebody's hands at once; returns when all are done with."""
        async with asyncio.TaskGroup() as under_way:
            count = round(seconds * self.size.filings)
            for _ in range(count):
                under_way.create_task(self._one_filing())
                await asyncio.sleep(1 / self.size.filings)

    async def _one_filing(self) -> None:
        """From the hall to readers, as it may go: some are under embargo, some stay at the desk."""
        reporter, editor, chance = (
            *map(self.chance.choice, (self.reporters, self.editors)),
            self.chance.random(),
        )
        embargo = datetime.now(UTC) + timedelta(seconds=3) if chance < 0.15 else None
        post = await reporter.file(embargo=embargo)
        if chance < 0.4:
            await editor.schedule(post)
        elif chance < 0.8:
            await editor.publish(post)
        if editor.out and self.chance.random() < 0.15:
            await editor.correct(self.chance.choice(editor.out))
        if editor.out and self.chance.random() < 0.1:
            await editor.withdraw(self.chance.choice(editor.out))

    def _person(self, kind: type, name: str, lines: Iterable[FaultProxy] = ()) -> Any:
        doors = [line.port for line in lines] or self._doors()
        return kind(name, self.whole.tokens[name], doors, self.history, self._chance())

    def _doors(self) -> list[int]:
        return self.chance.sample(self.whole.doors, len(self.whole.doors))

    def _chance(self) -> random.Random:
        return random.Random(self.chance.random())


@contextmanager
def running(whole: Whole, history: History, size: Size, seed: int) -> Iterator[Load]:
    """Readers read, from their having opened the page; `end` them before leaving to know that all is well."""
    with ExitStack() as after:
        lines = [after.enter_context(line_running(FaultProxy(door, seed))) for door in whole.addresses]
        load = Load(whole, history, size, seed, lines)
        after.callback(load.loop.close)
        after.callback(load.thread.join)
        after.callback(load.loop.call_soon_threadsafe, load.loop.stop)
        after.callback(lambda: load.do(load.drop()))
        load.thread.start()
        load.do(load.begin())
        yield load
