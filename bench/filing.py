"""How long a filing takes from the tap on Send to the desk, and what it weighs, on lines as halls have them.

    .venv/bin/python -m bench.filing [--photo a.jpg] [--kilobits 200,1000,20000] [--latency 300]

A whole newsroom on this machine; between it and a phone (the app in Chromium) a line of so many kilobits a second each
way, shared by all connections, and so many milliseconds there and back. Filed are words alone, then words with a
photograph (made here, 12 megapixels, unless one is named). The peer is one bare request for the words, and one with
the original file, on the same line and a connection that is open already. Seconds end when the newsroom has written
its row; bytes are those of both ways until then, what the app asks meanwhile included. Counted is what TCP carries:
no TLS, no packets' heads, no slow start.
"""

import argparse
import http.client
import json
import tempfile
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from bench.aims import Row, table
from bench.posting import sizes
from bench.slow_line import SlowLine
from tests import browser as browsers
from tests.journeys.conftest import RunningNewsroom
from tests.journeys.phones import Phone, newsroom_of_a_hall, phone_at
from tests.journeys.programs import token
from tests.lines import running
from tests.media import drawing
from tests.processes import eventually

KILOBITS = (200, 1000, 20_000)
LATENCY = 300
LONGEST = 600  # seconds that one filing may take
WORDS = " ".join(["The doors are open, and the hall fills from the front."] * 12)
BOUNDARY = "----bench-of-a-filing"
FILED = ("words alone", "words with a photograph", "that photograph")
# When it was tapped, in milliseconds.
TAP = "() => { const at = Date.now(); document.getElementById('send').click(); return at; }"
# When each thing arrived at the desk, in seconds.
ARRIVED = """
import json
from newsroom.editorial.audit import AuditRow
rows = AuditRow.objects.filter(verb__in=("submit", "upload"), thing_id__in=IDS)
print(json.dumps({row.thing_id: row.at.timestamp() for row in rows}))
"""


@dataclass(frozen=True)
class Sent:
    """A post or an image by its id, and when it was sent, in seconds of `time.time()`."""

    thing: str
    at: float


@dataclass(frozen=True)
class Cost:
    """Until something was at the desk."""

    seconds: float
    bytes: int


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--photo", type=Path, help="a JPEG; otherwise one is made")
    options.add_argument("--kilobits", type=sizes, default=KILOBITS, help="a second, as 200,1000")
    options.add_argument("--latency", type=int, default=LATENCY, help="milliseconds there and back")
    chosen = options.parse_args()
    if browsers.executable() is None:
        print("Filing is measured from a Chromium: apt-get install chromium. The run goes on without it.")
        return
    photo = chosen.photo.read_bytes() if chosen.photo else photograph()
    with tempfile.TemporaryDirectory(prefix="nr-bench-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.executable(), args=["--disable-gpu"])
        with newsroom_of_a_hall(Path(folder)) as newsroom:
            rows = measured(newsroom, browser, photo, chosen.kilobits, chosen.latency)
        browser.close()
    print(f"\nA photograph of {len(photo):,} bytes, {chosen.latency} ms there and back")
    print(table(rows, peer="one PUT"))


def photograph(width: int = 4032, height: int = 3024) -> bytes:
    """As a phone's: grain that a scaled copy does not lose, and the words of a camera."""
    grain = Image.effect_noise((width // 2, height // 2), 90).resize((width, height)).convert("RGB")
    picture = Image.blend(drawing.scene(width, height), grain, 0.2)
    return drawing.saved(picture, quality=90, exif=drawing.camera_exif())


def measured(
    newsroom: RunningNewsroom, browser: Browser, photo: bytes, kilobits: Sequence[int], latency: int
) -> list[Row]:
    """A reporter's phone, and then the peer, at each rate."""
    line, rows = SlowLine(newsroom.address, latency=latency / 1000), []
    with running(line), phone_at(browser, line.address) as phone:
        phone.open()
        phone.sign_in("reporter")
        phone.is_installed()
        secret = token(newsroom.address, "reporter")
        for rate in kilobits:
            line.rate = rate * 1000
            ours = by_phone(phone, photo)
            event = phone.rows()[-1]["event"]
            phone.context.set_offline(True)  # what it asks all the time is no part of the peer's bytes
            peer = by_program(line.port, secret, event, photo)
            phone.context.set_offline(False)
            line.rate = float("inf")
            rows += compared(rate, *costs(newsroom, line, ours, peer))
            print(f"{rate} kbit/s is measured", flush=True)
    return rows


def by_phone(phone: Phone, photo: bytes) -> list[Sent]:
    """Words alone; other words, and the photograph that comes with them."""
    alone = file(phone)
    phone.add(photo)
    return [*alone, *file(phone)]


def file(phone: Phone) -> list[Sent]:
    """Sends what is in the sheet, with words, and waits until the phone knows that all is kept."""
    before = len(phone.rows())
    phone.type(WORDS)
    at = phone.page.evaluate(TAP) / 1000
    assert eventually(lambda: is_done(phone, before), LONGEST, every=0.5), phone.rows()
    filing = phone.rows()[-1]
    return [Sent(one["id"], at) for one in (filing, *filing["photographs"])]


def is_done(phone: Phone, before: int) -> bool:
    rows = phone.rows()
    return len(rows) > before and rows[-1]["step"] == "done"


def by_program(port: int, secret: str, event: str, photo: bytes) -> list[Sent]:
    """Words as JSON, twice counted; the original, with what the app says of it, as multipart/form-data."""
    words = {"event": event, "kind": "update", "body": f"<p>{WORDS}</p>", "submit": True}
    fields = {
        'name="credit"': b"Rosa Lind/Newsroom",
        'name="alt_text"': b"The hall, seen 0 times.",
        'name="file"; filename="IMG_1.jpg"': photo,
    }
    alone = put(port, secret, "posts", json.dumps(words).encode(), "application/json")
    picture = put(port, secret, "images", multipart(fields), f"multipart/form-data; boundary={BOUNDARY}")
    return [alone, alone, picture]


def multipart(fields: dict[str, bytes]) -> bytes:
    """By the parameters of each one's disposition (RFC 7578)."""
    parts = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode() + value + b"\r\n"
        for name, value in fields.items()
    ]
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def put(port: int, secret: str, what: str, body: bytes, kind: str) -> Sent:
    """On a connection that is open already."""
    thing = str(uuid.uuid4())
    headers = {"Authorization": f"Token {secret}", "Content-Type": kind}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)) as connection:
        connection.request("GET", "/livez")
        connection.getresponse().read()
        at = time.time()
        connection.request("PUT", f"/api/v1/{what}/{thing}/", body, headers)
        answer = connection.getresponse()
        said = answer.read()
    assert answer.status in (200, 201), said  # 200: a copy of what came before
    return Sent(thing, at)


def costs(newsroom: RunningNewsroom, line: SlowLine, *ways: list[Sent]) -> list[list[Cost]]:
    """Of each way's, by when the newsroom wrote that it has it."""
    code = ARRIVED.replace("IDS", repr([one.thing for way in ways for one in way]))
    arrived = json.loads(newsroom.command("shell", "--no-imports", "-v", "0", "-c", code))

    def cost(one: Sent) -> Cost:
        end = arrived[one.thing]
        return Cost(end - one.at, line.bytes_between(one.at, end))

    return [[cost(one) for one in way] for way in ways]


def compared(rate: int, ours: list[Cost], peer: list[Cost]) -> list[Row]:
    rows = []
    for what, one, other in zip(FILED, ours, peer, strict=True):
        rows.append(Row(f"{rate} kbit/s, {what}, s", one.seconds, other.seconds))
        rows.append(Row(f"{rate} kbit/s, {what}, KB", one.bytes / 1000, other.bytes / 1000))
    return rows


if __name__ == "__main__":
    main()
