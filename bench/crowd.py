"""Those who use a newsroom while its machines are replaced: readers, open pages, editors, a phone that sends a picture.

None of them asks twice for what failed: what a person would see fail is counted.
"""

import asyncio
import base64
import hashlib
import json
import random
import ssl
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

PATHS = ("/", "/events/{slug}/", "/events/{slug}/live.json", "/events/{slug}/updates.json?after=0")
PATHS += ("/events/{slug}/?order=oldest", "/events/{slug}/feed.atom", "/search/?q=words", "/api/v1/events/")
CHUNK = 64 * 1024  # bytes
# Seconds until an open page comes back, as static/js/live.js: told to, and after a stream that broke.
TOLD, BROKEN = (0.0, 1.0), (1.0, 5.0)


@dataclass
class Ledger:
    """`took`: seconds of each request; `failed`: what went wrong, in words; `back`: seconds without a stream."""

    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    broken: int = 0  # streams that ended without a word
    published: dict[str, float] = field(default_factory=dict)


@dataclass
class Crowd:
    """`address` of the balancer, which is asked for `host`. `token`: an editor's."""

    address: str
    host: str
    slug: str
    token: str
    ledger: Ledger = field(default_factory=Ledger)
    pages: list["OpenPage"] = field(default_factory=list)
    image: str = ""  # that was sent in chunks
    is_over: bool = False  # the last chunks are sent at once, and no more posts
    session: aiohttp.ClientSession | None = None
    began: float = field(default_factory=time.monotonic)

    async def ask(self, method: str, path: str, *, expect: tuple[int, ...] = (200,), **more) -> dict | None:
        """One request, counted; its JSON if it has some. None if it failed."""
        answer, started = None, time.monotonic()
        try:
            async with self.session.request(method, self.address + path, **more) as response:
                body = await response.read()
                if response.status in expect:
                    answer = json.loads(body) if body and "json" in response.content_type else {}
                else:
                    self.fail(method, path, f"{response.status} {body[:200]!r}")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self.fail(method, path, repr(error))
        self.ledger.took.append(time.monotonic() - started)
        return answer

    def fail(self, method: str, path: str, what: str) -> None:
        self.ledger.failed.append(f"{time.monotonic() - self.began:.2f} s: {method} {path}: {what}")

    async def read(self, each: float) -> None:
        """A page or what a page asks for, every so many seconds, whatever the answers take."""
        async with asyncio.TaskGroup() as asking:
            while True:
                asking.create_task(self.ask("GET", random.choice(PATHS).format(slug=self.slug)))
                await asyncio.sleep(each * random.uniform(0.5, 1.5))

    async def edit(self, each: float) -> None:
        """Files and publishes a post, again and again until it is over, and not in the middle of one."""
        bearing = {"headers": {"Authorization": f"Token {self.token}"}}
        while not self.is_over:
            address = f"/api/v1/posts/{uuid.uuid4()}/"
            words = {"event": self.slug, "body": f"<p>Words number {len(self.ledger.published)}.</p>"}
            post = await self.ask("PUT", address, expect=(201,), json=words, **bearing)
            if post and await self.ask(
                "POST", f"{address}publish/", json={"version": post["version"]}, **bearing
            ):
                self.ledger.published[post["id"]] = time.monotonic()
            await asyncio.sleep(each)

    async def send_picture(self, picture: bytes, each: float) -> None:
        """In chunks, one every so many seconds."""
        self.image = str(uuid.uuid4())
        address, bearing = f"/api/v1/images/{self.image}/upload/", {"Authorization": f"Token {self.token}"}
        said = {"length": len(picture), "sha256": hashlib.sha256(picture).hexdigest(), "filename": "a.jpg"}
        said |= {"credit": "Ada Byron", "alt_text": "A stage."}
        await self.ask("POST", address, expect=(201,), json=said, headers=bearing)
        for offset in range(0, len(picture), CHUNK):
            chunk = picture[offset : offset + CHUNK]
            checksum = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
            headers = {
                **bearing,
                "Upload-Offset": str(offset),
                "Upload-Checksum": f"sha256 {checksum}",
                "Content-Type": "application/offset+octet-stream",
            }
            await self.ask("PATCH", address, expect=(201, 204), data=chunk, headers=headers)
            if not self.is_over:
                await asyncio.sleep(each)

    @asynccontextmanager
    async def at_work(self, *, streams: int, requests: float, posts: float) -> AsyncIterator[None]:
        """So many open pages, so many requests and posts a second, meanwhile."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connector = aiohttp.TCPConnector(limit=0, ssl=context)
        limits = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)
        headers = {"Host": self.host}
        async with aiohttp.ClientSession(
            connector=connector, timeout=limits, headers=headers
        ) as self.session:
            head = await self.ask("GET", f"/events/{self.slug}/live.json")
            self.pages = [OpenPage(self, head["epoch"], head["seq"]) for _ in range(streams)]
            tasks = [asyncio.create_task(page.follow()) for page in self.pages]
            tasks += [asyncio.create_task(self.read(4 / requests)) for _ in range(4)]
            at_desk = [asyncio.create_task(self.edit(2 / posts)) for _ in range(2)]
            try:
                yield
                self.is_over = True
                await asyncio.gather(*at_desk)
                await self.let_pages_catch_up()
            finally:
                tasks += at_desk
                for task in tasks:
                    task.cancel()
                for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                    if isinstance(outcome, Exception):
                        raise outcome

    async def let_pages_catch_up(self, seconds: float = 20) -> None:
        """Until each has what the first question of a new page would bring, or for so long."""
        for _ in range(int(seconds)):
            await asyncio.sleep(1)
            head = await self.ask("GET", f"/events/{self.slug}/live.json")
            if head and all(page.is_open and page.seq >= head["seq"] for page in self.pages):
                return


@dataclass
class OpenPage:
    """A page's stream: what it applied, and what it was given twice or out of order."""

    crowd: Crowd
    epoch: str
    seq: int
    wrong: int = 0
    is_open: bool = False

    async def follow(self) -> None:
        lost_at: float | None = None
        while True:
            was_told = await self.stream(lost_at)
            if self.is_open:
                lost_at, self.is_open = time.monotonic(), False
                self.crowd.ledger.broken += not was_told
            await asyncio.sleep(random.uniform(*(TOLD if was_told else BROKEN)))

    async def stream(self, lost_at: float | None) -> bool:
        """Follows until the stream ends; whether it was told to come back at once."""
        was_told = False
        address = f"{self.crowd.address}/events/{self.crowd.slug}/stream?after={self.epoch}-{self.seq}"
        try:
            async with self.crowd.session.get(address) as answer:
                if answer.status != 200:
                    self.crowd.fail("GET", "stream", str(answer.status))
                    return False
                self.is_open = True
                if lost_at is not None:
                    self.crowd.ledger.back.append(time.monotonic() - lost_at)
                while frame := await self.frame(answer.content):
                    was_told = was_told or b"event: again" in frame
                    self.hear(frame)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            if not self.is_open:
                self.crowd.fail("GET", "stream", repr(error))
        return was_told

    async def frame(self, content: aiohttp.StreamReader) -> bytes:
        """The next message, b"" at the end."""
        try:
            return await content.readuntil(b"\n\n")
        except asyncio.IncompleteReadError:
            return b""

    def hear(self, frame: bytes) -> None:
        fields = dict(line.split(b": ", 1) for line in frame.strip().split(b"\n") if line[:1] != b":")
        if b"id" in fields:
            number = json.loads(fields[b"data"])["seq"]
            self.wrong += number != self.seq + 1
            self.seq = number
        elif fields.get(b"event") == b"resync":
            self.wrong += 1
