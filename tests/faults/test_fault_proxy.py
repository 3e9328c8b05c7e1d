"""What the fault proxy does to a request, asked of a small server behind it."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.faults.fault_proxy import Fault, FaultProxy
from tests.lines import running
from tests.processes import eventually

ASKED, ANSWERED = b"asked " * 2000, b"answered " * 20_000


class Server(ThreadingHTTPServer):
    """`got`: what came of each request's body."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[bytes] = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_PUT(self) -> None:
        self.server.got.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(201)
        self.send_header("Content-Length", str(len(ANSWERED)))
        self.end_headers()
        self.wfile.write(ANSWERED)

    def log_message(self, *arguments) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def line(server) -> Iterator[FaultProxy]:
    with running(FaultProxy(f"http://127.0.0.1:{server.server_port}", seed=5)) as line:
        yield line


def ask(connection: http.client.HTTPConnection) -> bytes:
    connection.request("PUT", "/", ASKED)
    return connection.getresponse().read()


def ask_once(line: FaultProxy) -> bytes:
    with closing(http.client.HTTPConnection("127.0.0.1", line.port, timeout=10)) as connection:
        return ask(connection)


def test_without_rates_everything_passes(line, server):
    with closing(http.client.HTTPConnection("127.0.0.1", line.port, timeout=10)) as connection:
        answers = [ask(connection), ask(connection)]

    assert (answers, server.got) == ([ANSWERED] * 2, [ASKED] * 2)
    assert (line.exchanges, line.log) == (2, [])


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.LATE])
def test_the_request_arrives_and_no_answer(fault, line, server):
    line.rates = {fault: 1}

    with pytest.raises(ConnectionResetError):
        ask_once(line)

    assert eventually(lambda: server.got == [ASKED])
    assert line.done == {fault: 1}


def test_the_request_is_cut(line, server):
    line.rates = {Fault.DROPPED: 1}

    with pytest.raises(ConnectionResetError):
        ask_once(line)

    assert line.done == {Fault.DROPPED: 1}
    assert eventually(lambda: server.got)
    assert 0 < len(server.got[0]) < len(ASKED)


def test_the_answer_is_cut(line, server):
    line.rates = {Fault.TRUNCATED: 1}

    with pytest.raises(http.client.IncompleteRead) as raised:
        ask_once(line)

    assert ANSWERED.startswith(raised.value.partial)
    assert server.got == [ASKED]


def test_the_answer_is_late(line, server):
    line.rates = {Fault.DELAYED: 1}

    assert ask_once(line) == ANSWERED
    assert line.done == {Fault.DELAYED: 1}


def test_the_line_is_away_for_every_connection(line, server):
    line.rates = {Fault.AWAY: 1}
    with pytest.raises(ConnectionResetError):
        ask_once(line)
    line.rates = {}

    with pytest.raises(ConnectionResetError):
        ask_once(line)
    back = eventually(lambda: comes_back(line))

    assert (line.done, back, server.got) == ({Fault.AWAY: 1}, ANSWERED, [ASKED])


def comes_back(line: FaultProxy) -> bytes:
    with suppress(ConnectionResetError):
        return ask_once(line)
    return b""


def test_a_seed_says_what_happens(server):
    def said(seed: int) -> list[Fault | None]:
        line = FaultProxy("http://127.0.0.1:1", seed)
        line.rates = dict.fromkeys(Fault, 0.1)
        return [line._begin().fault for _ in range(50)]

    assert said(1) == said(1) != said(2)
