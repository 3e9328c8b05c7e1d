"""A line between a phone and the newsroom that passes on what comes. Others are made of it, and do worse."""

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

READ = 65_536  # bytes at once
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing is a reset


class Broken(Exception):
    """This connection carries nothing any more."""


@dataclass
class Connection:
    """`exchange`: what a line knows of the request under way."""

    number: int
    phone: asyncio.StreamWriter
    newsroom: asyncio.StreamWriter
    exchange: Any = None


class Line:
    """What comes before a connection, and what carries bytes `up` to the newsroom and `down`. All may break it."""

    def __init__(self, newsroom: str):
        self.newsroom = newsroom
        self.port = 0
        self.carrying: list[asyncio.Task] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def opening(self, phone: asyncio.StreamWriter) -> None:
        pass

    async def up(self, connection: Connection, data: bytes) -> None:
        await send(connection.newsroom, data)

    async def down(self, connection: Connection, data: bytes) -> None:
        await send(connection.phone, data)

    async def ended(self) -> None:
        """One side has said all; what is still under way may arrive before the other is told."""

    async def serve(self, is_open: threading.Event, end: threading.Event) -> None:
        """Raises what went wrong on the way."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        is_open.set()
        await asyncio.to_thread(end.wait)
        server.close()
        for task in self.carrying:
            task.cancel()
        ended = await asyncio.gather(*self.carrying, return_exceptions=True)
        if wrong := [one for one in ended if isinstance(one, Exception)]:
            raise ExceptionGroup("The line did not only break where it should.", wrong)

    def _accept(self, asked: asyncio.StreamReader, phone: asyncio.StreamWriter) -> None:
        number = len(self.carrying) + 1
        self.carrying.append(asyncio.create_task(self._carry(number, asked, phone)))

    async def _carry(self, number: int, asked: asyncio.StreamReader, phone: asyncio.StreamWriter) -> None:
        with closing(phone), suppress(Broken, OSError):
            await self.opening(phone)
            there = urlsplit(self.newsroom)
            answers, newsroom = await asyncio.open_connection(there.hostname, there.port)
            with closing(newsroom):
                connection = Connection(number, phone, newsroom)
                async with asyncio.TaskGroup() as both:
                    both.create_task(_pump(asked, connection, self.up, self.ended))
                    both.create_task(_pump(answers, connection, self.down, self.ended))


async def _pump(
    source: asyncio.StreamReader,
    connection: Connection,
    carry: Callable[[Connection, bytes], Awaitable[None]],
    ended: Callable[[], Awaitable[None]],
) -> None:
    while data := await source.read(READ):
        await carry(connection, data)
    await ended()
    raise Broken


async def send(to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data)
    await to.drain()


def reset(to: asyncio.StreamWriter) -> None:
    to.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    to.transport.abort()


@contextmanager
def running[Some: Line](line: Some) -> Iterator[Some]:
    """The line, open, in a thread of its own."""
    is_open, end = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as thread:
        ended = thread.submit(asyncio.run, line.serve(is_open, end))
        is_open.wait()
        try:
            yield line
        finally:
            end.set()
            ended.result()
