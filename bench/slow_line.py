"""A line as narrow and as long as it is told, which counts the bytes that pass: what TCP carries, no heads."""

import asyncio
import time
from dataclasses import dataclass

from tests.lines import Connection, Line

PIECE = 1460  # bytes: what takes turns when several connections share the line
CREDIT = 0.005  # seconds by which a timer may wake late, made up for with the next pieces


@dataclass(frozen=True)
class Passed:
    """`at`: when it arrived, in seconds of `time.time()`."""

    at: float
    bytes: int


class SlowLine(Line):
    """`rate`: bits a second, each way, of all connections together. `latency`: seconds there and back, also taken once
    to open a connection."""

    def __init__(self, newsroom: str, *, latency: float):
        super().__init__(newsroom)
        self.latency = latency
        self.rate = float("inf")
        self.is_free = {"up": 0.0, "down": 0.0}
        self.passed: list[Passed] = []

    def bytes_between(self, start: float, end: float) -> int:
        """Both ways."""
        return sum(one.bytes for one in self.passed if start <= one.at <= end)

    async def opening(self, phone: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.latency)

    async def ended(self) -> None:
        await asyncio.sleep(self.latency)

    async def up(self, connection: Connection, data: bytes) -> None:
        await self._pass("up", connection.newsroom, data)

    async def down(self, connection: Connection, data: bytes) -> None:
        await self._pass("down", connection.phone, data)

    async def _pass(self, way: str, to: asyncio.StreamWriter, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        for first in range(0, len(data), PIECE):
            piece = data[first : first + PIECE]
            begins = max(self.is_free[way], loop.time() - CREDIT)
            self.is_free[way] = begins + len(piece) * 8 / self.rate
            await asyncio.sleep(self.is_free[way] - loop.time())
            loop.call_later(self.latency / 2, self._arrive, to, piece)

    def _arrive(self, to: asyncio.StreamWriter, piece: bytes) -> None:
        self.passed.append(Passed(time.time(), len(piece)))
        to.write(piece)
