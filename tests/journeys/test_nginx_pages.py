"""Page files and static files through nginx, by the configuration in deploy/: as the newsroom itself would answer."""

import gzip
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests import nginx
from tests.journeys.conftest import RunningNewsroom, free_port
from tests.journeys.programs import OF_A_FILE, Answer, Desk, ask, once_alike
from tests.journeys.test_tls import PRODUCTION, make_certificate
from tests.observatory import score
from tests.processes import children_of, eventually

pytestmark = [pytest.mark.journey, pytest.mark.processes, pytest.mark.xdist_group("launcher")]

EVENT = "kubecon-eu-2024"
PAGE = f"/events/{EVENT}/"


@pytest.fixture(scope="module")
def filed(fronted):
    """The same, when the event's page is a file of what the record says now."""
    public, newsroom = fronted
    ask(public + PAGE)

    def is_filed() -> bool:
        return bool(OF_A_FILE.fullmatch(ask(public + PAGE)["etag"]))

    assert eventually(is_filed)
    return public, newsroom.address


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("accepted", ["identity", "gzip", "br, gzip;q=0.8", "gzip;q=0"])
def test_a_page_file_has_the_newsrooms_words_and_headers(filed, method, accepted):
    public, newsroom = filed

    def of(address: str) -> Answer:
        return ask(address + PAGE, method, accept_encoding=accepted)

    file, own = once_alike(lambda: (of(public), of(newsroom)))

    assert OF_A_FILE.fullmatch(file["etag"])
    assert (file.status, file.body) == (own.status, own.body)
    assert file.without("etag") == own.without("etag")


def test_a_proxy_in_front_gets_the_packed_file_too(filed):
    public, _ = filed

    packed = ask(public + PAGE, accept_encoding="gzip", via="1.1 somebody")

    assert packed["content-encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(packed.body)


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_who_has_the_page_gets_a_304_with_the_newsrooms_headers(filed, accepted):
    public, newsroom = filed

    def again(address: str) -> Answer:
        tag = ask(address + PAGE, accept_encoding=accepted)["etag"]
        return ask(address + PAGE, accept_encoding=accepted, if_none_match=f'"other", {tag}')

    file, own = once_alike(lambda: (again(public), again(newsroom)))

    assert (file.status, file.body, own.status) == (304, b"", 304)
    assert file.without("etag") == own.without("etag")
    assert ask(public + PAGE, if_none_match='"other"').status == 200


def test_nobody_gets_a_part_of_a_page(filed):
    public, _ = filed

    assert ask(public + PAGE, range="bytes=0-9").status == 200


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (f"{PAGE}?order=oldest", "GET"),
        (f"{PAGE}?x=/../index.html", "GET"),
        (PAGE, "POST"),
        ("/events/no/", "GET"),
    ],
)
def test_what_is_not_the_page_is_the_newsrooms(filed, path, method):
    public, newsroom = filed
    length = {"content_length": "0"} if method == "POST" else {}

    def both() -> tuple[Answer, Answer]:
        named = ask(newsroom + path, method, host=public.removeprefix("http://"), **length)
        return ask(public + path, method, **length), named

    # A refusal has a nonce in it: no two are alike, and none tells of the record.
    through, own = both() if method == "POST" else once_alike(both)

    assert not OF_A_FILE.fullmatch(through["etag"])
    assert through.status == own.status
    assert through.without("x-request-id") == own.without("x-request-id")


@pytest.mark.parametrize("name", [".summit.lock", f"{EVENT}/stamp.json", f"{EVENT}/index.html"])
def test_nothing_else_of_the_folder_is_served(filed, name):
    public, _ = filed

    assert ask(f"{public}/events/{name}").status == 404
    assert ask(f"{public}/pages/{name}").status == 404


CERTIFIED = "ssl; ssl_certificate {}; ssl_certificate_key {}"


def test_over_https_a_file_has_the_headers_of_production(filed, fronted, tmp_path):
    """By a second web process of the same newsroom, in production."""
    _, newsroom = fronted
    certificate, key = make_certificate(tmp_path)
    port, behind = free_port(), free_port()
    settings = {
        **PRODUCTION,
        "NEWSROOM_DEMO": "0",
        "TRUSTED_PROXIES": "1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "PAGE_FILES": "0",
    }
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asgi",
            "--port",
            str(behind),
            "newsroom.asgi:application",
        ],
        env=newsroom.environment | settings,
    )
    try:
        own_address = f"http://127.0.0.1:{behind}{PAGE}"
        assert eventually(lambda: _answers(own_address))
        own = ask(own_address, x_forwarded_proto="https")
        with nginx.running(
            tmp_path,
            newsroom=f"127.0.0.1:{behind}",
            data_dir=newsroom.data_dir,
            port=port,
            more=CERTIFIED.format(certificate, key),
        ):
            there = f"https://127.0.0.1:{port}"
            file = ask(there + PAGE, trusting=certificate)
            script = re.search(r'src="(/static/js/live\.[^"]+)"', file.body.decode())[1]
            scripts = [ask(there + path, trusting=certificate) for path in (script, "/static/js/no.js")]
            process.terminate()
            process.wait(60)
            away = [ask(there + path, trusting=certificate) for path in ("/livez", "/static/js/no.js")]
    finally:
        process.terminate()
        process.wait(60)

    assert OF_A_FILE.fullmatch(file["etag"])
    assert "preload" in file["strict-transport-security"]
    # The public address differs, and with it the length.
    assert file.without("etag", "content-length") == own.without("etag", "content-length")
    assert [answer.status for answer in (*scripts, *away)] == [200, 404, 502, 502]
    assert {score(answer.headers)[0] for answer in (file, *scripts, *away)} == {130}


def _answers(address: str) -> bool:
    try:
        return ask(address, x_forwarded_proto="https").status == 200
    except OSError:
        return False


# Static files


def test_a_static_file_of_a_hashed_name_is_kept_for_ever(filed):
    public, newsroom = filed
    page = ask(public + PAGE).body.decode()
    sheet = re.search(r'href="(/static/css/[^"]+\.[0-9a-f]{12}\.css)"', page)[1]
    script = re.search(r'src="(/static/js/[^"]+\.[0-9a-f]{12}\.js)"', page)[1]

    for path in (sheet, script):
        file, own = ask(public + path), ask(newsroom + path)
        packed = ask(public + path, accept_encoding="gzip", via="1.1 somebody")
        assert file.body == own.body == gzip.decompress(packed.body)
        assert file["content-type"].split(";")[0] == own["content-type"].split(";")[0]
        assert file["cache-control"] == "public, max-age=31536000, immutable"
        assert file["x-content-type-options"] == "nosniff"


def test_a_static_file_of_a_plain_name_is_kept_for_a_minute(filed):
    public, _ = filed

    assert ask(f"{public}/static/favicon.svg")["cache-control"] == "public, max-age=60"
    assert ask(f"{public}/static/nothing.css").status == 404


def test_every_static_file_has_the_type_the_newsroom_gives_it(filed, fronted):
    public, newsroom = filed
    root = fronted[1].data_dir / "static"
    one_of_each = {
        path.suffix: path for path in root.rglob("*.*") if path.is_file() and "LICENSE" not in path.name
    }

    types = {}
    for suffix, path in one_of_each.items():
        there = f"/static/{path.relative_to(root)}"
        through, own = ask(public + there, "HEAD"), ask(newsroom + there, "HEAD")
        types[suffix] = (through["content-type"].split(";")[0], own["content-type"].split(";")[0])

    assert {suffix: pair for suffix, pair in types.items() if pair[0] != pair[1]} == {}


# An event's life


MAKE = """
from datetime import UTC, datetime
from coverage.models import Event
from coverage.publishing import programme
starts = datetime(2026, 3, 20, 8, tzinfo=UTC)
event = Event.objects.create(slug="other", title="Another", time_zone="UTC", starts_at=starts)
programme.announce(event, by=None)
"""
HIDE = """
from coverage.record.models import EventHead
EventHead.objects.filter(slug="other").update(state="draft")
"""


def test_a_page_becomes_a_file_when_it_is_asked_for_and_goes_when_its_event_does(fronted):
    public, newsroom = fronted
    page = f"{public}/events/other/"

    newsroom.command("shell", "-v0", "-c", MAKE)
    assert eventually(lambda: ask(page).status == 200)
    assert eventually(lambda: OF_A_FILE.fullmatch(ask(page)["etag"]))
    assert ask(f"{page}live.json").status == 200
    newsroom.command("shell", "-v0", "-c", HIDE)

    assert eventually(lambda: ask(page).status == 404, 5)
    assert eventually(lambda: ask(f"{page}live.json").status == 404, 5)


PUBLISH = f"""
from coverage.models import Event
from coverage.publishing import filing, publication
from newsroom.editorial.people import User
chief = User.objects.get(username="chief")
post = filing.create_post(Event.objects.get(slug="{EVENT}"), by=chief, body="<p>While it was away.</p>")
publication.publish(post, by=chief)
"""


def test_pages_are_read_on_while_the_newsroom_is_away_and_it_takes_them_up_again(filed, fronted):
    """Nobody asks the newsroom for a page that is a file: it has to look after it by itself."""
    public, newsroom = fronted

    with web_server_away(newsroom):
        assert eventually(lambda: ask(f"{public}/livez").status == 502)
        newsroom.command("shell", "-v0", "-c", PUBLISH)
        away = ask(public + PAGE)

    assert away.status == 200
    assert b"While it was away." not in away.body
    assert eventually(lambda: b"While it was away." in ask(public + PAGE).body, 60)
    assert OF_A_FILE.fullmatch(ask(public + PAGE)["etag"])


@contextmanager
def web_server_away(newsroom: RunningNewsroom) -> Iterator[None]:
    """Kills this newsroom's own web server, and holds its launcher up, so that it starts no other meanwhile."""
    newsroom.process.send_signal(signal.SIGSTOP)
    try:
        for pid in web_processes(newsroom):
            with suppress(ProcessLookupError):  # gone with the one before it
                os.kill(pid, signal.SIGKILL)
        yield
    finally:
        newsroom.process.send_signal(signal.SIGCONT)


def web_processes(newsroom: RunningNewsroom) -> list[int]:
    """Those below this newsroom's own launcher that are its web server."""
    found = []
    for pid in children_of(newsroom.process.pid):
        command = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
        if "granian" in command and "lifeline" not in command:
            found.append(pid)
    return found


def test_a_page_follows_the_desk(fronted):
    public, _ = fronted
    desk = Desk(public, EVENT)

    post = desk.publish("The lights go down.")
    assert eventually(lambda: b"The lights go down." in ask(public + PAGE).body, 5)
    desk.do("withdraw", post, reason="They did not.")

    assert eventually(lambda: b"The lights go down." not in ask(public + PAGE).body, 5)
