"""What nginx keeps of the newsroom's answers, and for how long; the stream, which it does not."""

import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import nginx
from tests.journeys.conftest import free_port
from tests.journeys.programs import Answer, Desk, ask, once_alike
from tests.journeys.relay import relay_to
from tests.processes import eventually

pytestmark = [pytest.mark.journey, pytest.mark.processes, pytest.mark.xdist_group("launcher")]

EVENT = "kubecon-eu-2024"
PAGE = f"/events/{EVENT}/"
LIVE, UPDATES = f"{PAGE}live.json", f"{PAGE}updates.json"
EMBED = f"/embed{PAGE}"
CDN = Path(__file__).parents[2] / "deploy" / "cdn.md"


@pytest.fixture
def relayed(fronted, tmp_path):
    """An nginx that reaches the newsroom through a relay, and the relay."""
    _, newsroom = fronted
    with (
        relay_to(newsroom.address) as relay,
        nginx.running(tmp_path, newsroom=relay.address, data_dir=tmp_path, port=free_port()) as public,
    ):
        yield public, relay


@pytest.mark.parametrize("accepted", ["identity", "gzip", "br, gzip;q=0.5", "gzip;q=0, identity"])
@pytest.mark.parametrize("path", [LIVE, UPDATES, f"{UPDATES}?after=3"])
def test_a_kept_answer_is_the_newsrooms_own(fronted, path, accepted):
    public, newsroom = fronted

    def of(address: str, **headers: str) -> Answer:
        return ask(address + path, accept_encoding=accepted, **headers)

    def again(address: str) -> Answer:
        return of(address, if_none_match=of(address)["etag"])

    kept, own = once_alike(lambda: (of(public), of(newsroom.address)))
    known, own_known = once_alike(lambda: (again(public), again(newsroom.address)))
    head, own_head = once_alike(
        lambda: [ask(where + path, "HEAD", accept_encoding=accepted) for where in (public, newsroom.address)]
    )

    assert (kept.status, kept.body) == (200, own.body)
    assert (known.status, known.body) == (304, b"")
    assert kept.without("age") == own.headers
    assert known.without("age") == own_known.headers
    assert head.without("age") == own_head.headers


def test_the_page_others_frame_keeps_its_own_policy(fronted):
    public, newsroom = fronted

    kept, own = once_alike(lambda: (ask(public + EMBED), ask(newsroom.address + EMBED)))

    assert (kept.status, kept.body, kept.headers) == (200, own.body, own.headers)
    assert "frame-ancestors *" in kept["content-security-policy"]
    assert kept["x-frame-options"] == ""


def test_many_readers_ask_the_newsroom_once_a_second(relayed):
    public, relay = relayed
    start = time.monotonic()

    def read_on(number: int) -> int:
        count = 0
        while time.monotonic() < start + 3:
            assert ask(f"{public}{LIVE}?{number}", accept_encoding=f"gzip, x-{number}").status == 200
            count += 1
        return count

    with ThreadPoolExecutor(8) as readers:
        asked = sum(readers.map(read_on, range(8)))

    reached = sum(count for path, count in relay.asked.items() if path.startswith(LIVE))
    assert asked > 100
    # One a second, one at the start, one where five seconds of the clock begin.
    assert reached <= 3 + 1 + 1


def test_readers_who_come_at_once_wait_for_one_answer(relayed):
    public, relay = relayed
    wait_for_a_slot()
    relay.gate.clear()

    with ThreadPoolExecutor(20) as readers:
        asking = [readers.submit(ask, public + LIVE) for _ in range(20)]
        assert eventually(lambda: relay.asked[LIVE])
        relay.gate.set()
        answers = [one.result() for one in asking]

    assert {answer.status for answer in answers} == {200}
    assert relay.asked[LIVE] == 1


def test_nobody_gets_what_was_kept_five_seconds_ago(fronted, relayed):
    """Not even who comes while it is fetched again, on an event nobody asked for in between."""
    public, relay = relayed
    wait_for_a_slot()
    old = ask(public + LIVE)
    Desk(fronted[0], EVENT).publish("Five seconds pass.")
    wait_for_a_slot()
    relay.gate.clear()

    with ThreadPoolExecutor(2) as readers:
        first = readers.submit(ask, public + LIVE)
        assert eventually(lambda: relay.asked[LIVE] == 2)
        second = readers.submit(ask, public + LIVE)
        eventually(second.done, 1)
        relay.gate.set()

    assert b"Five seconds pass." not in old.body
    assert b"Five seconds pass." in first.result().body
    assert b"Five seconds pass." in second.result().body


def test_while_it_is_fetched_again_the_others_get_the_one_before(relayed):
    public, relay = relayed
    wait_for_a_slot()
    kept = ask(public + LIVE)
    relay.gate.clear()

    def ask_until_it_is_old() -> None:
        while relay.asked[LIVE] == 1:
            ask(public + LIVE)

    with ThreadPoolExecutor(2) as readers:
        first = readers.submit(ask_until_it_is_old)
        assert eventually(lambda: relay.asked[LIVE] == 2, every=0.01)
        second = readers.submit(ask, public + LIVE)
        at_once = eventually(second.done, 3)
        relay.gate.set()
        first.result()

    assert at_once
    assert second.result().body == kept.body


@pytest.mark.parametrize("path", [LIVE, UPDATES, "a picture"])
def test_nothing_is_kept_beyond_five_seconds_of_the_clock(relayed, fronted, path):
    public, relay = relayed
    if path == "a picture":
        path = shown_picture(ask(fronted[1].address + PAGE).body.decode())
    for _ in range(2):
        wait_for_a_slot()
        ask(public + path)
        ask(public + path)

    assert relay.asked[path] == 2


def wait_for_a_slot() -> None:
    """Until the clock begins another five seconds, which are a part of what nginx keeps answers under."""
    slot = time.time() // 5
    assert eventually(lambda: time.time() // 5 != slot)


def test_a_withdrawn_post_is_gone_from_every_answer_within_five_seconds(fronted):
    public, newsroom = fronted
    desk = Desk(public, EVENT)
    post = desk.publish("The canary sings.")
    shown = f"{PAGE}posts/{post['public_id']}/"
    places = [PAGE, LIVE, UPDATES, f"{UPDATES}?after=1", f"{PAGE}feed.json", f"{PAGE}feed.atom", shown]
    epoch, seq = (json.loads(ask(newsroom.address + LIVE).body)[name] for name in ("epoch", "seq"))
    places.append(f"{UPDATES}?epoch={epoch}&after={seq - 1}")
    sung = [path for path in places if eventually(lambda path=path: sings(public + path), 6)]

    desk.do("withdraw", post, reason="It was a budgerigar.")
    withdrawn = time.monotonic()
    # Whoever asks meanwhile has it kept for others.
    eventually(lambda: [sings(public + path) for path in places] and time.monotonic() > withdrawn + 5, 10)

    # The entry is beyond the first 200.
    assert set(places) - set(sung) <= {UPDATES, f"{UPDATES}?after=1"}
    assert [path for path in places if sings(public + path)] == []


def sings(address: str) -> bool:
    return b"The canary sings." in ask(address).body


WITHDRAW = """
from coverage.publishing import images
from media.models import Image
from newsroom.editorial.people import User
image = Image.objects.get(public_name="{}")
images.withdraw_image(image, by=User.objects.get(username="chief"), reason="It was another hall.")
"""


def test_a_withdrawn_picture_is_gone_within_five_seconds(fronted):
    public, newsroom = fronted
    picture = shown_picture(ask(newsroom.address + PAGE).body.decode())
    before = ask(public + picture)

    newsroom.command("shell", "-v0", "-c", WITHDRAW.format(picture.split("/")[2]))
    withdrawn = time.monotonic()
    eventually(lambda: ask(public + picture) and time.monotonic() > withdrawn + 5, 10)

    assert (before.status, before["cache-control"]) == (200, "public, max-age=3600, s-maxage=5")
    assert ask(public + picture).status == 410


def shown_picture(page: str) -> str:
    """The address of a picture on a page."""
    return re.search(r'src="[^"]*(/pictures/[^"]+)"', page)[1]


def test_two_caches_keep_a_picture_no_longer_than_one(fronted):
    """The age says how much of the five seconds is over, so that a cache in front adds only the rest."""
    public, newsroom = fronted
    picture = shown_picture(ask(newsroom.address + PAGE).body.decode())
    wait_for_a_slot()
    ages = set()

    def look() -> bool:
        before, age, after = int(time.time()) % 5, int(ask(public + picture)["age"]), int(time.time()) % 5
        assert age in (before, after)
        ages.add(age)
        return ages == set(range(5))

    assert eventually(look, 10)


def test_a_stream_is_passed_on_as_it_comes(fronted):
    public, _ = fronted
    desk = Desk(public, EVENT)
    host = urlsplit(public)

    with socket.create_connection((host.hostname, host.port), timeout=5) as line:
        line.sendall(
            f"GET {PAGE}stream HTTP/1.1\r\nHost: {host.netloc}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        )
        said = line.makefile("rb")
        head = b"".join(iter(said.readline, b"\r\n")).lower()
        assert read_until(said, b": here")
        # Long before the heartbeat, which would push out what waits.
        threading.Thread(target=desk.publish, args=["A frame."]).start()
        frame = read_until(said, b"data: ")

    assert head.startswith(b"http/1.1 200")
    assert b"content-type: text/event-stream" in head
    assert b"content-encoding" not in head
    assert b"cache-control: no-cache, no-transform" in head
    assert "A frame." in json.loads(frame.removeprefix(b"data: "))["html"]


def read_until(said, start: bytes) -> bytes:
    """The next line that starts so. Raises TimeoutError after five seconds of silence."""
    return next(line for line in iter(said.readline, b"") if line.startswith(start))


def test_the_table_for_a_cdn_is_true(fronted):
    public, newsroom = fronted
    page = ask(newsroom.address + PAGE).body.decode()
    places = {
        "<event>": EVENT,
        "<post>": re.search(r'<article id="post-(\w{10})"', page)[1],
        "/pictures/<random>/<spec>.<ext>": shown_picture(page),
        "/static/<name>.<hash>.<ext>": re.search(r'"(/static/[^"]+\.[0-9a-f]{12}\.js)"', page)[1],
    }
    rows = re.findall(r"^\| `(/[^`]*)`.*?\| `([^`]+)` \|", CDN.read_text(), re.MULTILINE)

    for path, promised in rows:
        for place, real in places.items():
            path = path.replace(place, real)
        answer = header_of(public + path)
        assert (path, answer) == (path, promised)
    assert len(rows) >= 10


def header_of(address: str) -> str:
    """Its Cache-Control; of a stream the head is all that is read."""
    host = urlsplit(address)
    with socket.create_connection((host.hostname, host.port), timeout=20) as line:
        line.sendall(f"GET {host.path}?{host.query} HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode())
        for header in iter(line.makefile("rb").readline, b"\r\n"):
            if header.lower().startswith(b"cache-control:"):
                return header.decode().partition(":")[2].strip()
    return "none"
