"""Only public https addresses are asked, and none without end."""

import http.server
import socket
import ssl
import threading
import time

import pytest

from coverage.interchange.schedules import fetching
from coverage.interchange.schedules.fetching import NotFetched, download, fetch, is_public
from tests.journeys.test_tls import make_certificate


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        match self.path:
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "https://10.0.0.1/")
                self.end_headers()
            case "/none":
                self.send_error(404)
            case "/large":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"x" * (fetching.LARGEST + 10))
            case "/slow":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n")
                while not self.server.over.wait(0.02):  # a header line now and then
                    self.wfile.write(b"X-Wait: 1\r\n")
            case _:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"the schedule " + self.path.encode())

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
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{httpd.server_port}"
    httpd.over.set()
    httpd.shutdown()
    httpd.server_close()


def inside(host: str, port: int) -> socket.socket:
    """Connects without asking whether the address is public: the test's server is not."""
    return socket.create_connection((host, port))


def test_what_an_address_answers_is_read_with_its_query(server):
    assert download(f"{server}/a.json?v=2", connect=inside) == b"the schedule /a.json?v=2"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/moved", "leads on to https://10.0.0.1/"), ("/none", "answers 404"), ("/large", "larger than 5 MiB")],
)
def test_what_is_no_schedule_is_said(path, sentence, server):
    with pytest.raises(NotFetched, match=sentence):
        download(server + path, connect=inside)


def test_a_server_that_drips_for_ever_is_left(server):
    began = time.monotonic()

    with pytest.raises(NotFetched, match=r"takes longer than 0\.3 seconds"):
        download(f"{server}/slow", connect=inside, patience=0.3)

    assert time.monotonic() - began < 5


def test_a_certificate_nobody_vouches_for_is_refused(server, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(NotFetched, match="certificate"):
        download(f"{server}/a.json", connect=inside)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"),
    ],
)
def test_addresses_inside_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_addresses_of_everybody_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("https://localhost/schedule.json", "which is no public address"),
        ("https://127.0.0.1/schedule.json", "which is no public address"),
        ("https://[::1]/schedule.json", "which is no public address"),
        ("https://2130706433/schedule.json", "no public address|There is no"),
        ("http://example.org/schedule.json", "begins with https"),
        ("file:///etc/passwd", "begins with https"),
        ("https:///nowhere", "begins with https"),
        ("https://ada:secret@example.org/", "without a name and password"),
        ("https://example.org:notaport/", "is no address"),
        ("/no/such/file.json", "cannot be read: No such file"),
    ],
)
def test_what_is_not_asked_and_why(place, sentence):
    with pytest.raises(NotFetched, match=sentence):
        fetch(place)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (fetching.LARGEST + 1))

    with pytest.raises(NotFetched, match="larger than 5 MiB"):
        fetch(str(large))
