"""What the web server runs: the live branch and static files in front of Django, which is held to so many requests and
bytes at a time, and the tick that releases.
"""

import asyncio
import gc
import logging
import os
import signal
import threading
from collections import Counter
from contextlib import suppress
from functools import partial

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402 - models need Django set up first

from coverage.live.branch import LiveBranch  # noqa: E402
from coverage.live.bus import listen_for_ever  # noqa: E402
from coverage.live.hub import Hub  # noqa: E402
from coverage.live.streams import Streams  # noqa: E402
from coverage.publishing.tick import Tick  # noqa: E402
from newsroom import bodies, logs, pooling  # noqa: E402
from newsroom.headers import sealed  # noqa: E402
from newsroom.static_branch import StaticBranch  # noqa: E402
from newsroom.visits import Noted  # noqa: E402

log = logging.getLogger(__name__)

# Each Django request holds a thread; beyond these the server says so instead of growing without end.
AT_ONCE = 32
WAITING = 256
# Requests whose body is still on its way: they have no place and no thread, and keep nobody who only reads from them.
SENDING = 256
SENDING_OF_ONE = 64  # of one connection to the network, a hall's Wi-Fi perhaps
BUSY = b"The newsroom is busy. Please try again in a few seconds.\n"
# For so many seconds a process that is told to end still takes connections, and answers 502 to whoever only reads: a
# proxy asks another then, without the reader's knowing, and sends nothing here any more. It must not learn that from a
# connection that closes under a form on its way, which nobody may send twice.
NOTICE = 2.0
LEAVING = b"This server is about to end. Please try again.\n"
STAYS = ("/livez", "/metrics")
BROKEN = b"Something broke on our side. Please try again in a minute.\n"


def without_body(send):
    """`send` for an answer to HEAD. Django leaves the body to the server, and granian strips it from HTTP/1 alone:
    over HTTP/2 a strict client calls it a PROTOCOL_ERROR (RFC 9110, section 9.3.2)."""

    async def send_bare(message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
        elif not message.get("more_body"):
            await send({"type": "http.response.body"})

    return send_bare


class Visit:
    """A request on its way through Django: when its body is here it waits for a place, and has it until it leaves."""

    def __init__(self, house: "Application", body: bodies.CountedBody, noted: Noted):
        self.house, self.body, self.noted = house, body, noted
        self.line = bodies.sender(noted.scope)
        self.is_sending, self.has_place = True, False
        house.sending[self.line] += 1

    async def receive(self) -> bodies.Message:
        message = await self.body()
        if self.is_sending and not self.body.is_coming and message["type"] == "http.request":
            self.has_sent()
            self.noted.is_here()
            self.house.inside += 1
            await self.house.places.acquire()
            self.has_place = True
        return message

    def has_sent(self) -> None:
        self.is_sending = False
        self.house.sending -= Counter([self.line])  # forgets who sends no more

    def leave(self) -> None:
        if self.is_sending:
            self.has_sent()
        else:
            self.house.inside -= 1
        if self.has_place:
            self.house.places.release()


class Application:
    """ASGI: lifespan starts and stops what runs beside; HTTP goes to the live branch, else to Django, or is refused."""

    def __init__(self):
        self.places = asyncio.Semaphore(AT_ONCE)
        self.inside, self.sending = 0, Counter[str]()  # by the line they come from
        self.tick = Tick()
        self.hub = Hub()
        self.streams = Streams(self.hub)
        self.live = LiveBranch(self.hub, self.streams)
        self.static = StaticBranch(settings.STATIC_ROOT)
        self.beside: list[asyncio.Task] = []

    async def __call__(self, scope, receive, send) -> None:
        if scope.get("method") == "HEAD":
            send = without_body(send)
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
            return
        try:
            if self.is_left(scope):
                await self.refuse(502, LEAVING, sealed(send))
            elif not (await self.live.serve(scope, receive, send) or await self.static.serve(scope, send)):
                await self.admit(scope, receive, sealed(send))
        except Exception:
            await self.give_up(sealed(send))

    async def admit(self, scope, receive, send) -> None:
        with Noted(scope, send) as noted:
            try:
                if self.is_full(scope):
                    await self.refuse(503, BUSY, noted.send)
                else:
                    await self.answer(scope, receive, noted)
            except Exception:
                await self.give_up(noted.send)

    def is_left(self, scope) -> bool:
        """Whether another process should be asked, since this one is about to end."""
        is_read = scope.get("method") in ("GET", "HEAD")
        return self.streams.is_draining and is_read and scope["path"] not in STAYS

    def is_full(self, scope) -> bool:
        if self.inside >= AT_ONCE + WAITING:
            return True
        if not bodies.is_brought(scope):
            return False
        line = bodies.sender(scope)
        return self.sending.total() >= SENDING or (line != "" and self.sending[line] >= SENDING_OF_ONE)

    async def answer(self, scope, receive, noted: Noted) -> None:
        """Django's answer; 413 to a body that is too large, also while it is read; 408 to one that stops coming."""
        most = bodies.limit_of(scope["path"])
        if bodies.announced(scope) > most:
            await bodies.refuse_large(scope, noted.send, most)
            return
        body = bodies.CountedBody(receive, most)
        visit = Visit(self, body, noted)
        try:
            await django_application(scope, visit.receive, noted.send)
        finally:
            visit.leave()
        if body.is_too_large:
            await bodies.refuse_large(scope, noted.send, most)
        elif body.is_late:
            await bodies.refuse_late(scope, noted.send)

    async def lifespan(self, receive, send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def start(self) -> None:
        logs.tell_what_threads_raise()
        pooling.begin()
        self.tick.start()
        work = [listen_for_ever(self.hub), self.hub.look_for_ever(), self.streams.watch_for_ever()]
        self.beside = [asyncio.create_task(one) for one in work]
        drain_when_told(self.streams)
        calm_the_collector()

    async def stop(self) -> None:
        for task in self.beside:
            task.cancel()
        await asyncio.gather(*self.beside, return_exceptions=True)
        self.hub.close()
        await asyncio.to_thread(self.tick.stop)
        await asyncio.to_thread(pooling.end)

    async def give_up(self, send) -> None:
        """Called where an error has come through to us: granian would print it, with all its words."""
        log.exception("a request failed outside Django")
        with suppress(Exception):  # an answer that was begun ends here
            await self.refuse(500, BROKEN, send)

    async def refuse(self, status: int, sentence: bytes, send) -> None:
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"retry-after", b"5"),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": sentence})


def drain_when_told(streams: Streams) -> None:
    """On SIGTERM the open streams end over DRAIN_SECONDS; granian, told after NOTICE, waits for them and tells the
    application last.

    The loop tells the server through a pipe, which is full when thousands of readers leave at that moment, and then it
    never hears of it. So we tell it, without the pipe, and once: told again, granian waits for ever and stands still.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # not the process's own server: nobody tells it
    loop, servers = asyncio.get_running_loop(), {}

    def drain(number: int) -> None:
        streams.drain(settings.DRAIN_SECONDS)
        loop.call_later(min(NOTICE, settings.DRAIN_SECONDS), servers[number])

    def told(number: int, frame) -> None:
        if not streams.is_draining:
            loop.call_soon_threadsafe(drain, number)

    def as_before(number: int, before) -> None:
        signal.signal(number, before)
        signal.raise_signal(number)

    for name in (signal.SIGTERM, signal.SIGINT):
        of_the_loop, before = loop._signal_handlers.pop(name, None), signal.getsignal(name)
        servers[name] = of_the_loop._run if of_the_loop else partial(as_before, name, before)
        signal.signal(name, told)


def calm_the_collector() -> None:
    """A full collection walks every open stream and holds all of them up: what is loaded is left out of it, and it
    comes seldom. Measured on ten thousand streams, the slowest hundredth hears in half the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 100, 1000)


application = Application()
