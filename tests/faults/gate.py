"""A line between processes of the newsroom that can be cut, slowed or made deaf, and mended."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from tests.lines import Broken, Connection, Line, reset, send

PIECE = 0.2  # seconds a slow line holds each piece
LOOK = 0.05


class State(StrEnum):
    OPEN = "open"
    CUT = "cut"  # every connection is reset, and every new one
    SLOW = "slow"  # each piece comes later
    DEAF = "deaf"  # nothing comes, and nobody is told


class Gate(Line):
    """`state` may be set from any thread."""

    def __init__(self, newsroom: str):
        super().__init__(newsroom)
        self.state = State.OPEN

    @contextmanager
    def being(self, state: State) -> Iterator[None]:
        self.state = state
        try:
            yield
        finally:
            self.state = State.OPEN

    async def opening(self, phone: asyncio.StreamWriter) -> None:
        if self.state == State.CUT:
            reset(phone)
            raise Broken

    async def up(self, connection: Connection, data: bytes) -> None:
        await self._carry_to(connection.newsroom, connection, data)

    async def down(self, connection: Connection, data: bytes) -> None:
        await self._carry_to(connection.phone, connection, data)

    async def _carry_to(self, to: asyncio.StreamWriter, connection: Connection, data: bytes) -> None:
        if self.state == State.SLOW:
            await asyncio.sleep(PIECE)
        while self.state == State.DEAF:
            await asyncio.sleep(LOOK)
        if self.state == State.CUT:
            reset(connection.phone)
            reset(connection.newsroom)
            raise Broken
        await send(to, data)
