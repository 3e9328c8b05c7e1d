"""Fixtures and checks of the tests that follow an event through real processes."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from coverage.record.models import EventHead, Release, ReleasedPost
from tests import factories
from tests.faults.publisher import Publisher
from tests.faults.readers import Reader
from tests.faults.web import Web
from tests.own_redis import OwnRedis


@pytest.fixture(scope="module")
def own_redis(django_db_setup) -> Iterator[OwnRedis]:
    """Of this module alone, running."""
    server = OwnRedis()
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def start_web(own_redis, tmp_path_factory, public_environment) -> Iterator[Callable[..., Web]]:
    """Starts a web process of this module; `environment` as `Web`."""
    started: list[Web] = []

    def start(**environment: str) -> Web:
        started.append(
            Web(tmp_path_factory.mktemp("web"), own_redis.url, **public_environment, **environment)
        )
        return started[-1]

    yield start
    for web in started:
        web.stop()


@pytest.fixture
def start_publisher(event, own_redis) -> Iterator[Callable[..., Publisher]]:
    """Starts a process that releases posts of the event; `environment` as `Publisher`."""
    started: list[Publisher] = []

    def start(**environment: str) -> Publisher:
        started.append(Publisher(event.slug, own_redis.url, **environment))
        return started[-1]

    yield start
    for publisher in started:
        publisher.stop()


@pytest.fixture
def event(transactional_db):
    """Live, without posts, and the chief who releases."""
    factories.make_chief(username="chief", byline="Ada Chief")
    return factories.make_event()


async def until(condition: Callable, seconds: float = 20) -> None:
    """Waits for a condition while the readers read on. Fails if it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def head_of(slug: str) -> EventHead:
    return EventHead.objects.get(slug=slug)


async def all_have(readers: list[Reader], seq: int, seconds: float = 20) -> None:
    """Waits until all have applied an entry."""
    await until(lambda: all(reader.seq >= seq for reader in readers), seconds)


def assert_exact(readers: list[Reader], slug: str, since: int) -> None:
    """Each has applied exactly what was released after a number, in order, none twice, and shows what is live."""
    head = head_of(slug)
    rows = Release.objects.filter(head=head, seq__gt=since).order_by("seq")
    released = list(rows.values_list("seq", "op", "public_id"))
    live = dict(ReleasedPost.objects.live().filter(head=head).values_list("public_id", "fragment"))
    assert [seq for seq, _, _ in released] == list(range(since + 1, head.seq + 1))
    for reader in readers:
        assert [(e["seq"], e["op"], e["post"]) for e in reader.applied] == released
        assert reader.page == live
        assert (reader.twice, reader.gaps) == ([], 0)


def returns(readers: list[Reader]) -> int:
    """How often they have come back, all together."""
    return sum(reader.returns for reader in readers)


def longest_wait(patient: Reader, *publishers: Publisher) -> float:
    """Of a reader that never hangs up, for an entry after its commit; in seconds."""
    done = [one for publisher in publishers for one in publisher.done]
    return max(patient.arrived[one["seq"]] - one["at"] for one in done)
