"""Reporters and editors as programs: over the real API, each repeating until she is answered, as the phone does."""

import asyncio
import base64
import hashlib
import json
import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults import raw_http
from tests.faults.filings import picture
from tests.faults.history import History
from tests.faults.whole import EVENT

PATIENCE = 10.0  # seconds for one answer
PAUSE = 0.2  # seconds before the same is asked again
AWAY = 5.0  # seconds for which nobody is sent to a door that failed
CHUNKS = 2  # of a photograph


def marker() -> str:
    """A word nobody else writes, by which one make of one post is known wherever it shows."""
    return f"m{uuid.uuid4().hex[:16]}"


@dataclass
class Person:
    """`doors`: ports, between which a balancer chooses: one that failed is passed over for a while."""

    name: str
    token: str
    doors: list[int]
    history: History
    chance: random.Random
    shut: dict[int, float] = field(default_factory=dict, kw_only=True)  # until when, by the loop's clock

    async def once(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict, dict[str, str]]:
        """Status, answer and headers; the status is 0 if no whole answer came."""
        given = {"authorization": f"Token {self.token}", "content_type": "application/json", **headers}
        now = asyncio.get_running_loop().time()
        door = self.chance.choice([one for one in self.doors if self.shut.get(one, 0) <= now] or self.doors)
        try:
            async with (
                asyncio.timeout(PATIENCE),
                raw_http.ask(door, path, method=method, body=body, **given) as answer,
            ):
                said = await answer.body()
                if answer.status in (502, 503):
                    self.shut[door] = now + AWAY
                return answer.status, json.loads(said) if said else {}, answer.headers
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            self.shut[door] = now + AWAY
            return 0, {}, {}

    async def until_answered(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict, dict[str, str]]:
        """Repeats the very same until somebody says yes or no to it."""
        while True:
            status, answer, told = await self.once(method, path, body, **headers)
            if status and status < 500 and status != 429:
                return status, answer, told
            await asyncio.sleep(PAUSE)


class Reporter(Person):
    """What she has filed and was answered goes to `filed`."""

    async def file(self, *, photograph: bool = True, embargo: datetime | None = None) -> dict:
        """One filing under a UUID of her own, with its photograph. Answers the post as it stands."""
        post, word = str(uuid.uuid4()), marker()
        images = [str(uuid.uuid4())] if photograph else []
        body = {
            "event": EVENT,
            "body": f"<p>Seen by {self.name}: {word}.</p>",
            "images": [{"image": one, "caption": ""} for one in images],
            "submit": True,
        }
        if embargo:
            body["embargo_until"] = embargo.isoformat()
        self.history.note("filing asked", post=post, word=word, body=body["body"], images=images)
        status, answer, _ = await self.until_answered(
            "PUT", f"/api/v1/posts/{post}/", json.dumps(body).encode()
        )
        self.history.note("filing answered", post=post, status=status)
        for image in images:
            await self.send(image)
        return answer

    async def send(self, image: str) -> None:
        """A photograph in chunks, which goes on where it stopped."""
        data = base64.b64decode(picture(self.chance))
        status, path, sha256 = 0, f"/api/v1/images/{image}/upload/", hashlib.sha256(data).hexdigest()
        said = {"length": len(data), "sha256": sha256, "filename": "IMG_1.jpg"}
        said |= {"alt_text": "The hall.", "credit": f"{self.name}/Newsroom"}
        self.history.note("picture asked", image=image, sha256=sha256)
        size = -(-len(data) // CHUNKS)
        chunks = [(start, data[start : start + size]) for start in range(0, len(data), size)]
        while status not in (200, 201):
            _, answer, _ = await self.until_answered("POST", path, json.dumps(said).encode())
            # Of one that is done the last chunk once more, for the picture's answer.
            for start, chunk in [one for one in chunks if one[0] >= answer["offset"]] or chunks[-1:]:
                status = await self._send_chunk(path, start, chunk)
                if status != 204:
                    break
        self.history.note("picture answered", image=image, status=status)

    async def _send_chunk(self, path: str, start: int, chunk: bytes) -> int:
        checksum = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
        headers = {"upload_offset": str(start), "upload_checksum": f"sha256 {checksum}"}
        headers |= {"content_type": "application/offset+octet-stream"}
        status, _, _ = await self.until_answered("PATCH", path, chunk, **headers)
        return status


@dataclass
class Editor(Person):
    """Decides what happens with what was filed. `out`: posts she knows to be published."""

    out: list[str] = field(default_factory=list)

    async def do(self, verb: str, post: str, version: int, **takes: Any) -> tuple[int, dict]:
        """One verb on a post as she saw it; a repeat of it is answered as the first."""
        request = {"by": self.name, "verb": verb, "post": post, "version": version, **takes}
        self.history.note("verb asked", **request)
        body = json.dumps({"version": version, **takes}).encode()
        status, answer, _ = await self.until_answered("POST", f"/api/v1/posts/{post}/{verb}/", body)
        self.history.note("verb answered", **request, status=status)
        return status, answer

    async def look(self, post: str) -> dict:
        _, answer, _ = await self.until_answered("GET", f"/api/v1/posts/{post}/")
        return answer

    async def rewrite(self, post: dict) -> dict:
        """Other words, pending. Answers the post as it stands."""
        word = marker()
        body = {"version": post["version"], "body": f"<p>Put better: {word}.</p>"}
        self.history.note("words asked", post=post["id"], word=word)
        status, answer, _ = await self.until_answered(
            "PUT", f"/api/v1/posts/{post['id']}/", json.dumps(body).encode()
        )
        self.history.note("words answered", post=post["id"], word=word, status=status)
        return answer if status == 200 else post

    async def publish(self, post: dict) -> None:
        status, _ = await self.do("publish", post["id"], post["version"], words_now=True)
        if status == 200:
            self.out.append(post["id"])

    async def schedule(self, post: dict, *, seconds: float = 1.0) -> None:
        """For so long from now, or for the end of its embargo. If that is past when it gets there she is told so, and
        chooses again."""
        while True:
            due = datetime.now(UTC) + timedelta(seconds=seconds)
            if post.get("embargo_until"):
                due = max(due, datetime.fromisoformat(post["embargo_until"]))
            status, _ = await self.do("schedule", post["id"], post["version"], publish_at=due.isoformat())
            if status != 400:
                break
            post = await self.look(post["id"])
        if status == 200:
            self.out.append(post["id"])

    async def correct(self, post_id: str) -> None:
        post = await self.look(post_id)
        if post["state"] == "published":
            post = await self.rewrite(post)
            await self.do("correct", post_id, post["version"], note="It was otherwise.", words_now=True)

    async def withdraw(self, post_id: str) -> None:
        post = await self.look(post_id)
        if post["state"] == "published":
            status, _ = await self.do("withdraw", post_id, post["version"], reason="It was wrong.")
            if status == 200 and post_id in self.out:  # a repeat of hers may have been answered first
                self.out.remove(post_id)
