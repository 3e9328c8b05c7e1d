"""How much a request may bring, and how slowly: Django keeps a whole body before any code of ours sees the request."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from media.uploads import ENVELOPE, MOST_CHUNK
from newsroom.editorial.addresses import address_of, one_line

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MIB = 1024 * 1024
MOST = 2 * MIB  # bytes, where no picture is taken
QUIET = 60  # seconds within which more of a body must come, as nginx has it
# Bytes a second, after the first QUIET seconds: the app on a phone gives up four times as much.
SLOWEST = 1024
PICTURES = 12  # in one form
IMAGES = "/api/v1/images/"


def limit_of(path: str) -> int:
    """The most bytes a body sent to this path may have."""
    if path.startswith(IMAGES) and path.endswith("/upload/"):
        return MOST_CHUNK
    several = PICTURES * settings.IMAGE_MAX_BYTES
    limits = {
        "/field/": several,
        "/admin/media/image/": several,
        IMAGES: settings.IMAGE_MAX_BYTES + ENVELOPE,
    }
    return next((limit for prefix, limit in limits.items() if path.startswith(prefix)), MOST)


def announced(scope: Message) -> int:
    """The Content-Length in bytes; 0 if none was sent: such a body is counted as it comes."""
    given = dict(scope["headers"]).get(b"content-length", b"")
    return int(given) if given.isdigit() else 0


def is_brought(scope: Message) -> bool:
    """Whether a body is to come, which may take long."""
    sends_on = scope["method"] not in ("GET", "HEAD", "OPTIONS")
    return sends_on or announced(scope) > 0 or b"transfer-encoding" in dict(scope["headers"])


def sender(scope: Message) -> str:
    """Which connection to the network brings a body; "" if that is not known, or none is brought."""
    if not is_brought(scope):
        return ""
    forwarded = dict(scope["headers"]).get(b"x-forwarded-for", b"").decode("latin-1")
    return one_line(address_of(forwarded, scope["client"][0] if scope.get("client") else ""))


class CountedBody:
    """ASGI's `receive` until the body is longer than it may be, stops coming or comes too slowly; then the reader is
    told that nobody is there. `is_coming` until all of it is here."""

    def __init__(self, receive: Receive, most: int):
        self.receive, self.left = receive, most
        self.is_coming, self.is_late = True, False
        self.spare = float(QUIET)  # seconds it may yet be waited for

    @property
    def is_too_large(self) -> bool:
        return self.left < 0

    async def __call__(self) -> Message:
        if self.is_too_large or self.is_late:
            return {"type": "http.disconnect"}
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(min(self.spare, QUIET) if self.is_coming else None):
                message = await self.receive()
        except TimeoutError:
            self.is_late = True
            return {"type": "http.disconnect"}
        came = len(message.get("body", b""))
        self.left -= came
        self.spare += came / SLOWEST - (clock() - began)
        self.is_coming = message.get("more_body", False)
        return {"type": "http.disconnect"} if self.is_too_large else message


async def refuse_large(scope: Message, send: Send, most: int) -> None:
    """413 in one sentence."""
    sentence = f"This is too large: at most {most / MIB:.4g} MB are taken here. Send less at a time."
    await _refuse(scope, send, 413, "too_large", sentence)


async def refuse_late(scope: Message, send: Send) -> None:
    """408 in one sentence."""
    sentence = (
        "What you send stopped coming, or comes too slowly. Please send it again, less at a time if you can."
    )
    await _refuse(scope, send, 408, "too_late", sentence)


async def _refuse(scope: Message, send: Send, status: int, code: str, sentence: str) -> None:
    """As a problem for a program. What is left of the body is not read."""
    content_type, body = b"text/plain; charset=utf-8", f"{sentence}\n".encode()
    if scope["path"].startswith("/api/"):
        problem = {"type": "about:blank", "title": code, "status": status, "code": code}
        content_type, body = b"application/problem+json", json.dumps({**problem, "detail": sentence}).encode()
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if scope.get("http_version", "1.1").startswith("1"):  # HTTP/2 ends the stream and has no such header
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
