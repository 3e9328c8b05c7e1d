"""The figures of `/metrics` count what they say, each by what was done to a live branch."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from tests.coverage.live.asking import do, served, until
from tests.coverage.live.test_branch import ring

pytestmark = pytest.mark.django_db(transaction=True)

PAGE, LIVE, STREAM = "/events/summit/", "/events/summit/live.json", "/events/summit/stream"


def figure(name: str, **labels: str) -> float:
    """Of that collector alone: others would ask the database, over a connection that nobody closes in a loop."""
    samples = [one for metric in REGISTRY.restricted_registry([name]).collect() for one in metric.samples]
    return next((one.value for one in samples if (one.name, one.labels) == (name, labels)), 0)


class Since:
    """What was counted from its making on."""

    def __init__(self, *names: str, **labels: str):
        self.labels, self.before = labels, {name: figure(name, **labels) for name in names}

    def __call__(self) -> list[float]:
        return [figure(name, **self.labels) - before for name, before in self.before.items()]


def test_polls_are_counted_by_what_was_asked_and_how_it_was_answered(event):
    new, known = (Since("newsroom_polls_total", what="live.json", status=status) for status in ("200", "304"))

    async def scene(server):
        first = await server.ask(LIVE)
        for _ in range(2):
            await server.ask(LIVE, if_none_match=first.headers["etag"])

    served(scene)

    assert (new(), known()) == ([1], [2])


def test_entries_are_counted_once_here_and_once_for_each_reader_and_late_by_seconds(event, release):
    counted = Since(
        "newsroom_entries_total", "newsroom_entries_sent_total", "newsroom_release_lag_seconds_count"
    )
    late = Since("newsroom_release_lag_seconds_sum")

    async def scene(server):
        before = figure("newsroom_streams_open")
        opened = [await server.open(STREAM) for _ in range(3)]
        assert figure("newsroom_streams_open") - before == 3
        await do(release, event, "<p>News.</p>", minute=9)
        await asyncio.sleep(0.3)
        ring(server, event)
        await until(lambda: all(b"News." in said.body for said, _, _ in opened))
        for _, task, gone in opened:
            gone.set()
            await task
        assert figure("newsroom_streams_open") == before

    served(scene)

    assert counted() == [1, 3, 1]
    assert 0.3 <= late()[0] < 10


def test_a_finished_page_is_timed_each_time_it_is_made(event, release):
    counted = Since("newsroom_projection_seconds_count")

    async def scene(server):
        await server.ask(PAGE)
        await server.ask(PAGE)
        await do(release, event, "<p>News.</p>", minute=9)
        ring(server, event)
        await until(lambda: counted() == [2])

    served(scene)


def test_what_the_look_found_without_a_ring_is_a_heal(event, release):
    counted = Since("newsroom_heals_total")

    async def scene(server):
        await server.ask(LIVE)
        await server.hub.look()
        assert counted() == [0]
        await do(release, event, "<p>News.</p>", minute=9)
        await server.hub.look()

    served(scene)

    assert counted() == [1]


def test_who_is_told_to_begin_anew_is_counted(event):
    counted = Since("newsroom_resyncs_total")

    async def scene(server):
        said, task, _ = await server.open(f"{STREAM}?after=zzzzzz-1")
        await task
        assert b"event: resync" in said.body

    served(scene)

    assert counted() == [1]
