"""Only public https addresses are asked, and none without end."""

import gzip
import http.server
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from coverage.interchange.schedules import fetching
from coverage.interchange.schedules.fetching import NotFetched, download, fetch
from tests.journeys.test_tls import make_certificate

# Where a hostile server would have us go.
PLACES = {
    "here": "https://127.0.0.1/",
    "inside": "https://10.0.0.1/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "file": "file:///etc/passwd",
    "coloured": "https://\x1b[31mexample.org/",
}
DRIPPING = {"headers": b"", "headers-with-a-length": b"Content-Length: 99\r\n", "body": b"\r\n"}


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        match self.path.strip("/").partition("/"):
            case "moved", _, onward:
                self.answer(302, Location=PLACES[onward])
            case "none", _, _:
                self.send_error(404)
            case "large", _, _:
                self.answer(200)
                self.wfile.write(b"x" * (fetching.LARGEST + 10))
            case "compressed", _, _:
                self.answer(200, **{"Content-Type": "application/json", "Content-Encoding": "gzip"})
                self.wfile.write(gzip.compress(b" " * fetching.LARGEST * 4))
            case "as", _, kind:
                self.answer(200, **{"Content-Type": kind})
                self.wfile.write(b"the schedule")
            case "short", _, _:
                self.answer(200, **{"Content-Length": "99"})
                self.wfile.write(b"the sche")
            case "drips", _, what:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n" + DRIPPING[what])
                while not self.server.over.wait(0.02):  # a header, or a line of the body, now and then
                    self.wfile.write(b"X-Wait: 1\r\n")
            case _:
                self.answer(200)
                self.wfile.write(b"the schedule " + self.path.encode())

    def answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *said):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """An https server of this machine that we trust. Answers its address."""
    certificate, key = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    httpd.over, httpd.handle_error = threading.Event(), lambda *refused: None
    threading.Thread(target=httpd.serve_forever, args=[0.02], daemon=True).start()
    yield f"https://127.0.0.1:{httpd.server_port}"
    httpd.over.set()
    httpd.shutdown()
    httpd.server_close()


def inside(host: str, port: int, *, seconds: float) -> socket.socket:
    """Connects without asking whether the address is public: the test's server is not."""
    return socket.create_connection((host, port), seconds)


def test_what_an_address_answers_is_read_with_its_query(server):
    assert download(f"{server}/a.json?v=2", connect=inside) == b"the schedule /a.json?v=2"


def test_an_address_with_other_letters_is_asked_for_as_they_are_sent(server):
    assert download(f"{server}/zürich 1?q=ü%20&ü", connect=inside) == (
        b"the schedule /z%C3%BCrich%201?q=%C3%BC%20&%C3%BC"
    )


@pytest.mark.parametrize(
    "kind", ["application/json", "application/vnd.pretalx+json", "text/calendar; charset=utf-8"]
)
def test_a_schedule_may_be_called_so(kind, server):
    assert download(f"{server}/as/{kind}", connect=inside) == b"the schedule"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        *(
            (f"/moved/{onward}", f"leads on to {re.escape(place)}: give that")
            for onward, place in PLACES.items()
            if onward != "coloured"
        ),
        ("/moved/coloured", r"leads on to https://\[31mexample\.org/: give that"),
        ("/none", "answers 404"),
        ("/large", "larger than 5 MiB"),
        ("/compressed", "comes compressed, unasked"),
        ("/as/text/html", "is text/html, and no schedule"),
        ("/as/image/png", "is image/png, and no schedule"),
        ("/short", "fails: IncompleteRead"),
    ],
)
def test_what_is_no_schedule_is_said(path, sentence, server):
    with pytest.raises(NotFetched, match=sentence):
        download(server + path, connect=inside)


@pytest.mark.parametrize("what", DRIPPING)
def test_a_server_that_drips_for_ever_is_left(what, server):
    began = time.monotonic()

    with pytest.raises(NotFetched, match=r"takes longer than 0\.3 seconds"):
        download(f"{server}/drips/{what}", connect=inside, patience=0.3)

    assert time.monotonic() - began < 5


def test_a_server_that_drips_before_it_is_asked_is_left():
    with dripping_handshake() as port, pytest.raises(NotFetched, match=r"takes longer than 0\.3 seconds"):
        download(f"https://127.0.0.1:{port}/", connect=inside, patience=0.3)


@contextmanager
def dripping_handshake() -> Iterator[int]:
    """The port of a server that announces 16 KiB of TLS and sends them byte by byte."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"\x16\x03\x03\x40\x00")
                while not over.wait(0.02):
                    connection.sendall(b"\x02")

        over, greeting = threading.Event(), threading.Thread(target=greet)
        greeting.start()
        yield listening.getsockname()[1]
        over.set()
        greeting.join()


def test_a_certificate_nobody_vouches_for_is_refused(server, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(NotFetched, match="certificate"):
        download(f"{server}/a.json", connect=inside)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("https://localhost/schedule.json", "which is no public address"),
        ("https://127.0.0.1:8443/schedule.json", "which is no public address"),
        ("https://[::1]/schedule.json", "which is no public address"),
        ("https://[::ffff:169.254.169.254]/", "which is no public address"),
        ("https://[fe80::1%25eth0]/", "no public address|There is no|is no address"),
        (
            "https://192.168.1.1/",
            "it is not asked. If it is a server of your own network, say --allow-private.",
        ),
        ("https://2130706433/schedule.json", "no public address|There is no"),
        ("https://①②⑦.⓪.⓪.①/", "which is no public address"),
        ("https://[::1/", "is no address"),
        ("https://.example.org/", "There is no"),
        ("https://example.org:notaport/", "is no address"),
        ("https://example.org:99999/", "is no address"),
        ("https://example.org:0/", "begins with https"),
        ("http://example.org/schedule.json", "begins with https"),
        ("file:///etc/passwd", "begins with https"),
        ("gopher://example.org/", "begins with https"),
        ("javascript://example.org/%0Aalert(1)", "begins with https"),
        ("https:///nowhere", "begins with https"),
        ("https://ada:secret@example.org/", "without a name and password"),
        ("https://example.org@127.0.0.1/", "without a name and password"),
        ("https://@127.0.0.1/", "without a name and password"),
        ("https://127.0.0.1\\@example.org/", "without a name and password"),
        ("javascript:alert(1)", "cannot be read: No such file"),
        ("/no/such/file.json", "cannot be read: No such file"),
    ],
)
def test_what_is_not_asked_and_why(place, sentence):
    with pytest.raises(NotFetched, match=sentence):
        fetch(place)


def test_a_private_network_is_asked_if_that_is_said(monkeypatch):
    asked = []

    def refuse(address, timeout):
        asked.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(socket, "create_connection", refuse)

    with pytest.raises(NotFetched, match="fails: refused"):
        fetch("https://10.0.0.1:8443/", allow_private=True)

    assert asked == [("10.0.0.1", 8443)]


@pytest.mark.parametrize("place", ["https://localhost/", "https://169.254.169.254/", "https://0.0.0.0/"])
def test_this_machine_and_a_link_are_never_asked(place):
    with pytest.raises(NotFetched, match=r"which is no public address: it is not asked\.$"):
        fetch(place, allow_private=True)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (fetching.LARGEST + 1))

    with pytest.raises(NotFetched, match="larger than 5 MiB"):
        fetch(str(large))
