"""Whoever sends slowly keeps no place from those who read."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from newsroom.asgi import AT_ONCE, SENDING
from tests.coverage.live.asking import in_a_loop
from tests.faults import raw_http
from tests.faults.web import Web

pytestmark = [pytest.mark.any_database, pytest.mark.processes, pytest.mark.xdist_group("live faults")]

BEGUN = b"POST /search/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nthe first words"


@pytest.fixture(scope="module")
def web(start_web) -> Web:
    return start_web()


def test_bodies_that_do_not_come_hold_up_no_reader(web, event):
    async def status() -> int:
        async with asyncio.timeout(20):
            return (await raw_http.get(web.port, "/corrections/"))[0]

    with begun(web, AT_ONCE + SENDING + 1):
        assert in_a_loop(status()) == 200


@contextmanager
def begun(web: Web, count: int) -> Iterator[None]:
    """So many forms that are being sent, and stop."""
    slow = [socket.create_connection(("127.0.0.1", web.port)) for _ in range(count)]
    try:
        for one in slow:
            one.sendall(BEGUN)
        yield
    finally:
        for one in slow:
            one.close()
