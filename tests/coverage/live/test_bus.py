"""Hearing the bell, with a real server: after a long silence, after a Redis that stands still, after any nonsense."""

import asyncio
import signal

import pytest
import redis

from coverage.live import bus
from coverage.record.bell import CHANNEL
from tests.coverage.live.asking import in_a_loop, until
from tests.own_redis import OwnRedis

pytestmark = [pytest.mark.processes, pytest.mark.any_database]


class Hub:
    """Writes down what it is told."""

    def __init__(self):
        self.told: list[tuple] = []

    def heard(self, *ring) -> None:
        self.told.append(ring)


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(bus, "SILENCE", 1)
    monkeypatch.setattr(bus, "ANSWER", 1)
    one = OwnRedis()
    one.start()
    settings.REDIS_URL = one.url
    yield one
    one.close()


def listened(server, scene) -> list[tuple]:
    """What a listener tells its hub while the scene plays; it has the listener's task."""

    async def play() -> list[tuple]:
        hub = Hub()
        task = asyncio.create_task(bus.listen_for_ever(hub))
        await until(lambda: server.listeners(CHANNEL))
        await scene(hub)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return hub.told

    return in_a_loop(play())


def ring(server, message: str) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.publish(CHANNEL, message)


def test_a_ring_after_a_long_silence_is_heard(server, caplog):
    async def scene(hub) -> None:
        await until(lambda: b" cmd=ping " in server.clients())
        ring(server, "7 abc 1")
        await until(lambda: hub.told)

    assert listened(server, scene) == [(7, "abc", 1)]
    assert caplog.messages == ["the bell is heard"]


def test_a_server_that_stands_still_is_left_and_found_again(server, caplog):
    async def scene(hub) -> None:
        server.process.send_signal(signal.SIGSTOP)
        try:
            await until(lambda: "the bell cannot be heard" in caplog.text, 15)
        finally:
            server.process.send_signal(signal.SIGCONT)
        await until(lambda: ring(server, "7 abc 2") or hub.told)

    assert set(listened(server, scene)) == {(7, "abc", 2)}


def test_what_cannot_be_understood_ends_nothing(server, caplog):
    async def scene(hub) -> None:
        ring(server, "nonsense")
        await until(lambda: "the bell cannot be heard" in caplog.text)
        await until(lambda: ring(server, "7 abc 3") or hub.told)

    assert set(listened(server, scene)) == {(7, "abc", 3)}
