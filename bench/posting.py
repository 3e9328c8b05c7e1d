"""Adding one post as the event grows from 60 to 500 to 2,000: must stay flat.

    .venv/bin/python -m bench.posting [--database postgres] [--rounds 30] [--sizes 60,500,2000]

Makes a throw-away newsroom in a temporary folder. Each figure is the median of the rounds, which take turns between
the sizes, so that a noisy machine disturbs all alike; ratios are to the smallest event of the same run, and to one
commit of a single small row, measured in the same rounds.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

SIZES = (60, 500, 2000)


def main() -> None:
    chosen = options(__doc__, rounds=30, event_sizes=SIZES)
    with tempfile.TemporaryDirectory(prefix="nr-bench-") as folder:
        Path(folder).chmod(0o755)
        set_up(Path(folder), chosen.database)
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


def tear_down() -> None:
    from django.db import connection

    from tests import services

    connection.close()
    for process in services.started:
        process.terminate()
        process.wait(20)


def measure(rounds: int, sizes: tuple[int, ...]) -> dict[str, list[float]]:
    """Milliseconds of each round, by what was done."""
    from coverage.management.progress import counted
    from coverage.models import Organisation
    from coverage.publishing.publication import post_by_id, publish
    from tests import factories

    editor = factories.make_editor()
    events = {}
    for size in sizes:
        event = events[size] = factories.make_event()
        keynote = factories.make_keynote(event, speakers=[factories.make_speaker()])
        for number in counted(range(size), size, f"event of {size}", sys.stdout):
            factories.make_published(event, by=editor, keynote=keynote, body=words(number))
    times: dict[str, list[float]] = {f"file, {size}": [] for size in sizes}
    times |= {f"publish, {size}": [] for size in sizes} | {"one small row": []}
    for number in range(rounds):
        for size, event in events.items():
            started = time.perf_counter()
            post = factories.make_post(event, by=editor, keynote=event.keynotes.first(), body=words(number))
            times[f"file, {size}"].append((time.perf_counter() - started) * 1000)
            loaded = post_by_id(post.pk)
            started = time.perf_counter()
            publish(loaded, by=editor)
            times[f"publish, {size}"].append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        Organisation.objects.create(slug=f"bench-{number}", name="Bench")
        times["one small row"].append((time.perf_counter() - started) * 1000)
    return times


def words(number: int) -> str:
    """Some sixty words, different each time."""
    return f"<p>{' '.join(f'word{(number * 7 + place) % 997}' for place in range(60))}</p>"


def report(times: dict[str, list[float]], chosen: argparse.Namespace) -> None:
    unit, smallest = statistics.median(times["one small row"]), chosen.sizes[0]
    print(f"\n{chosen.database}, {chosen.rounds} rounds, median milliseconds")
    print(f"{'what':<16}{'ms':>8}{'p90':>8}{f'to {smallest} posts':>14}{'to one row':>12}")
    for what, values in times.items():
        median, p90 = statistics.median(values), sorted(values)[int(len(values) * 0.9)]
        verb = what.partition(",")[0]
        base = statistics.median(times.get(f"{verb}, {smallest}", values))
        print(f"{what:<16}{median:>8.2f}{p90:>8.2f}{median / base:>14.2f}{median / unit:>12.1f}")


if __name__ == "__main__":
    main()
