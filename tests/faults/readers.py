"""Open pages without a browser: they follow an event as static/js/live.js does, and keep account of it."""

import asyncio
import json
import random
import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.faults import raw_http

CHUNK = 200  # entries: what live.js rounds down to when it asks for updates.json
PAUSE = 0.05  # seconds before a reader comes back to a door that was shut
STATE = re.compile(rb'data-epoch="(\w+)" data-seq="(\d+)"')


class StartAgain(Exception):
    """The stream said resync, or is ahead of what this page has."""


@dataclass
class Reader:
    """`doors`: ports of web processes, of which it goes on to the next when one is shut. `patience`: after at most so
    many seconds it hangs up and comes back; None: never.

    `applied`: what it applied, in order; `arrived`: when (seconds since 1970), by number; `page`: the posts it shows.
    `twice`: numbers a stream gave it again; `gaps`: times a stream left some out; `ends`: when streams ended.
    """

    doors: list[int]
    slug: str
    patience: float | None = None
    epoch: str = ""
    seq: int = 0
    applied: list[dict] = field(default_factory=list)
    arrived: dict[int, float] = field(default_factory=dict)
    page: dict[str, str] = field(default_factory=dict)
    twice: list[int] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    gaps = resyncs = refusals = returns = 0
    is_streaming = False

    async def open(self) -> None:
        """Opens the page, of an event that has no posts yet."""
        _, _, body = await raw_http.get(self.doors[0], f"/events/{self.slug}/")
        epoch, seq = STATE.search(body).groups()
        self.epoch, self.seq = epoch.decode(), int(seq)

    async def follow(self) -> None:
        """Streams, comes back where it was, and heals by live.json; until it is cancelled."""
        while True:
            try:
                async with asyncio.timeout(self.patience and random.uniform(0.02, self.patience)):
                    await self._stream()
                self.ends.append(time.time())
            except TimeoutError:
                pass  # it has hung up, perhaps in the middle of a message
            except StartAgain:
                await self.poll()
                await asyncio.sleep(PAUSE)
            except (OSError, asyncio.IncompleteReadError):
                self._next_door()
                await asyncio.sleep(PAUSE)
            self.is_streaming = False
            self.returns += 1

    async def poll(self) -> None:
        """Asks live.json, and updates.json for what is older; as `take` of live.js."""
        head = await self._json("live.json")
        assert head["epoch"] == self.epoch
        while head["entries"] and head["entries"][0]["seq"] > self.seq + 1:
            known = self.seq
            missed = await self._json(f"updates.json?epoch={self.epoch}&after={known - known % CHUNK}")
            self._apply_new(missed["entries"])
            if self.seq == known:
                return
        self._apply_new(head["entries"])

    async def _stream(self) -> None:
        path, cursor = f"/events/{self.slug}/stream", f"{self.epoch}-{self.seq}"
        async with raw_http.ask(self.doors[0], path, last_event_id=cursor) as answer:
            if answer.status != 200:
                self.refusals += 1
                raise ConnectionRefusedError
            self.is_streaming, rest = True, b""
            async for piece in answer.pieces():
                *frames, rest = (rest + piece).split(b"\n\n")
                for frame in frames:
                    self._hear(frame)

    def _hear(self, frame: bytes) -> None:
        fields = dict(line.split(b": ", 1) for line in frame.split(b"\n") if not line.startswith(b":"))
        if fields.get(b"event") == b"resync":
            self.resyncs += 1
            raise StartAgain
        if b"data" not in fields or fields.get(b"event") == b"again":
            return
        entry = json.loads(fields[b"data"])
        assert fields[b"id"].decode() == f"{self.epoch}-{entry['seq']}"
        if entry["seq"] <= self.seq:
            self.twice.append(entry["seq"])
        elif entry["seq"] > self.seq + 1:
            self.gaps += 1
            raise StartAgain
        else:
            self._apply(entry)

    def _apply_new(self, entries: Iterable[dict]) -> None:
        for entry in entries:
            if entry["seq"] > self.seq:
                self._apply(entry)

    def _apply(self, entry: dict) -> None:
        self.seq = entry["seq"]
        self.applied.append(entry)
        self.arrived[self.seq] = time.time()
        if entry["op"] == "withdraw":
            self.page.pop(entry["post"], None)
        elif entry["post"] and entry["html"]:
            self.page[entry["post"]] = entry["html"]

    def _next_door(self) -> None:
        self.doors = [*self.doors[1:], self.doors[0]]

    async def _json(self, name: str) -> dict:
        while True:
            try:
                status, _, body = await raw_http.get(self.doors[0], f"/events/{self.slug}/{name}")
            except (OSError, asyncio.IncompleteReadError):
                self._next_door()
                await asyncio.sleep(PAUSE)
            else:
                if status != 502:  # it is about to end
                    assert status == 200, body
                    return json.loads(body)
                self._next_door()


@asynccontextmanager
async def following(readers: list[Reader]) -> AsyncIterator[None]:
    """They follow meanwhile, and who has no state yet opens the page first. What goes wrong in one of them fails."""
    await asyncio.gather(*(reader.open() for reader in readers if not reader.epoch))
    tasks = [asyncio.create_task(reader.follow()) for reader in readers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for answer in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(answer, asyncio.CancelledError), answer
