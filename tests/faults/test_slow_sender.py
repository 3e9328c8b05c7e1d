"""Whoever sends slowly keeps no place from those who read."""

import asyncio
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from newsroom.asgi import AT_ONCE, SENDING, SENDING_OF_ONE
from newsroom.launcher import HEADERS
from tests.coverage.live.asking import in_a_loop
from tests.faults import raw_http
from tests.faults.web import Web
from tests.processes import eventually

pytestmark = [pytest.mark.any_database, pytest.mark.processes, pytest.mark.xdist_group("live faults")]

HEAD = (
    "POST /search/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 192.0.2.{}\r\nContent-Length: {}\r\n\r\n"
)


@pytest.fixture(scope="module")
def web(start_web) -> Web:
    return start_web(TRUSTED_PROXIES="1")


def test_bodies_that_do_not_come_hold_up_no_reader(web, event):
    async def status() -> int:
        async with asyncio.timeout(20):
            return (await raw_http.get(web.port, "/corrections/"))[0]

    count = AT_ONCE + SENDING + 1
    with begun(web, [number // SENDING_OF_ONE for number in range(count)]):
        assert in_a_loop(status()) == 200


def test_one_who_sends_slowly_keeps_no_other_from_sending(web, event):
    with begun(web, [1] * (SENDING_OF_ONE + 9)) as slow:
        assert eventually(lambda: len(select.select(slow, [], [], 0)[0]) == 9)  # are refused
        assert status_of(web, HEAD.format(1, 1) + "x") == 503
        assert status_of(web, HEAD.format(2, 1) + "x") == 403  # Django has seen it: no form of ours


def test_headers_without_end_are_refused(web, event):
    assert (
        status_of(web, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "X-Long: x\r\n" * 9000 + "\r\n") == 431
    )
    cookie = "x" * (HEADERS // 2)
    assert status_of(web, f"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n") == 200


def status_of(web: Web, request: str) -> int:
    with socket.create_connection(("127.0.0.1", web.port), timeout=20) as connection:
        with suppress(OSError):  # it may hang up before it has read all
            connection.sendall(request.encode())
        return int(connection.recv(100).split()[1])


@contextmanager
def begun(web: Web, lines: list[int]) -> Iterator[list[socket.socket]]:
    """Forms that are being sent, each by one of these lines, and stop."""
    slow = [socket.create_connection(("127.0.0.1", web.port)) for _ in lines]
    try:
        for one, line in zip(slow, lines, strict=True):
            one.sendall(HEAD.format(line, 1000).encode() + b"the first words")
        yield slow
    finally:
        for one in slow:
            one.close()
