"""nginx, by the configuration in deploy/, before two web hosts: one is about to end, or of another version."""

import subprocess
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests import nginx
from tests.journeys.conftest import free_port
from tests.processes import eventually

pytestmark = [pytest.mark.processes, pytest.mark.any_database]


class Host(BaseHTTPRequestHandler):
    """Answers what its server says for the method, and counts who asked what."""

    def do_GET(self) -> None:
        self.server.asked[self.command, self.path] += 1
        self.send_response(self.server.answers.get(self.path, self.server.answers[self.command]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *args) -> None:
        """Says nothing."""


@contextmanager
def host(**answers: int) -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        server.answers, server.asked = answers, Counter()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def hosts(tmp_path) -> Iterator[tuple[str, ThreadingHTTPServer]]:
    """The public address, and of two hosts the one that is about to end, as newsroom/asgi.py answers then."""
    with host(GET=502, POST=403) as leaving, host(GET=200, POST=403) as well:
        port = free_port()
        both = "; server ".join(f"127.0.0.1:{one.server_port} fail_timeout=1h" for one in (leaving, well))
        command = nginx.configured(
            tmp_path, listen=f"127.0.0.1:{port}", newsroom=both, live=both, data_dir=tmp_path
        )
        process = subprocess.Popen(command)
        try:
            assert eventually(lambda: nginx.listens(port))
            yield f"http://127.0.0.1:{port}", leaving
        finally:
            process.terminate()
            process.wait(20)


def status(address: str, method: str = "GET", **headers: str) -> int:
    request = urllib.request.Request(address, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize("path", ["/", "/events/a/live.json", "/events/a/stream"])
def test_readers_do_not_notice_a_host_that_is_about_to_end(hosts, path):
    public, leaving = hosts

    assert [status(public + path) for _ in range(6)] == [200] * 6
    assert leaving.asked["GET", path] == 1


def test_nothing_more_is_sent_to_it(hosts):
    public, leaving = hosts
    for _ in range(2):
        status(f"{public}/")

    assert [status(f"{public}/admin/", "POST") for _ in range(6)] == [403] * 6
    assert leaving.asked["POST", "/admin/"] == 0


def test_a_script_that_one_version_does_not_know_is_asked_of_the_other(hosts):
    public, old = hosts
    script = "/static/js/live.0123456789ab.js"
    old.answers = {"GET": 200, script: 404}

    assert [status(public + script) for _ in range(6)] == [200] * 6
    assert [status(f"{public}/") for _ in range(6)] == [200] * 6
    assert old.asked["GET", "/"] == 3  # it is as well as the other


def test_no_log_has_the_addresses_that_are_secrets(hosts, tmp_path):
    public, _ = hosts
    for path in ("/search/", "/preview/hidden-1/", "/field/join/hidden-2/"):
        # Too large: nginx refuses it, and says so in its log of errors.
        assert status(public + path, "POST", **{"Content-Length": "3000000"}) == 413

    said = (tmp_path / "error.log").read_text()
    assert "POST /search/" in said
    assert "hidden" not in said
