"""Asks the live branch without a server: an ASGI scope in, what it sent out."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import connections

from coverage.live.branch import LiveBranch
from coverage.live.hub import Hub
from coverage.live.streams import Streams
from newsroom.asgi import without_body


@dataclass
class Said:
    """What was answered; `left`: it is Django's to answer."""

    left: bool = False
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_over: bool = False

    async def send(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")
            self.is_over = not message.get("more_body")


class Server:
    """A live branch in the loop of the test; `ask` waits for an answer, `open` follows a stream."""

    def __init__(self, **limits: int):
        self.hub = Hub()
        self.streams = Streams(self.hub, **limits)
        self.branch = LiveBranch(self.hub, self.streams)

    async def ask(
        self, path: str, method: str = "GET", receive=None, said: Said | None = None, **headers
    ) -> Said:
        """`headers` by their names with underscores, `host` ours unless given."""
        said = said or Said()
        path, _, query = path.partition("?")
        given = {"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": ("192.0.2.7", 4711),
        }
        send = without_body(said.send) if method == "HEAD" else said.send
        said.left = not await self.branch.serve(scope, receive or never, send)
        return said

    async def open(self, path: str, **headers) -> tuple[Said, asyncio.Task, asyncio.Event]:
        """A stream under way: what it said so far, its task, and what makes its reader go."""
        said, gone = Said(), asyncio.Event()

        async def receive() -> dict:
            await gone.wait()
            return {"type": "http.disconnect"}

        task = asyncio.create_task(self.ask(path, receive=receive, said=said, **headers))
        await until(lambda: said.status)
        return said, task, gone


async def do(verb: Callable, *arguments, **named):
    """A verb in a thread of its own, as a click would be; its connections end with it."""

    def act():
        try:
            return verb(*arguments, **named)
        finally:
            connections.close_all()

    return await asyncio.to_thread(act)


async def never() -> dict:
    return await asyncio.Event().wait()


async def until(condition: Callable, seconds: float = 5) -> None:
    """Waits for a condition in the loop's own time. Fails if it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def in_a_loop(coroutine):
    """In a thread of its own: a browser test before this one may have left a loop running in ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result(60)


def served(scene: Callable, **limits: int):
    """What `scene(server)` answers, with a server of its own that is closed in the end."""

    async def play():
        server = Server(**limits)
        try:
            return await scene(server)
        finally:
            server.hub.close()

    return in_a_loop(play())
