"""What the web server runs: Django, held to so many requests at a time and so many bytes, and the tick that releases.

The live branch will stand in front of Django here; see docs/architecture.md.
"""

import asyncio
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django_application = get_asgi_application()

from coverage.publishing.tick import Tick  # noqa: E402 - models need Django set up first
from newsroom import bodies  # noqa: E402

# Each Django request holds a thread; beyond these the server says so instead of growing without end.
AT_ONCE = 32
WAITING = 256
BUSY = b"The newsroom is busy. Please try again in a few seconds.\n"


def without_body(send):
    """`send` for an answer to HEAD. Django leaves the body to the server, and granian strips it from HTTP/1 alone:
    over HTTP/2 a strict client calls it a PROTOCOL_ERROR (RFC 9110, section 9.3.2)."""

    async def send_bare(message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
        elif not message.get("more_body"):
            await send({"type": "http.response.body"})

    return send_bare


class Application:
    """ASGI: lifespan starts and stops the tick, HTTP goes to Django or is told to come back."""

    def __init__(self):
        self.places = asyncio.Semaphore(AT_ONCE)
        self.inside = 0
        self.tick = Tick()

    async def __call__(self, scope, receive, send) -> None:
        if scope.get("method") == "HEAD":
            send = without_body(send)
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
        elif self.inside >= AT_ONCE + WAITING:
            await self.refuse(send)
        else:
            self.inside += 1
            try:
                async with self.places:
                    await self.answer(scope, receive, send)
            finally:
                self.inside -= 1

    async def answer(self, scope, receive, send) -> None:
        """Django's answer; 413 to a body that is too large, before or while it is read."""
        most = bodies.limit_of(scope["path"])
        if bodies.announced(scope) > most:
            await bodies.refuse(scope, send, most)
            return
        counted = bodies.CountedBody(receive, most)
        await django_application(scope, counted, send)
        if counted.is_too_large:
            await bodies.refuse(scope, send, most)

    async def lifespan(self, receive, send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.tick.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await asyncio.to_thread(self.tick.stop)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def refuse(self, send) -> None:
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"retry-after", b"5"),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": BUSY})


application = Application()
