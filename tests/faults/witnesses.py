"""Readers who write down what they see, on streams, on each channel and anywhere; and who tries what is not hers."""

import asyncio
import base64
import json
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults import raw_http
from tests.faults.history import History
from tests.faults.people import PATIENCE, Person
from tests.faults.readers import PAUSE, STATE, Reader
from tests.faults.whole import EVENT

WORD = re.compile(rb"\bm[0-9a-f]{16}\b")
FOLDER = re.compile(rb"/pictures/([0-9a-f]{32})/")
FEED_ID = re.compile(rb"<entry>.*?<id>([^<]+)</id>", re.DOTALL)
LOOK = 0.2  # seconds between two looks at a channel
CHANNELS = {
    "page": f"/events/{EVENT}/",
    "live.json": f"/events/{EVENT}/live.json",
    "feed": f"/events/{EVENT}/feed.atom",
}
# What a crowd asks for, and how often; the live pages most, as readers do.
CROWD = {
    f"/events/{EVENT}/": 40,
    f"/events/{EVENT}/live.json": 40,
    f"/events/{EVENT}/updates.json?after=0": 5,
    f"/events/{EVENT}/feed.json": 2,
    f"/embed/events/{EVENT}/": 2,
    f"/search/?q=better&event={EVENT}": 2,
    "/": 2,
    "/api/v1/posts/": 3,
    "/corrections/": 2,
    "/sitemap.xml": 2,
}


async def look(doors: list[int], path: str) -> tuple[int, bytes]:
    """Status and body; 0 if there was no whole answer, and then the next door is the first."""
    try:
        async with asyncio.timeout(PATIENCE):
            status, _, body = await raw_http.get(doors[0], path)
            return status, body
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
        doors.append(doors.pop(0))
        return 0, b""


@dataclass
class Listener(Reader):
    """A reader of a stream who writes down each entry as she applies it."""

    name: str = ""
    history: History | None = None

    async def open(self) -> None:
        while not self.epoch:
            status, body = await look(self.doors, f"/events/{self.slug}/")
            if status == 200 and (found := STATE.search(body)):
                self.epoch, self.seq = found[1].decode(), int(found[2])
                self.history.note("opened", reader=self.name, seq=self.seq)
            else:
                await asyncio.sleep(PAUSE)

    def _apply(self, entry: dict) -> None:
        super()._apply(entry)
        html = (entry["html"] or "").encode()
        words = sorted({word.decode() for word in WORD.findall(html)})
        self.history.note("heard", reader=self.name, seq=entry["seq"], words=words)
        self.applied.clear()  # of hours of them the page would be kept as well

    async def _json(self, name: str) -> dict:
        while True:
            status, body = await look(self.doors, f"/events/{self.slug}/{name}")
            if status == 200:
                return json.loads(body)
            await asyncio.sleep(PAUSE)


@dataclass
class Watcher:
    """Looks at one channel again and again: which words and pictures came, and which went.

    A line's `last` is when those that went were seen last. Each look that was answered is written down, of live.json
    with the numbers it has.
    """

    channel: str
    doors: list[int]
    history: History
    shown: set[str] = field(default_factory=set)
    looked: float = 0.0  # when it was answered last, seconds since 1970

    async def watch(self) -> None:
        while True:
            began = time.time()
            status, body = await look(self.doors, CHANNELS[self.channel])
            if status == 200:
                self._compare(body)
                seqs = (
                    [entry["seq"] for entry in json.loads(body)["entries"]]
                    if self.channel == "live.json"
                    else []
                )
                self.history.note("looked", channel=self.channel, began=began, seqs=seqs)
            await asyncio.sleep(LOOK)

    def _compare(self, body: bytes) -> None:
        now = {found.decode() for pattern in (WORD, FOLDER) for found in pattern.findall(body)}
        came, went = sorted(now - self.shown), sorted(self.shown - now)
        if came or went:
            self.history.note("shown", channel=self.channel, came=came, went=went, last=self.looked)
        if self.channel == "feed":
            ids = Counter(FEED_ID.findall(body))
            if twice := sorted(one.decode() for one, count in ids.items() if count > 1):
                self.history.note("fed twice", ids=twice)
        self.shown, self.looked = now, time.time()


@dataclass
class Crowd:
    """So many requests a second, over every kind of page; a word or picture nobody saw before is written down."""

    rate: float
    doors: list[int]
    history: History
    chance: random.Random
    seen: set[bytes] = field(default_factory=set)
    statuses: Counter = field(default_factory=Counter)

    async def ask(self) -> None:
        """One after the other, as many at once as the rate needs: those that wait hold up none that come."""
        async with asyncio.TaskGroup() as under_way:
            began, count = time.monotonic(), 0
            while True:
                count += 1
                under_way.create_task(self._ask_one())
                await asyncio.sleep(max(0, began + count / self.rate - time.monotonic()))

    async def _ask_one(self) -> None:
        [path] = self.chance.choices([*CROWD], [*CROWD.values()])
        doors = self.chance.sample(self.doors, len(self.doors))
        status, body = await look(doors, path)
        self.statuses[status] += 1
        for found in {*WORD.findall(body), *FOLDER.findall(body)} - self.seen:
            self.seen.add(found)
            self.history.note("seen", what=found.decode(), where=path)


@dataclass
class Climber(Person):
    """Tries what is not hers, all the time; each answer is written down. `hers`: a post of hers that waits."""

    hers: dict = field(default_factory=dict)

    async def climb(self) -> None:
        while True:
            for what, (method, path, token) in self._tries().items():
                given = {"authorization": token} if token else {"authorization": ""}
                body = b'{"version": %d}' % self.hers["version"] if method == "POST" else b""
                status, _, _ = await self.once(method, path, body, **given)
                self.history.note("tried", what=what, status=status)
                await asyncio.sleep(LOOK)

    def _tries(self) -> dict[str, tuple[str, str, str]]:
        post, mine = f"/api/v1/posts/{self.hers['id']}/", f"Token {self.token}"
        guess = base64.b64encode(b"chief:a wrong password").decode()
        return {
            "a reporter publishes": ("POST", f"{post}publish/", mine),
            "a reporter withdraws": ("POST", f"{post}withdraw/", mine),
            "a stranger reads a draft": ("GET", post, ""),
            "a stranger publishes": ("POST", f"{post}publish/", ""),
            "a stranger opens the desk": ("GET", "/admin/desk/", ""),
            "a made-up token": ("GET", "/api/v1/images/", f"Token {'0' * 64}"),
            "a wrong password": ("POST", "/api/v1/auth/login/", f"Basic {guess}"),
        }
