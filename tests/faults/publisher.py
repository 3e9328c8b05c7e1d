"""A process that releases by the real verbs, one for each line it is told; and, for tests, its handle.

As a program (`python -m tests.faults.publisher`) it reads `{"verb", "event", "by", "post", …}` and answers `{"post",
"seq", "at", "took"}`: the post, the number of its newest entry, when the verb had returned and how long it took, in
seconds. `loss` is the share of the bell's rings that never leave it, from this line on.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.processes import database_url


class Publisher:
    """Runs from its making until `stop`. Tells one verb at a time."""

    def __init__(self, event: str, redis_url: str, **environment: str):
        self.event, self.posts, self.done = event, [], []
        command = [sys.executable, "-m", "tests.faults.publisher"]
        given = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": redis_url,
            **environment,
        }
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=given, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    async def do(self, verb: str, post: str = "", **fields: Any) -> dict:
        """Waits for the verb, in a thread, and answers what it did."""
        order = {"verb": verb, "event": self.event, "post": post, **fields}
        said = await asyncio.to_thread(self._tell, order)
        self.done.append(said)
        if verb == "publish":
            self.posts.append(said["post"])
        elif verb == "withdraw":
            self.posts = [one for one in self.posts if one != post]
        return said

    async def do_something(self, **fields: Any) -> dict:
        """Mostly a new post, else something with one there is."""
        verb = random.choice(["publish", "publish", "publish", "update", "correct", "withdraw"])
        if verb == "publish" or len(self.posts) < 3:
            return await self.do("publish", **fields)
        return await self.do(verb, random.choice(self.posts), **fields)

    def _tell(self, order: dict) -> dict:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return json.loads(line)

    def stop(self) -> str:
        """Ends it, and answers what it wrote to its log."""
        _, log = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, log
        return log


def carry_out(order: dict) -> dict:
    """One verb, by the event's chief."""
    from coverage.models import Event
    from coverage.publishing import filing, publication
    from coverage.record.models import Release
    from newsroom.editorial.people import User

    chief = User.objects.get(username="chief")
    words = order.get("body") or f"<p>Words number {random.getrandbits(40)}.</p>"
    if order["verb"] == "publish":
        post = filing.create_post(Event.objects.get(slug=order["event"]), by=chief, body=words)
    else:
        post = publication.post_by_id(order["post"])
    if order["verb"] in ("update", "correct"):
        filing.update_post(post, by=chief, body=words)
        post = publication.post_by_id(post.pk)
    began = time.perf_counter()
    match order["verb"]:
        case "publish" | "update":
            publication.publish(post, by=chief)
        case "correct":
            publication.correct(post, by=chief, note="It was otherwise.")
        case "withdraw":
            publication.withdraw(post, by=chief, reason="It was wrong.")
    returned, took = time.time(), time.perf_counter() - began
    post.refresh_from_db()
    seq = Release.objects.filter(public_id=post.public_id).latest("seq").seq
    return {"post": str(post.pk), "public_id": post.public_id, "seq": seq, "at": returned, "took": took}


def lose_rings() -> Callable[[float], None]:
    """From now on a share of the bell's rings is lost on their way, at random; answers what sets the share."""
    from coverage.record.bell import Bell

    send, shares = Bell._send, [0.0]
    Bell._send = lambda bell, message, said: (
        said if random.random() < shares[-1] else send(bell, message, said)
    )
    return shares.append


def main() -> None:
    import django

    django.setup()
    set_loss = lose_rings()
    for line in sys.stdin:
        order = json.loads(line)
        set_loss(order.pop("loss", 0.0))
        print(json.dumps(carry_out(order)), flush=True)


if __name__ == "__main__":
    main()
