"""From the editor's click to N open pages, from one web process; nchan with one worker beside it.

    .venv/bin/python -m bench.live [--runs 3] [--streams 1000,5000] [--most] [--herd 10000] [--database postgres]

Each run starts a web process and an nginx anew, on one core; the load client, and the editor, who publishes in another
process than the web's, are on another. The two take turns at each number of streams, with the same words. Printed are
medians of the runs. "Published" is the end of the commit for ours, before anybody is told, and the moment the request
is sent for nchan; "click" is before the verb. A message counts when the load client's socket has it.
"""

import argparse
import json
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import serving
from bench.aims import Aim, Row, at_most, median_of, percentile, ratio_at_most, table
from bench.load import Address, Client, compile_client
from bench.posting import sizes, words
from tests.services import wait_until

STREAMS, MOST, HERD = (1000, 5000), 10_000, 10_000
ONE_PAGE = 12  # messages to a single open page
PAUSE_FIRST = 1.0  # seconds from the last stream's opening to the first message
LONGEST = 60.0  # seconds one client may take


def main() -> None:
    chosen = options()
    with serving.newsroom_data(chosen.database) as folder:
        client = Client(compile_client(folder), serving.cores()[1])
        serving.say_where()
        desk = Desk.make()
        runs = [one_run(folder, client, desk, chosen) for _ in range(chosen.runs)]
    print(report(runs, chosen))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--streams", type=sizes, default=STREAMS, help="open pages, as 1000,5000")
    parser.add_argument("--most", action="store_true", help=f"{MOST} open pages too")
    parser.add_argument("--herd", type=int, default=HERD, help="pages that reconnect at once")
    parser.add_argument("--messages", type=int, help="at each number of streams; otherwise 8 to 20")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    chosen = parser.parse_args()
    if min(chosen.runs, chosen.herd, chosen.messages or 1) < 1:
        parser.error("--runs, --herd and --messages must be 1 or more")
    if chosen.most:
        chosen.streams = tuple(sorted({*chosen.streams, MOST}))
    return chosen


def pace(streams: int) -> tuple[int, float]:
    """How many messages, and seconds between two: all have the one before it when the next comes."""
    return (20, 0.5) if streams <= 1000 else (10, 1.0) if streams <= 5000 else (8, 1.5)


@dataclass
class Desk:
    """An event that goes on, and the editor who publishes in it, here, in a process that is not the web's."""

    event: object
    editor: object
    number: int = 0
    drafts: list = field(default_factory=list)

    @classmethod
    def make(cls) -> "Desk":
        from bench.full_event import fill
        from tests import factories

        event, editor = factories.make_event(), factories.make_editor()
        keynote = factories.make_keynote(event, speakers=[factories.make_speaker()])
        fill(event, 60, by=editor, keynote=keynote, body=words(1))
        return cls(event, editor)

    def file(self, count: int) -> None:
        from coverage.publishing.publication import post_by_id
        from tests import factories

        for _ in range(count):
            self.number += 1
            post = factories.make_post(self.event, by=self.editor, body=words(self.number))
            self.drafts.append(post_by_id(post.pk))

    def publish(self) -> tuple[float, float]:
        """When it was clicked and when it was committed, in seconds of time.monotonic()."""
        from django.db import transaction

        from coverage.publishing.publication import publish

        post, committed = self.drafts.pop(), []
        clicked = time.monotonic()
        with transaction.atomic():
            # The first to run after the commit, before the verb's own tell anybody.
            transaction.on_commit(lambda: committed.append(time.monotonic()))
            publish(post, by=self.editor)
        return clicked, committed[0]

    def cursor(self) -> tuple[str, int]:
        from coverage.record.models import EventHead

        head = EventHead.objects.get(slug=self.event.slug)
        return head.epoch, head.seq


@dataclass
class Ours:
    """The newsroom's web process."""

    server: serving.Server
    desk: Desk

    def prepare(self, messages: int) -> Address:
        """Where streams open now: everybody has what there is."""
        self.desk.file(messages)
        epoch, seq = self.desk.cursor()
        wait_until(lambda: self.live()["seq"] == seq, "live.json")
        return Address(self.server.port, f"/events/{self.desk.event.slug}/stream?after={epoch}-{seq}")

    def publish(self) -> tuple[float, float]:
        return self.desk.publish()

    def live(self) -> dict:
        address = f"http://127.0.0.1:{self.server.port}/events/{self.desk.event.slug}/live.json"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return json.load(answer)


@dataclass
class Nchan:
    """The peer; it is given the words of our last entry."""

    server: serving.Server
    entry: bytes = b""

    def prepare(self, messages: int) -> Address:
        return Address(self.server.port, "/stream")

    def publish(self) -> tuple[float, float]:
        sent = time.monotonic()
        address = f"http://127.0.0.1:{self.server.port}/publish"
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(address, self.entry, headers), timeout=10).close()
        return sent, sent


@dataclass
class Delivery:
    """What became of some messages to some streams: milliseconds, one for each message and stream that had it."""

    from_click: list[float]
    from_publishing: list[float]
    missing: int
    kilobytes: float  # for each stream
    cpu: float  # microseconds of the server for each message and stream


@dataclass
class Run:
    """By who and how many streams; None: it could not be measured."""

    deliveries: dict[tuple[str, int], Delivery] = field(default_factory=dict)
    herds: dict[str, float] = field(default_factory=dict)


def one_run(folder: Path, client: Client, desk: Desk, chosen: argparse.Namespace) -> Run:
    run = Run()
    with ExitStack() as stack:
        web = stack.enter_context(serving.web())
        beside = stack.enter_context(serving.nginx(folder, newsroom=web.port, with_nchan=True))
        ours = Ours(web, desk)
        engines = {"ours": ours, **({"nchan": Nchan(beside)} if beside else {})}
        warm_up(engines, client)
        idle = {name: engine.server.kilobytes() for name, engine in engines.items()}
        run.deliveries["ours", 1] = deliver(ours, client, 1, chosen.messages or ONE_PAGE, 0.4, idle["ours"])
        for streams in chosen.streams:
            messages, seconds = pace(streams)
            for name, engine in engines.items():
                todo = partial(deliver, engine, client, streams, chosen.messages or messages, seconds)
                run.deliveries[name, streams] = todo(idle[name])
        for name, engine in engines.items():
            run.herds[name] = client.again(engine.prepare(0), chosen.herd, seconds=LONGEST)
    return run


def warm_up(engines: dict[str, Ours | Nchan], client: Client) -> None:
    ours = engines["ours"]
    urllib.request.urlopen(f"http://127.0.0.1:{ours.server.port}/events/{ours.desk.event.slug}/").close()
    deliver(ours, client, 50, 3, 0.4, 0)
    if "nchan" in engines:
        engines["nchan"].entry = json.dumps(ours.live()["entries"][-1], ensure_ascii=False).encode()
        deliver(engines["nchan"], client, 50, 3, 0.4, 0)


def deliver(
    engine: Ours | Nchan, client: Client, streams: int, messages: int, pause: float, idle: float
) -> Delivery:
    """Messages to so many streams, so many seconds apart. `idle`: kilobytes the server held before any stream."""
    address = engine.prepare(messages)
    with client.open(address, streams, messages=messages, seconds=LONGEST) as opened:
        before = engine.server.cpu_seconds()
        due, moments = time.monotonic() + PAUSE_FIRST, []
        for number in range(messages):
            if number == messages - 1:
                held = engine.server.kilobytes()
            time.sleep(max(0, due - time.monotonic()))
            moments.append(engine.publish())
            due += pause
        received = opened.received()
        used = engine.server.cpu_seconds() - before
    return judged(
        moments,
        received,
        streams,
        kilobytes=(held - idle) / streams,
        cpu=used * 1e6 / (messages * streams),
    )


def judged(
    moments: list[tuple[float, float]],
    received: list[list[float]],
    streams: int,
    *,
    kilobytes: float = 0,
    cpu: float = 0,
) -> Delivery:
    """`moments`: when each message was clicked and published; `received`: when each stream that had it did."""
    pairs = [(at, *moment) for moment, times in zip(moments, received, strict=True) for at in times]
    return Delivery(
        from_click=[(at - clicked) * 1000 for at, clicked, _ in pairs],
        from_publishing=[(at - published) * 1000 for at, _, published in pairs],
        missing=len(moments) * streams - len(pairs),
        kilobytes=kilobytes,
        cpu=cpu,
    )


def report(runs: list[Run], chosen: argparse.Namespace) -> str:
    heading = f"\n{chosen.database}, medians of {chosen.runs} runs; milliseconds unless another unit is named"
    rows = [one_page_row(runs)]
    for streams in chosen.streams:
        rows += delivery_rows(runs, streams)
    rows.append(herd_row(runs, chosen.herd))
    return f"{heading}\n{table(rows, peer='nchan')}"


def figure(runs: list[Run], engine: str, streams: int, what: Callable[[Delivery], float]) -> float | None:
    found = [run.deliveries[engine, streams] for run in runs if (engine, streams) in run.deliveries]
    return median_of(found, what)


def one_page_row(runs: list[Run]) -> Row:
    half = figure(runs, "ours", 1, lambda one: percentile(one.from_click, 50))
    return Row("click → one open page, p50", half, aim=at_most(30))


def delivery_rows(runs: list[Run], streams: int) -> list[Row]:
    """The aims are of the numbers they were promised for; of other numbers the figures are printed alone."""
    promised = streams in STREAMS

    def both(what: str, value: Callable[[Delivery], float], aim: Aim | None = None) -> Row:
        ours, peer = (figure(runs, engine, streams, value) for engine in ("ours", "nchan"))
        return Row(f"{what}, {streams} streams", ours, peer, aim)

    clicked = figure(runs, "ours", streams, lambda one: percentile(one.from_click, 99))
    return [
        both("published → received, p50", lambda one: percentile(one.from_publishing, 50)),
        both(
            "published → received, p99",
            lambda one: percentile(one.from_publishing, 99),
            ratio_at_most(1.0) if promised else None,
        ),
        Row(
            f"click → received, p99, {streams} streams",
            clicked,
            aim=at_most(300) if streams == 5000 else None,
        ),
        both("messages missing", lambda one: one.missing, at_most(0)),
        both("CPU µs a message", lambda one: one.cpu),
        both("KB a stream", lambda one: one.kilobytes, at_most(30) if promised else None),
    ]


def herd_row(runs: list[Run], herd: int) -> Row:
    ours, peer = (median_of(runs, lambda run, name=name: run.herds.get(name)) for name in ("ours", "nchan"))
    return Row(f"seconds for {herd} reconnects", ours, peer, at_most(2) if herd == HERD else None)


if __name__ == "__main__":
    main()
