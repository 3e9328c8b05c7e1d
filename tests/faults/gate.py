"""A line between processes of the newsroom that can be cut, slowed or made deaf, and mended."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from tests.lines import Broken, Connection, Line, reset, running, send

PIECE = 0.2  # seconds a slow line holds each piece
LOOK = 0.05


class State(StrEnum):
    OPEN = "open"
    CUT = "cut"  # every connection is reset, and every new one
    SLOW = "slow"  # each piece comes later
    DEAF = "deaf"  # nothing comes, and nobody is told


class Gate:
    """The line, in a process of its own: a load that is busy here would slow down whoever speaks over it. `port`: of
    127.0.0.1, while it runs."""

    def __init__(self, there: int):
        self.there, self.port = there, 0

    @contextmanager
    def running(self) -> Iterator[None]:
        with subprocess.Popen(
            [sys.executable, "-m", __name__, str(self.there)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as self._process:
            self.port = int(self._process.stdout.readline())
            try:
                yield
            finally:
                self._process.stdin.close()

    @contextmanager
    def being(self, state: State) -> Iterator[None]:
        self._be(state)
        try:
            yield
        finally:
            self._be(State.OPEN)

    def _be(self, state: State) -> None:
        self._process.stdin.write(f"{state}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == f"{state}\n"


class GatedLine(Line):
    """`state` may be set from any thread."""

    state = State.OPEN

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


def main(there: str) -> None:
    """Says its port; then becomes what each line of its input says, and says so, until there is no more."""
    with running(GatedLine(f"http://127.0.0.1:{there}")) as line:
        print(line.port, flush=True)
        for said in sys.stdin:
            line.state = State(said.strip())
            print(line.state, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
