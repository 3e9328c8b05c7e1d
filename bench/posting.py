"""Adding one post as the event grows from 60 to 500, 2,000 and 10,000: must stay flat.

    .venv/bin/python -m bench.posting [--database postgres] [--rounds 30] [--sizes 60,500,2000,10000]

Makes a throw-away newsroom in a temporary folder. Each figure is the median of the rounds, which take turns between
the sizes, so that a noisy machine disturbs all alike; ratios are to the smallest event of the same run, and to one
commit of a single small row, measured in the same rounds. "own ms" is the time this process worked and did not wait.
"project" is what the web process makes of a release: the finished first page, plain and gzip, on disk, and live.json.
No Redis runs but for the line that says so, where the smallest event's publishing takes turns with and without.
On PostgreSQL the bytes of write-ahead log are printed too; it writes no full pages, and does not wait for the disk.
"""

import argparse
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.aims import Row, at_most, ratio_at_most, table

SIZES = (60, 500, 2000, 10_000)
WITH_REDIS = "publish, Redis up"
MOST_MS, MOST_WAL, MOST_PROJECTION_MS, FLAT = 10, 8000, 10, 1.25


def main() -> None:
    chosen = options(__doc__, rounds=30, event_sizes=SIZES)
    with tempfile.TemporaryDirectory(prefix="nr-bench-") as folder:
        Path(folder).chmod(0o755)
        set_up(Path(folder), chosen.database)
        collect_static()
        report(measure(chosen.rounds, chosen.sizes), chosen)
        tear_down()


def options(doc: str, *, rounds: int, event_sizes: tuple[int, ...]) -> argparse.Namespace:
    """What the command line says, with these defaults; ends the program over what makes no sense."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--sizes", type=sizes, default=event_sizes, help="posts an event has, as 60,500,2000")
    chosen = parser.parse_args()
    if chosen.rounds < 1:
        parser.error("--rounds must be 1 or more")
    return chosen


def sizes(text: str) -> tuple[int, ...]:
    """The sizes, smallest first. Raises ValueError for what are no whole numbers above zero, written 60,500,2000."""
    numbers = tuple(sorted({int(size) for size in text.split(",")}))
    if numbers[0] < 1:
        raise ValueError(text)
    return numbers


def set_up(folder: Path, database: str) -> None:
    from tests import services

    os.environ.update(
        DJANGO_SETTINGS_MODULE="newsroom.settings", DATA_DIR=str(folder / "data"), SECRET_KEY="bench only"
    )
    for name in ("DATABASE_URL", "REDIS_URL", "NEWSROOM_ENV", "PUBLIC_URL"):
        os.environ.pop(name, None)
    if database == "postgres":
        os.environ["DATABASE_URL"] = services.start_postgres(folder)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def collect_static() -> None:
    """The pages name static files by their digests, as in a newsroom that runs."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def tear_down() -> None:
    from django.db import connection

    from tests import services

    connection.close()
    for process in services.started:
        process.terminate()
        process.wait(20)


@dataclass
class Costs:
    """Milliseconds of each round, those of them that were this process's own work, and on PostgreSQL bytes of
    write-ahead log, by what was done and the event's size."""

    times: dict[str, list[float]] = field(default_factory=dict)
    own: dict[str, list[float]] = field(default_factory=dict)
    log: dict[str, list[int]] = field(default_factory=dict)

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        before, started, worked = log_position(), time.perf_counter(), time.thread_time()
        yield
        self.own.setdefault(what, []).append((time.thread_time() - worked) * 1000)
        self.times.setdefault(what, []).append((time.perf_counter() - started) * 1000)
        self.log.setdefault(what, []).append(log_position() - before)

    def median(self, what: str) -> float:
        return statistics.median(self.times[what])


def log_position() -> int:
    """Bytes of write-ahead log so far; always 0 on SQLite, which keeps whole pages."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(cursor.fetchone()[0])


def measure(rounds: int, sizes: tuple[int, ...]) -> Costs:
    from coverage.models import Organisation

    costs, (editor, events) = Costs(), filled(sizes)
    with running_redis() as redis_url:
        for number in range(rounds + 1):
            seen = costs if number else Costs()  # a first round warms templates and connections
            for size, event in events.items():
                add(seen, size, event, editor, number)
            add_with_redis(seen, redis_url, events[sizes[0]], editor, number)
            with seen.of("one small row"):
                Organisation.objects.create(slug=f"bench-{number}", name="Bench")
    return costs


@contextmanager
def running_redis() -> Iterator[str]:
    """Its address; nobody is told of it yet. That it comes and goes each round is not worth a line in the log."""
    from tests.own_redis import OwnRedis

    logging.getLogger("coverage.record.bell").setLevel(logging.ERROR)
    server = OwnRedis()
    server.start()
    yield server.url
    server.close()


def add_with_redis(costs: Costs, url: str, event, editor, number: int) -> None:
    """Publishes a post that is rung for and heard."""
    from django.test import override_settings

    from coverage.publishing.publication import post_by_id, publish
    from coverage.record.bell import bell
    from tests import factories

    post = factories.make_post(event, by=editor, keynote=event.keynotes.first(), body=words(number))
    loaded = post_by_id(post.pk)
    bell.flush()
    with override_settings(REDIS_URL=url):
        with costs.of(WITH_REDIS):
            publish(loaded, by=editor)
        bell.flush()


def filled(sizes: tuple[int, ...]) -> tuple:
    """An editor, and events that have so many posts, by their size."""
    from django.db import connection

    from bench.full_event import fill
    from tests import factories

    editor, events = factories.make_editor(), {}
    for size in sizes:
        event = events[size] = factories.make_event()
        keynote = factories.make_keynote(event, speakers=[factories.make_speaker()])
        fill(event, size, by=editor, keynote=keynote, body=words(1))
        print(f"event of {size} is filled", flush=True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as the server itself does within minutes
    return editor, events


def add(costs: Costs, size: int, event, editor, number: int) -> None:
    """Files a post, publishes it, and projects what the web process serves then."""
    from coverage.publishing.publication import post_by_id, publish
    from coverage.record.models import EventHead
    from tests import factories

    keynote = event.keynotes.first()
    with costs.of(f"file, {size}"):
        post = factories.make_post(event, by=editor, keynote=keynote, body=words(number))
    loaded = post_by_id(post.pk)
    with costs.of(f"publish, {size}"):
        publish(loaded, by=editor)
    key = EventHead.objects.get(slug=event.slug).pk
    with costs.of(f"project, {size}"):
        project(key)


def project(key: int) -> None:
    from coverage.live import files, looking, wire
    from coverage.live.answers import Answer

    page = looking.first_page(key)
    files.put(page)
    newest = wire.entries(key, after=page.head.seq - wire.NEWEST, upto=page.head.seq, most=wire.NEWEST)
    live = wire.live_body(page.head, newest)
    Answer(live, wire.JSON, wire.live_etag(page.head), wire.LIVE_CACHE).packed  # noqa: B018 - made on first use


def words(number: int) -> str:
    """Some sixty words, different each time."""
    return f"<p>{' '.join(f'word{(number * 7 + place) % 997}' for place in range(60))}</p>"


def report(costs: Costs, chosen: argparse.Namespace) -> None:
    unit, smallest = costs.median("one small row"), chosen.sizes[0]
    print(f"\n{chosen.database}, {chosen.rounds} rounds, median milliseconds")
    print(
        f"{'what':<16}{'ms':>8}{'p90':>8}{'own ms':>8}{f'to {smallest} posts':>14}{'to one row':>12}{'log bytes':>12}"
    )
    for what, values in sorted(costs.times.items(), key=_order):
        median, p90 = costs.median(what), sorted(values)[int(len(values) * 0.9)]
        first = f"{what.partition(',')[0]}, {smallest}"
        base = costs.median(first if first in costs.times else what)
        own, log = statistics.median(costs.own[what]), statistics.median(costs.log[what])
        ratios = f"{median / base:>14.2f}{median / unit:>12.1f}"
        print(f"{what:<16}{median:>8.2f}{p90:>8.2f}{own:>8.2f}{ratios}{log:>12.0f}")
    print(f"\n{table(aims(costs, chosen.sizes), peer=f'at {smallest}')}")


def _order(item: tuple[str, list[float]]) -> tuple[int, int]:
    verb, _, size = item[0].partition(", ")
    return ["file", "publish", "project", "one small row"].index(verb), int(size) if size.isdigit() else 0


def aims(costs: Costs, sizes: tuple[int, ...]) -> list[Row]:
    """The dearest size of each; the write-ahead log of filing and publishing together, None where there is none."""
    small, large = sizes[0], sizes[-1]

    def dearest(verb: str) -> float:
        return max(costs.median(f"{verb}, {size}") for size in sizes)

    def log_of(size: int) -> float:
        return sum(statistics.median(costs.log[f"{verb}, {size}"]) for verb in ("file", "publish"))

    log, grown = max(map(log_of, sizes)), [costs.median(f"publish, {size}") for size in (large, small)]
    return [
        Row("publishing one post, ms", dearest("publish"), aim=at_most(MOST_MS)),
        Row(f"publishing at {large} posts, ms", *grown, ratio_at_most(FLAT)),
        Row("publishing with Redis up, ms", costs.median(WITH_REDIS), grown[1], at_most(MOST_MS)),
        Row("filing and publishing, bytes of log", log or None, aim=at_most(MOST_WAL)),
        Row("projecting, ms", dearest("project"), aim=at_most(MOST_PROJECTION_MS)),
    ]


if __name__ == "__main__":
    main()
