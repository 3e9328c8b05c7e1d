"""Readers that take nothing harm nobody: the others have everything, and what these did not take is kept nowhere."""

import asyncio
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.coverage.live.asking import in_a_loop
from tests.faults import raw_http
from tests.faults.live import all_have, assert_exact, head_of, longest_wait, until
from tests.faults.publisher import Publisher
from tests.faults.readers import Reader, following
from tests.faults.web import Web

pytestmark = [pytest.mark.any_database, pytest.mark.processes, pytest.mark.xdist_group("live faults")]

BLOCKED = 2  # seconds
FAST, SLOW = 5, 40  # readers
FILLING, FURTHER = 40, 30  # entries: what the kernel keeps for a connection, and three megabytes more
WORDS = "<p>" + "Words and more words. " * 4500 + "</p>"  # 100 kB
CLOSED = BLOCKED + 40  # seconds, the most: the kernel asks ever more seldom whether there is room again
LATEST = 5.0  # seconds after its commit that an entry must be with a reader
# Bytes; FURTHER entries are 3 MB, and queued for each of the slow readers they would be 120 MB.
MUCH = 40 * 2**20


@pytest.fixture(scope="module")
def web(start_web) -> Web:
    return start_web(FAULTS_BLOCKED=str(BLOCKED), STREAMS=str(FAST + SLOW))


def test_slow_readers_cost_the_others_nothing_and_lose_their_places(web, event, start_publisher):
    publisher, head = start_publisher(), head_of(event.slug)
    readers = [Reader([web.port], event.slug, epoch=head.epoch, seq=head.seq) for _ in range(FAST)]

    async def scene() -> tuple[int, list[int]]:
        async with following(readers):
            await until(lambda: all(reader.is_streaming for reader in readers))
            with taking_nothing(web, event.slug) as slow:
                refused, _, _ = await raw_http.get(web.port, stream(event.slug))
                await publish(publisher, FILLING)
                await all_have(readers, head.seq + FILLING)
                before = web.memory()
                await publish(publisher, FURTHER)
                await all_have(readers, head.seq + FILLING + FURTHER)
                await has_room(web, event.slug)
                grown = web.memory() - before
                return (
                    refused,
                    grown,
                    await asyncio.gather(*(asyncio.to_thread(everything_left, one) for one in slow)),
                )

    refused, grown, got = in_a_loop(scene())

    assert refused == 204
    assert grown < MUCH
    assert max(got) < FILLING * len(WORDS)
    assert_exact(readers, event.slug, head.seq)
    assert max(longest_wait(reader, publisher) for reader in readers) < LATEST


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux closes what nobody reads")
def test_a_connection_that_nobody_reads_from_is_closed(web, event, start_publisher):
    publisher, head = start_publisher(), head_of(event.slug)
    reader = Reader([web.port], event.slug, epoch=head.epoch, seq=head.seq)

    async def scene() -> None:
        async with following([reader]):
            await until(lambda: reader.is_streaming)
            await until(lambda: web.connections() == 1)  # those of an earlier test are gone
            with taking_nothing(web, event.slug):
                await until(lambda: web.connections() == 1 + SLOW)
                await publish(publisher, FILLING)
                await until(lambda: web.connections() == 1, CLOSED)

    in_a_loop(scene())

    assert reader.returns == 0


async def publish(publisher: Publisher, count: int) -> None:
    for _ in range(count):
        await publisher.do("publish", body=WORDS)


def stream(slug: str) -> str:
    return f"/events/{slug}/stream"


@contextmanager
def taking_nothing(web: Web, slug: str) -> Iterator[list[socket.socket]]:
    """Streams that were asked for and are not read, with little room at their end."""
    slow = [socket.socket() for _ in range(SLOW)]
    try:
        for one in slow:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", web.port))
            one.sendall(f"GET {stream(slug)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            one.settimeout(10)
            assert one.recv(13).startswith(b"HTTP/1.1 200 ")
        yield slow
    finally:
        for one in slow:
            one.close()


async def has_room(web: Web, slug: str) -> None:
    """Until a stream is to be had again: the slow ones lost their places."""
    async with asyncio.timeout(BLOCKED + 10):
        while True:
            async with raw_http.ask(web.port, stream(slug)) as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.05)


def everything_left(one: socket.socket) -> int:
    """How many bytes were on their way before the end, which comes at once. Raises TimeoutError if it does not."""
    count = 0
    with suppress(ConnectionResetError):
        while got := one.recv(2**20):
            count += len(got)
    return count
