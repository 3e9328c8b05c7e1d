"""Rings are lost, connections break, Redis dies: every reader has every entry, in order, once."""

import asyncio

import pytest

from coverage.record.bell import CHANNEL
from tests.coverage.live.asking import in_a_loop
from tests.faults.live import all_have, assert_exact, head_of, longest_wait, returns, until
from tests.faults.publisher import Publisher
from tests.faults.readers import Reader, following
from tests.faults.web import Web

pytestmark = [pytest.mark.any_database, pytest.mark.processes, pytest.mark.xdist_group("live faults")]

READERS = 200
ENTRIES = 110
PATIENCE = 3.0  # seconds after which a reader has hung up
LOSS = 0.5  # the share of rings that nobody hears
LATEST = 5.0  # seconds after its commit that an entry must be with a reader, whatever happens
CLICK = 2.0  # seconds, the most a verb may take with Redis dead, on a busy machine


@pytest.fixture(scope="module")
def web(start_web) -> Web:
    return start_web()


def test_two_hundred_restless_readers_miss_nothing_over_a_lossy_bus(web, event, start_publisher):
    publisher, since = start_publisher(), head_of(event.slug).seq
    patient = Reader([web.port], event.slug)
    readers = [patient, *(Reader([web.port], event.slug, patience=PATIENCE) for _ in range(READERS))]

    async def scene() -> None:
        async with following(readers):
            for number in range(ENTRIES - 1):
                await publisher.do_something(loss=LOSS)
                # So that comings and goings are spread over all releases.
                await until(lambda n=number: returns(readers) >= 4 * n)
            await publisher.do("publish", loss=1)  # of the last one nothing is rung, and nothing after it
            await all_have(readers, since + ENTRIES)

    in_a_loop(scene())

    assert_exact(readers, event.slug, since)
    assert returns(readers) >= 2 * READERS
    assert sum(reader.resyncs for reader in readers) == 0
    assert longest_wait(patient, publisher) < LATEST


def test_redis_may_die_and_come_back(web, event, start_publisher, own_redis):
    publisher, since = start_publisher(), head_of(event.slug).seq
    patient = Reader([web.port], event.slug)
    readers = [patient, *(Reader([web.port], event.slug, patience=PATIENCE) for _ in range(20))]

    async def scene() -> None:
        async with following(readers):
            await release(publisher, patient, 5)
            own_redis.kill()
            await release(publisher, patient, 5)
            await asyncio.to_thread(own_redis.start)
            await release(publisher, patient, 5)
            await until(lambda: own_redis.listeners(CHANNEL))
            await release(publisher, patient, 5)
            await all_have(readers, since + 20)

    in_a_loop(scene())

    assert_exact(readers, event.slug, since)
    assert longest_wait(patient, publisher) < LATEST
    assert max(done["took"] for done in publisher.done) < CLICK


async def release(publisher: Publisher, patient: Reader, count: int) -> None:
    """So many, one after the other; the last of them has arrived."""
    for _ in range(count):
        done = await publisher.do_something()
    await all_have([patient], done["seq"])
