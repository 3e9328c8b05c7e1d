"""HTTP/1.1 by hand: the bytes as they come, of an answer that may never end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

MOST = 2**26  # bytes of one line or chunk a reader keeps


@dataclass
class Answer:
    """`pieces` are the body; `head` the bytes of the status line and the headers."""

    status: int
    head: bytes
    headers: dict[str, str]
    reader: asyncio.StreamReader

    async def pieces(self) -> AsyncIterator[bytes]:
        """Its parts as they arrive. Raises asyncio.IncompleteReadError if it is cut off, not ended."""
        if self.headers.get("transfer-encoding") != "chunked":
            yield await self.reader.readexactly(int(self.headers.get("content-length", "0")))
            return
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            yield await self.reader.readexactly(size)
            await self.reader.readexactly(2)

    async def body(self) -> bytes:
        if self.status in (204, 304):
            return b""
        return b"".join([piece async for piece in self.pieces()])


@asynccontextmanager
async def ask(
    port: int, path: str, *, method: str = "GET", body: bytes = b"", **headers: str
) -> AsyncIterator[Answer]:
    """An answer under way on a connection of its own; `headers` with underscores. Raises OSError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=MOST)
    try:
        given = {"host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if method != "GET":
            given["content-length"] = str(len(body))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        status, *pairs = head.decode("latin-1").strip().split("\r\n")
        named = dict(pair.split(": ", 1) for pair in pairs)
        yield Answer(
            int(status.split()[1]), head, {name.lower(): value for name, value in named.items()}, reader
        )
    finally:
        writer.transport.abort()


async def get(port: int, path: str, **headers: str) -> tuple[int, bytes, bytes]:
    """Status, head and body of a whole answer."""
    async with ask(port, path, **headers) as answer:
        return answer.status, answer.head, await answer.body()
