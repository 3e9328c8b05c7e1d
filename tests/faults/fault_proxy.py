"""A line that breaks by chance, as its seed says; without rates it passes everything on."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tests.lines import Broken, Connection, Line, reset, send

HEAD_ENDS = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LONGEST_AWAY = 0.5  # seconds
LONGEST_WAIT = 1.0


class Fault(StrEnum):
    """What may befall a request and its answer."""

    AWAY = "away"  # nothing arrives, and for a moment every new connection is reset
    DROPPED = "dropped"  # the request ends somewhere, and the phone gets a reset
    LATE = "late"  # the phone gets a reset, and the request arrives a moment later
    RESET = "reset"  # the request arrives, and instead of its answer the phone gets a reset
    TRUNCATED = "truncated"  # the answer ends somewhere after its head, or does not begin
    DELAYED = "delayed"  # the answer comes a moment later


@dataclass
class Exchange:
    """A request and its answer; `request` is what was held back of it, `cut` the first byte that is not passed on."""

    number: int
    chance: random.Random
    fault: Fault | None
    request: bytes = b""
    answered: int = 0
    cut: int = -1


class FaultProxy(Line):
    """`rates`: in how many exchanges of 1 each fault happens. `log`: what was done, a sentence each."""

    def __init__(self, newsroom: str, seed: int):
        super().__init__(newsroom)
        self.seed = seed
        self.rates: Mapping[Fault, float] = {}
        self.log: list[str] = []
        self.done: Counter[Fault] = Counter()
        self.exchanges = 0
        self.away_until = 0.0

    async def opening(self, phone: asyncio.StreamWriter) -> None:
        if _now() < self.away_until:
            reset(phone)
            raise Broken

    async def up(self, connection: Connection, data: bytes) -> None:
        exchange = connection.exchange
        if exchange is None or exchange.answered:
            exchange = connection.exchange = self._begin()
        if exchange.fault is Fault.AWAY:
            self._go_away(connection)
        if exchange.fault not in (Fault.DROPPED, Fault.LATE):
            return await send(connection.newsroom, data)
        exchange.request += data
        size = length_of(exchange.request)
        if exchange.fault is Fault.LATE and len(exchange.request) >= size:
            await self._send_late(connection)
        if exchange.fault is Fault.DROPPED:
            await self._drop(connection, size)
        return None

    async def down(self, connection: Connection, data: bytes) -> None:
        exchange = connection.exchange
        is_first, exchange.answered = not exchange.answered, exchange.answered + len(data)
        if exchange.fault is Fault.LATE:
            raise Broken
        if exchange.fault is Fault.RESET:
            self._did(connection, f"instead of {data.split(b'\r')[0].decode()}")
            reset(connection.phone)
            raise Broken
        if exchange.fault is Fault.TRUNCATED:
            await self._truncate(connection, data, is_first=is_first)
        if exchange.fault is Fault.DELAYED and is_first:
            await asyncio.sleep(self._wait(connection, LONGEST_WAIT))
        await send(connection.phone, data)

    def _begin(self) -> Exchange:
        """Whatever came before, the nth exchange of a seed has the same fault."""
        self.exchanges += 1
        chance = random.Random(f"{self.seed} {self.exchanges}")
        none = 1 - sum(self.rates.values())
        [fault] = chance.choices([*self.rates, None], [*self.rates.values(), none])
        return Exchange(self.exchanges, chance, fault)

    def _go_away(self, connection: Connection) -> None:
        self.away_until = _now() + self._wait(connection, LONGEST_AWAY)
        reset(connection.phone)
        raise Broken

    async def _drop(self, connection: Connection, size: int) -> None:
        exchange = connection.exchange
        if exchange.cut < 0:
            exchange.cut = exchange.chance.randrange(size)
        if len(exchange.request) > exchange.cut:
            self._did(connection, f"at byte {exchange.cut} of {size}")
            await send(connection.newsroom, exchange.request[: exchange.cut])
            reset(connection.phone)
            raise Broken

    async def _send_late(self, connection: Connection) -> None:
        seconds = self._wait(connection, LONGEST_WAIT)
        reset(connection.phone)
        await asyncio.sleep(seconds)
        await send(connection.newsroom, connection.exchange.request)
        await asyncio.get_running_loop().create_future()  # until its answer breaks the connection

    async def _truncate(self, connection: Connection, data: bytes, *, is_first: bool) -> None:
        exchange = connection.exchange
        if is_first:
            # Without TLS, which phones have, Chromium takes what came of a head for all of it.
            head, size = head_of(data), length_of(data)
            exchange.cut = exchange.chance.randrange(head, size) if head < size else 0
            self._did(connection, f"at byte {exchange.cut} of {size}")
        if exchange.answered > exchange.cut:
            await send(connection.phone, data[: exchange.cut - exchange.answered])
            raise Broken

    def _wait(self, connection: Connection, longest: float) -> float:
        seconds = connection.exchange.chance.uniform(0, longest)
        self._did(connection, f"for {seconds:.2f} s")
        return seconds

    def _did(self, connection: Connection, how: str) -> None:
        exchange = connection.exchange
        self.done[exchange.fault] += 1
        self.log.append(f"{exchange.number}. {exchange.fault} {how}, on connection {connection.number}")


def _now() -> float:
    return asyncio.get_running_loop().time()


def length_of(message: bytes) -> int:
    """Of a whole HTTP message, as the part of it that has come says."""
    head = head_of(message)
    said = LENGTH.search(message, 0, head)
    return head + int(said[1]) if said else len(message)


def head_of(message: bytes) -> int:
    """Bytes until the body begins. The head comes in one piece here."""
    return message.index(HEAD_ENDS) + len(HEAD_ENDS)
