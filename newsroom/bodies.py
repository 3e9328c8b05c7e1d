"""How much a request may bring: Django keeps a whole body on disk before any code of ours sees the request."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from media.uploads import ENVELOPE, MOST_CHUNK

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MIB = 1024 * 1024
MOST = 2 * MIB  # bytes, where no picture is taken
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


class CountedBody:
    """ASGI's `receive` until the body is longer than it may be; then the reader is told that nobody is there."""

    def __init__(self, receive: Receive, most: int):
        self.receive, self.left = receive, most

    @property
    def is_too_large(self) -> bool:
        return self.left < 0

    async def __call__(self) -> Message:
        if not self.is_too_large:
            message = await self.receive()
            self.left -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_too_large else message


async def refuse(scope: Message, send: Send, most: int) -> None:
    """Answers 413 in one sentence, as a problem for a program. What is left of the body is not read."""
    sentence = f"This is too large: at most {most / MIB:.4g} MB are taken here. Send less at a time."
    content_type, body = b"text/plain; charset=utf-8", f"{sentence}\n".encode()
    if scope["path"].startswith("/api/"):
        problem = {"type": "about:blank", "title": "too_large", "status": 413, "code": "too_large"}
        content_type, body = b"application/problem+json", json.dumps({**problem, "detail": sentence}).encode()
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if scope.get("http_version", "1.1").startswith("1"):  # HTTP/2 ends the stream and has no such header
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
