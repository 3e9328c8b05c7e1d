"""`/static/` in front of Django, where no nginx answers it: from memory, packed, with the headers every answer has."""

import asyncio
import hashlib
import re
from pathlib import Path, PurePosixPath

from django.conf import settings

from coverage.live.answers import Answer, send_answer

# By the end of a name, as deploy/nginx.conf has them; text is UTF-8.
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "woff": "application/font-woff",
    "eot": "application/vnd.ms-fontobject",
    "md": "text/markdown",
    "txt": "text/plain; charset=utf-8",
    "map": "text/plain; charset=utf-8",
}
TEXTS = ("text/", "image/svg", "application/json")
HASHED = re.compile(r"\.[0-9a-f]{12}\.")
# Scripts are for our own pages alone, but for the one that sites with our frame load. The rest may be asked for from
# elsewhere: a frame in a sandbox has no origin of its own, and readers of feeds show our icons.
OURS_ALONE = re.compile(r"(?!js/embed\.).*\.m?js")


class StaticBranch:
    """`serve` answers a request, or leaves it. What was read once is kept until the process ends."""

    def __init__(self, root: Path):
        self.root = root.resolve()
        self.answers: dict[str, Answer] = {}

    async def serve(self, scope, send) -> bool:
        """Whether it was answered; False: no such file, ask Django. `send` leaves out the body of a HEAD."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        if not scope["path"].startswith(settings.STATIC_URL):
            return False
        name = scope["path"].removeprefix(settings.STATIC_URL)
        answer = self.answers.get(name) or await asyncio.to_thread(self._read, name)
        if answer is None:
            return False
        asked = dict(scope["headers"])
        if not answer.content_type.startswith(TEXTS):
            asked.pop(b"accept-encoding", None)  # it is packed as it is
        await send_answer(answer, asked, send)
        return True

    def _read(self, name: str) -> Answer | None:
        """None: there is no such file below the root, or this is another spelling of its name."""
        if PurePosixPath(name).as_posix() != name or ".." in name:
            return None
        try:
            path = (self.root / name).resolve()
            if not path.is_relative_to(self.root) or not path.is_file():
                return None
        except (OSError, ValueError):  # a name that no file can have: too long, or with a NUL
            return None
        body = path.read_bytes()
        self.answers[name] = Answer(
            body,
            TYPES.get(path.suffix[1:], "application/octet-stream"),
            f'"{hashlib.sha256(body).hexdigest()[:20]}"',
            "public, max-age=31536000, immutable" if HASHED.search(name) else "public, max-age=60",
            for_anybody=OURS_ALONE.fullmatch(name) is None,
        ).finish()
        return self.answers[name]
