"""The withdrawal drill against a running newsroom, and against one behind a cache that forgets nothing."""

import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


class Hoard(ThreadingHTTPServer):
    """Stands before the newsroom and keeps what the drill's Atom feed answered once."""

    def __init__(self, behind: str):
        super().__init__(("127.0.0.1", 0), Kept)
        self.behind, self.kept = behind, b""


class Kept(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body = self._fetch()
        if self.path.endswith("feed.atom"):
            self.server.kept = body = self.server.kept or body
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def _fetch(self) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(self.server.behind + self.path, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def log_message(self, *arguments) -> None:
        """Nothing on the terminal of the tests."""


def drill(newsroom, **environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "drill_withdrawal"],
        env=newsroom.environment | environment,
        capture_output=True,
        text=True,
        timeout=180,
    )


def state_of_the_drill(newsroom) -> str:
    """How many posts its rehearsal has, and whether anything of it is public."""
    code = (
        "from coverage.models import Event, Post; from coverage.publishing.head import head_of;"
        "event = Event.objects.get(slug='withdrawal-drill');"
        "print(Post.objects.filter(event=event).count(), head_of(event).state)"
    )
    return newsroom.command("shell", "--no-imports", "-c", code).strip()


def test_each_place_is_seen_and_timed_and_the_rehearsal_is_cleared(newsroom):
    done = drill(newsroom)

    assert done.returncode == 0, done.stdout + done.stderr
    timed = dict(re.findall(r"^  (.+?) +([0-9.]+) s$", done.stdout, re.MULTILINE))
    assert {"Event page", "Its own page", "Open pages", "Updates", "Atom feed", "JSON feed", "API"} <= set(
        timed
    )
    assert "Picture jpeg-960.jpg" in timed
    assert all(float(seconds) < 5 for seconds in timed.values())
    assert (
        "Not there, for a rehearsal is unlisted: Search, Corrections, Sitemap, News sitemap." in done.stdout
    )
    assert state_of_the_drill(newsroom) == "0 draft"


def test_a_place_that_keeps_it_ends_with_status_one(newsroom):
    hoard = Hoard(newsroom.address)
    threading.Thread(target=hoard.serve_forever, daemon=True).start()

    try:
        done = drill(newsroom, PUBLIC_URL=f"http://127.0.0.1:{hoard.server_port}")
    finally:
        hoard.shutdown()
        hoard.server_close()

    assert done.returncode == 1
    assert re.search(r"^  Atom feed +still there$", done.stdout, re.MULTILINE)
    assert "After 5 seconds still there: Atom feed." in done.stderr
    assert state_of_the_drill(newsroom) == "0 draft"
