"""The stream: where a reader goes on, when it is told to begin anew, and how a stream ends."""

import asyncio
import json

import pytest
from prometheus_client import REGISTRY

from coverage.live import channel, hub, looking, streams
from coverage.publishing import publication
from coverage.record.models import EventHead
from tests.coverage.live.asking import Said, do, served, until
from tests.coverage.live.test_branch import ring

pytestmark = pytest.mark.django_db(transaction=True)

STREAM = "/events/summit/stream"
TOO_LONG = "{epoch}-" + "1" * 5000  # digits that Python reads as a number


def entries(said: Said) -> list[dict]:
    """What its messages say, each with the `id` it came under."""
    found = []
    for block in said.body.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "id" in fields:
            found.append({"id": fields["id"], **json.loads(fields["data"])})
    return found


def numbers(said: Said) -> list[int]:
    return [entry["seq"] for entry in entries(said)]


def head() -> EventHead:
    return EventHead.objects.get(slug="summit")


@pytest.fixture
def five(event, release):
    return [release(event, f"<p>{minute}</p>", minute=minute) for minute in range(5)]


async def followed(server, cursor: str = "", **headers) -> Said:
    """A stream that has said what it had to say, and is left again."""
    said, task, gone = await server.open(f"{STREAM}?after={cursor}" if cursor else STREAM, **headers)
    await until(lambda: said.is_over or (server.hub.channels["summit"].streams and b": here" in said.body))
    await asyncio.sleep(0.05)
    gone.set()
    await task
    return said


def test_it_begins_with_the_headers_of_an_event_stream(five):
    said = served(followed)

    assert said.status == 200
    assert said.headers["content-type"].startswith("text/event-stream")
    assert said.headers["cache-control"] == "no-cache, no-transform"
    assert said.headers["x-accel-buffering"] == "no"
    assert "content-security-policy" in said.headers
    assert said.body.startswith(b"retry: 3000\n")
    assert numbers(said) == []


@pytest.mark.parametrize("by_header", [True, False])
def test_a_reader_goes_on_after_the_last_entry_it_has(five, by_header):
    seq, epoch = head().seq, head().epoch
    cursor, header = f"{epoch}-{seq - 2}", {"last_event_id": f"{epoch}-{seq - 1}"} if by_header else {}

    said = served(lambda server: followed(server, cursor, **header))

    assert numbers(said) == ([seq] if by_header else [seq - 1, seq])
    assert entries(said)[-1]["id"] == f"{epoch}-{seq}"


def test_what_comes_is_given_as_it_comes_and_the_same_to_all(event, five, release):
    async def scene(server):
        readers = [await server.open(STREAM) for _ in range(3)]
        await do(release, event, "<p>News.</p>", minute=9)
        ring(server, event)
        await until(lambda: all(numbers(said) for said, _, _ in readers))
        for _, task, gone in readers:
            gone.set()
            await task
        return [said for said, _, _ in readers], server

    said, server = served(scene)

    assert len({one.body for one in said}) == 1
    assert entries(said[0])[0]["op"] == "publish"
    assert not server.streams.open
    assert not server.streams.of_address


def test_who_is_behind_the_ring_is_served_from_the_record(five, monkeypatch):
    monkeypatch.setattr(looking, "RING", 2)
    monkeypatch.setattr(channel, "RING", 2)
    cursor = f"{head().epoch}-0"

    said = served(lambda server: followed(server, cursor))

    assert numbers(said) == list(range(1, head().seq + 1))


@pytest.mark.parametrize(
    "cursor", ["zzzzzz-1", "{epoch}-999", "{epoch}-x", "{epoch}", "-1", "{epoch}-1", TOO_LONG]
)
def test_who_cannot_go_on_is_told_to_begin_anew_and_let_go(five, monkeypatch, cursor):
    monkeypatch.setattr(streams, "FURTHEST", 3)
    given = cursor.format(epoch=head().epoch)

    said = served(lambda server: followed(server, given))

    assert b"event: resync\ndata:" in said.body
    assert said.is_over
    assert numbers(said) == []


def test_who_comes_from_a_process_that_knew_more_goes_on_when_this_one_does(event, five, release):
    cursor = f"{head().epoch}-{head().seq + 1}"

    async def scene(server):
        said, task, gone = await server.open(f"{STREAM}?after={cursor}")
        for minute in (8, 9):
            await do(release, event, "<p>News.</p>", minute=minute)
            ring(server, event)
        await until(lambda: said.is_over or numbers(said))
        gone.set()
        await task
        return said

    assert numbers(served(scene)) == [head().seq]


def test_who_knows_more_than_there_is_begins_anew(five, monkeypatch):
    monkeypatch.setattr(streams, "LAG", 0.01)
    cursor = f"{head().epoch}-{head().seq + 1}"

    said = served(lambda server: followed(server, cursor))

    assert b"event: resync" in said.body


def test_another_epoch_ends_every_stream_with_a_resync(event, five):
    async def scene(server):
        said, task, _ = await server.open(STREAM)
        await do(EventHead.objects.update, epoch="zzzzzz")
        ring(server, event)
        await task
        return said

    said = served(scene)

    assert b"event: resync" in said.body
    assert said.is_over


def test_a_number_that_went_back_is_another_record(event, five):
    async def scene(server):
        said, task, _ = await server.open(STREAM)
        await do(EventHead.objects.update, seq=3)
        await server.hub.look()
        await task
        return said

    assert b"event: resync" in served(scene).body


def test_an_event_that_is_no_longer_public_ends_its_streams(event, five):
    async def scene(server):
        said, task, _ = await server.open(STREAM)
        await do(EventHead.objects.update, state="draft")
        await server.hub.look()
        await task
        return said

    assert served(scene).is_over


def test_a_resumed_stream_has_no_word_of_what_was_withdrawn(event, five, release, chief):
    post = release(event, "<p>Canary.</p>", minute=9)
    publication.withdraw(post, by=chief, reason="Wrong.")
    cursor = f"{head().epoch}-0"

    said = served(lambda server: followed(server, cursor))

    assert b"Canary." not in said.body
    assert entries(said)[-1]["reason"] == "Wrong."


@pytest.mark.parametrize("limit", ["most", "most_of_one"])
def test_beyond_its_places_a_reader_is_told_to_poll(five, limit):
    async def scene(server):
        _, task, gone = await server.open(STREAM)
        refused = await server.ask(STREAM)
        gone.set()
        await task
        return refused, await followed(server)

    refused, again = served(scene, **{limit: 1})

    assert (refused.status, refused.body, refused.headers["cache-control"]) == (204, b"", "no-store")
    assert again.status == 200


def test_places_are_counted_by_the_address_our_proxy_saw(five, settings):
    settings.TRUSTED_PROXIES = 1

    async def scene(server):
        _, task, gone = await server.open(STREAM, x_forwarded_for="198.51.100.1, 203.0.113.5")
        other = await server.open(STREAM, x_forwarded_for="203.0.113.6")
        same = await server.ask(STREAM, x_forwarded_for="198.51.100.2, 203.0.113.5")
        for making, running in ((gone, task), (other[2], other[1])):
            making.set()
            await running
        return other[0].status, same.status

    assert served(scene, most_of_one=1) == (200, 204)


def test_head_of_a_stream_is_its_headers_alone(five):
    said = served(lambda server: server.ask(STREAM, method="HEAD"))

    assert said.headers["content-type"].startswith("text/event-stream")
    assert said.body == b""


def test_silence_is_broken_by_a_comment(event, five):
    async def scene(server):
        said, task, gone = await server.open(STREAM)
        await until(lambda: b": here" in said.body)
        server.hub.channels["summit"].wake()
        await until(lambda: said.body.endswith(b":\n\n"))
        gone.set()
        await task

    served(scene)


def test_a_stream_that_is_old_enough_ends_by_itself(five):
    async def scene(server):
        said, task, _ = await server.open(STREAM)
        [stream] = server.streams.open
        stream.check(stream.ends_at - 1)
        assert not task.done()
        stream.check(stream.ends_at)
        await task
        return said

    assert served(scene).is_over


def test_heartbeats_come_from_the_one_timer(five, monkeypatch):
    monkeypatch.setattr(streams, "SWEEP", 0.01)
    monkeypatch.setattr(streams, "HEARTBEAT", 0.02)

    async def scene(server):
        said, task, gone = await server.open(STREAM)
        timer = asyncio.create_task(server.streams.watch_for_ever())
        await until(lambda: said.body.count(b":\n\n") >= 3)
        timer.cancel()
        gone.set()
        await task

    served(scene)


def test_streams_live_for_some_minutes_and_not_all_equally_long(five):
    async def scene(server):
        opened = [await server.open(STREAM) for _ in range(20)]
        now = asyncio.get_running_loop().time()
        lives = [stream.ends_at - now for stream in server.streams.open]
        for _, task, gone in opened:
            gone.set()
            await task
        return lives

    lives = served(scene)

    assert all(295 < life < 421 for life in lives)
    assert max(lives) - min(lives) > 10


def test_a_reader_that_is_always_slow_does_not_outlive_its_stream(five):
    """Nor does it hold up the end of the process: what it is given it takes, but never when the timer looks."""

    async def scene(server):
        _, task, _ = await server.open(STREAM)
        [stream] = server.streams.open
        stream.taking_since = stream.ends_at
        stream.check(stream.ends_at + streams.BLOCKED - 1)
        assert not task.done()
        stream.taking_since = stream.ends_at + streams.BLOCKED
        stream.check(stream.ends_at + streams.BLOCKED + 1)
        await task

    served(scene)


def test_who_is_behind_while_too_many_are_is_told_to_begin_anew(five, monkeypatch):
    monkeypatch.setattr(looking, "RING", 2)
    monkeypatch.setattr(channel, "RING", 2)
    cursor = f"{head().epoch}-0"

    async def scene(server):
        await server.ask("/events/summit/live.json")
        monkeypatch.setattr(hub, "WAITING", 0)
        return await followed(server, cursor)

    assert b"event: resync" in served(scene).body


def test_a_reader_that_takes_nothing_is_let_go_of_and_the_others_hear(event, five, release):
    blocked = REGISTRY.get_sample_value("newsroom_streams_blocked_total")

    async def scene(server):
        stuck = Said()

        async def send(message):
            await Said.send(stuck, message)
            if b"data:" in message.get("body", b""):
                await asyncio.Event().wait()

        slow = asyncio.create_task(server.ask(STREAM, receive=never_ending, said=Stuck(send)))
        await until(lambda: server.streams.open)
        fast, task, gone = await server.open(STREAM)
        for minute in (10, 11):
            await do(release, event, minute=minute)
            ring(server, event)
            await until(lambda: not server.hub._looking)
        await until(lambda: len(numbers(fast)) == 2)
        for stream in list(server.streams.open):
            stream.check(asyncio.get_running_loop().time() + streams.BLOCKED + 1)
        await slow
        gone.set()
        await task
        return numbers(stuck)

    assert len(served(scene)) == 1
    assert REGISTRY.get_sample_value("newsroom_streams_blocked_total") == blocked + 1


class Stuck(Said):
    """Whose `send` is another's."""

    def __init__(self, send):
        super().__init__()
        self.given = send

    async def send(self, message: dict) -> None:
        await self.given(message)


async def never_ending() -> dict:
    return await asyncio.Event().wait()


def test_a_process_about_to_end_lets_its_streams_go_one_by_one_and_takes_no_more(five, monkeypatch):
    monkeypatch.setattr(streams, "SWEEP", 0.01)
    monkeypatch.setattr(streams, "DRAIN_SWEEP", 0.01)

    async def scene(server):
        timer = asyncio.create_task(server.streams.watch_for_ever())
        readers = [await server.open(STREAM) for _ in range(20)]
        server.streams.drain(0.5)
        left, loop = [], asyncio.get_running_loop()
        for _, task, _ in readers:
            task.add_done_callback(lambda _: left.append(loop.time()))
        refused = await server.ask(STREAM)
        await asyncio.gather(*(task for _, task, _ in readers))
        timer.cancel()
        return refused.status, [said for said, _, _ in readers], max(left) - min(left)

    status, ended, spread = served(scene)

    assert status == 204
    assert all(said.is_over and b"event: again\ndata: elsewhere\n\n" in said.body for said in ended)
    assert spread > 0.1
