"""Two web processes and two publishers at once; one of the processes is replaced in the middle."""

import asyncio
import random
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.coverage.live.asking import in_a_loop
from tests.faults.live import all_have, assert_exact, head_of, longest_wait, until
from tests.faults.publisher import Publisher
from tests.faults.readers import Reader, following
from tests.faults.web import Web
from tests.processes import eventually

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("live faults")]

EACH = 20  # entries of a publisher
DRAIN = 4  # seconds over which the streams of a process that is told to end do so
LATEST = 5.0  # seconds after its commit that an entry must be with a reader


@pytest.fixture(scope="module")
def first(start_web) -> Web:
    return start_web(DRAIN_SECONDS=str(DRAIN))


@pytest.fixture(scope="module")
def second(start_web) -> Web:
    return start_web(DRAIN_SECONDS=str(DRAIN))


def test_readers_of_both_have_what_both_publish(first, second, event, start_publisher):
    publishers, since = [start_publisher(), start_publisher()], head_of(event.slug).seq
    patient = [Reader([web.port], event.slug) for web in (first, second)]
    wandering = [
        Reader(random.sample([first.port, second.port], 2), event.slug, patience=2) for _ in range(30)
    ]
    readers = [*patient, *wandering]

    async def scene() -> None:
        async with following(readers):
            await asyncio.gather(*(release(publisher, EACH) for publisher in publishers))
            await all_have(readers, since + 2 * EACH)

    in_a_loop(scene())

    assert_exact(readers, event.slug, since)
    assert max(longest_wait(reader, *publishers) for reader in patient) < LATEST


def test_a_deploy_in_the_middle_loses_nothing_and_brings_nothing_twice(first, second, event, start_publisher):
    publisher, since = start_publisher(), head_of(event.slug).seq
    readers = [Reader([first.port, second.port], event.slug) for _ in range(60)]

    async def scene() -> None:
        async with following(readers):
            await release(publisher, 10)
            await all_have(readers, since + 10)
            first.tell_to_end()
            async with asyncio.timeout(DRAIN + 5):
                while not all(reader.ends for reader in readers):
                    await release(publisher, 1)
            await release(publisher, 5)
            await until(first.has_ended, DRAIN + 10)
            await all_have(readers, head_seq(publisher))

    in_a_loop(scene())

    ends = sorted(reader.ends[0] for reader in readers)
    assert_exact(readers, event.slug, since)
    assert [len(reader.ends) for reader in readers] == [1] * len(readers)
    assert 0.5 * DRAIN < ends[-1] - ends[0] < 2 * DRAIN
    # The first look may be a second late, and end as many at once.
    assert ends[len(ends) // 2] - ends[0] > 0.1 * DRAIN
    assert first.process.returncode == 0, first.log()


def test_a_process_that_is_told_to_end_sends_who_reads_elsewhere_and_finishes_what_is_sent(second):
    """So no proxy has to learn that it ends from a connection that closes under a form."""
    with closing(HTTPConnection("127.0.0.1", second.port, timeout=20)) as kept:
        assert status_of(kept, "GET", "/robots.txt") == 200

        second.tell_to_end()
        led_away = eventually(lambda: status_of(kept, "GET", "/robots.txt") == 502, 5)
        on_the_same, is_alive = status_of(kept, "POST", "/robots.txt"), status_of(kept, "GET", "/livez")
    with closing(HTTPConnection("127.0.0.1", second.port, timeout=20)) as new:
        on_a_new_one = status_of(new, "POST", "/robots.txt")

    assert led_away
    assert (on_the_same, on_a_new_one, is_alive) == (403, 403, 200)  # it is no form of ours
    assert eventually(second.has_ended, DRAIN + 10)
    assert second.process.returncode == 0, second.log()


def status_of(connection: HTTPConnection, method: str, path: str) -> int:
    connection.request(method, path)
    with connection.getresponse() as answer:
        answer.read()
        return answer.status


async def release(publisher: Publisher, count: int) -> None:
    for _ in range(count):
        await publisher.do_something()


def head_seq(publisher: Publisher) -> int:
    return publisher.done[-1]["seq"]
