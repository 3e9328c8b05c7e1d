"""The load client in C: what it counts as a message, an answer, an open stream, against servers that say it slowly."""

import select
import socket
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from bench.load import NO_COMPILER, Address, Client, Refused, compile_client

pytestmark = [pytest.mark.processes, pytest.mark.any_database]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
NOISE = b": a comment\n\nretry: 3000\n\nevent: resync\ndata: start again\n\n"


@pytest.fixture(scope="session")
def client(tmp_path_factory):
    return Client(compile_client(tmp_path_factory.mktemp("load")))


def message(number: int) -> bytes:
    return b"id: abcdef-%d\ndata: {}\ndata: {}\n\n" % number


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@contextmanager
def server(answer):
    """A server on a free port, that gives each connection to `answer` in a thread; its port and the connections."""
    connections = []
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listening:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connections.append(connection)
                threading.Thread(target=quietly, args=(connection,)).start()

        def quietly(connection: socket.socket) -> None:
            with connection:
                try:
                    answer(connection)
                except OSError:  # the client is gone
                    return

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield listening.getsockname()[1], connections
        finally:
            listening.shutdown(socket.SHUT_RDWR)
    accepting.join()
    for connection in connections:
        connection.close()


def asked(connection: socket.socket) -> bytes:
    """The next request, whole; empty when the client is gone."""
    found = b""
    while b"\r\n\r\n" not in found and (part := connection.recv(4096)):
        found += part
    return found


def streams(*parts: bytes):
    """Answers with a head and then these parts of a body."""

    def answer(connection: socket.socket) -> None:
        asked(connection)
        for part in (HEAD, *parts):
            connection.sendall(part)
        connection.recv(1)

    return answer


def test_messages_count_and_comments_and_named_events_do_not(client):
    parts = [chunk(NOISE), chunk(message(1)), chunk(NOISE), chunk(message(2) + message(3))]
    started = time.monotonic()

    with (
        server(streams(*parts)) as (port, _),
        client.open(Address(port, "/stream"), 7, messages=3, seconds=20) as opened,
    ):
        received = opened.received()

    assert [len(times) for times in received] == [7, 7, 7]
    assert started < min(received[0]) <= max(received[2]) < time.monotonic()


def test_a_message_may_come_byte_by_byte_and_across_chunks(client):
    whole = message(1)
    body = chunk(NOISE[:5]) + chunk(NOISE[5:] + whole[:9]) + chunk(whole[9:-1]) + chunk(whole[-1:])
    parts = [bytes([letter]) for letter in body]

    with (
        server(streams(*parts)) as (port, _),
        client.open(Address(port, "/stream"), 2, messages=1, seconds=20) as opened,
    ):
        received = opened.received()

    assert [len(times) for times in received] == [2]


def test_what_a_stream_missed_is_missing(client):
    with (
        server(streams(chunk(message(1)), b"0\r\n\r\n")) as (port, _),
        client.open(Address(port, "/stream"), 3, messages=2, seconds=20) as opened,
    ):
        received = opened.received()

    assert [len(times) for times in received] == [3, 0]


def test_a_stream_that_is_refused_is_said(client):
    def answer(connection: socket.socket) -> None:
        asked(connection)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with server(answer) as (port, _), pytest.raises(Refused) as raised:
        client.open(Address(port, "/stream"), 3, messages=1, seconds=20)

    assert str(raised.value) == "Only 0 of 3 streams opened: 3 refused, 0 failed."


def test_where_nobody_listens_it_says_why(client):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    with pytest.raises(Refused, match=r"3 failed \(Connection refused\)"):
        client.open(Address(port, "/stream"), 3, messages=1, seconds=20)


def test_reconnecting_closes_every_stream_and_opens_as_many(client):
    with server(streams()) as (port, connections):
        seconds = client.again(Address(port, "/stream"), 20, seconds=20)

        assert len(connections) == 40
    assert 0 < seconds < 20


def test_it_ends_with_its_standard_input(client):
    with server(streams()) as (port, _):
        opened = client.open(Address(port, "/stream"), 2, messages=1, seconds=600)

        opened.close()

    assert opened.process.returncode == 0


def test_more_streams_than_files_are_refused_at_once(client):
    command = f"ulimit -n 200; exec {client.program} open 127.0.0.1 1 / 200 5 10 1"

    said = subprocess.run(["sh", "-c", command], capture_output=True, text=True)

    assert said.returncode == 2
    assert said.stderr.startswith("200 streams do not fit: this machine lets a process open 200 files")


@pytest.mark.parametrize(
    ("answer", "status", "length"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", "200", 5),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "200", 5),
        (b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n', "304", 0),
    ],
)
def test_plain_requests_are_counted_one_after_the_other(client, answer, status, length):
    requests = []

    def serve(connection: socket.socket) -> None:
        while request := asked(connection):
            requests.append(request)
            connection.sendall(answer)

    with server(serve) as (port, connections):
        said = client.get(Address(port, "/page?x=1"), 2, seconds=1, headers=['If-None-Match: "a"'])

        assert len(connections) == 2
    assert requests[0].startswith(b"GET /page?x=1 HTTP/1.1\r\n")
    assert b'\r\nIf-None-Match: "a"\r\n' in requests[0]
    assert said["answers"] > 2
    assert said["statuses"] == {status: said["answers"]}
    assert said["bytes"] == said["answers"] * length
    assert 0 < said["p50_ms"] <= said["p99_ms"]


@pytest.mark.parametrize("waits_for_the_next", [False, True])
def test_a_server_that_closes_is_asked_again(client, waits_for_the_next):
    """Also when it does so after the next request has come: that is answered by a reset."""

    def once(connection: socket.socket) -> None:
        asked(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")
        if waits_for_the_next:
            select.select([connection], [], [])

    with server(once) as (port, connections):
        said = client.get(Address(port, "/"), 1, seconds=1)

        assert len(connections) > 1
    assert said["answers"] > 1


def test_a_server_that_answers_nothing_is_not_asked_again(client):
    with server(asked) as (port, connections):
        said = client.get(Address(port, "/"), 2, seconds=20)

        assert len(connections) == 2
    assert (said["answers"], said["failed"], said["why"]) == (0, 2, "Connection reset by peer")


def test_without_a_compiler_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit) as raised:
        compile_client(tmp_path)

    assert str(raised.value) == NO_COMPILER
