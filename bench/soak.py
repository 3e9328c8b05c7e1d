"""A whole newsroom under a load, broken again and again, and what of its promises held: `make soak`.

    .venv/bin/python -m bench.soak [--minutes 10] [--seed 1] [--streams 300] [--requests 100] [--filings 3]

Starts two of everything in a temporary folder, on loopback alone. The seed decides what breaks, when, and what people
do. The last line of each table can be pasted into docs/reliability.md; the exit status is 1 if anything did not hold.
"""

import argparse
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path

import django

AROUND = 5.0  # seconds between two faults, on the average


def arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--streams", type=int, default=300)
    options.add_argument("--requests", type=float, default=100, help="a second")
    options.add_argument("--filings", type=float, default=3, help="a second, each with a photograph")
    options.add_argument("--only", nargs="*", default=[], help="break this alone, by name")
    return options.parse_args()


def order(kinds: list[str], chance: random.Random):
    """Each kind once, shuffled, again and again: none is left out by chance."""
    while True:
        yield from chance.sample(kinds, len(kinds))


def break_things(breaking, kinds: list[str], until: float, chance: random.Random) -> dict[str, list[float]]:
    """Seconds until all was whole again, by what was broken."""
    took: dict[str, list[float]] = defaultdict(list)
    for what in order(kinds, chance):
        time.sleep(chance.expovariate(1 / AROUND))
        if time.monotonic() >= until:
            return took
        print(f"{time.strftime('%H:%M:%S')} {what} …", end=" ", flush=True)
        took[what].append(breaking.do(what))
        print(f"whole again after {took[what][-1]:.1f} s", flush=True)
    return took


def soak(given: argparse.Namespace) -> int:
    from tests.faults import invariants, ledger, whole
    from tests.faults.breaking import Breaking, impossible_here, small_disk
    from tests.faults.history import History
    from tests.faults.load import Size, running

    size, chance = Size(given.streams, given.requests, given.filings), random.Random(given.seed)
    file = Path(tempfile.mkdtemp(prefix="nr-soak-")) / "history.jsonl"
    history, lacking = History(file), impossible_here()
    for what, why in lacking.items():
        print(f"Not broken here: {what} ({why}).")
    with ExitStack() as after:
        disk = None if "disk full" in lacking else small_disk
        newsroom = after.enter_context(whole.running(disk=disk))
        load = after.enter_context(running(newsroom, history, size, given.seed))
        breaking = Breaking(newsroom, history, chance, load.lines)
        kinds = [
            kind for kind in breaking.kinds if kind not in lacking and kind in (given.only or breaking.kinds)
        ]
        seconds = given.minutes * 60
        working = load.begin_work(seconds)
        took = break_things(breaking, kinds, time.monotonic() + seconds, chance)
        print("Nothing is broken any more; what is under way comes to its end.", flush=True)
        working.result()
        found = ledger.settled(newsroom)
        load.do(load.end(found["seq"]))
        ends = {name: len(part.ends) for name, part in newsroom.parts.items()}
        problems = newsroom.problems()
    lines = history.lines()
    wrong = invariants.broken(lines, found)
    report(given, lines, found, took, load.crowd.statuses, ends, wrong)
    for problem, count in problems.most_common(15):
        print(f"{count:>6} × {problem}")
    print(f"\nWhat the clients wrote down: {file}")
    return 1 if wrong else 0


def report(given, lines, found, took, statuses: Counter, ends, wrong) -> None:
    from tests.faults import invariants
    from tests.faults.history import of

    done = Counter(line["verb"] for line in of(lines, "verb answered") if line["status"] == 200)
    kills = sum(ends.values())
    print(f"\nSeed {given.seed}, {given.minutes:g} minutes, {time.strftime('%Y-%m-%d')}, {machine()}\n")
    rows = [
        (
            "filings, and photographs, answered",
            len(of(lines, "filing answered")),
            len(of(lines, "picture answered")),
        ),
        ("published, corrected, withdrawn", done["publish"], done["correct"], done["withdraw"]),
        ("scheduled, and out by themselves", done["schedule"], len(due_words(lines))),
        ("entries of the record; heard by readers", found["seq"], len(of(lines, "heard"))),
        ("answers to the crowd: 200; 5xx; none", statuses[200], *refused(statuses)),
        ("refused what is not hers", len(of(lines, "tried"))),
        ("faults; processes that ended", sum(map(len, took.values())), kills),
    ]
    print("| what | how many |\n|---|---|")
    for name, *counts in rows:
        print(f"| {name} | {', '.join(f'{count:,}' for count in counts)} |")
    print("\n| broken | times | whole again, median s | longest s |\n|---|---|---|---|")
    for what, seconds in sorted(took.items()):
        print(f"| {what} | {len(seconds)} | {statistics.median(seconds):.1f} | {max(seconds):.1f} |")
    print("\n| on time | posts | p50 s | p99 s | longest s |\n|---|---|---|---|---|")
    late = invariants.lateness(lines)
    for channel in ("stream", "live.json", "page", "feed"):
        for name, is_calm in (("nothing broken", True), ("around a fault", False)):
            some = sorted(
                one["late"]
                for one in late
                if one["channel"] == channel and (one["most"] == invariants.IN_TIME) is is_calm
            )
            if some:
                p99 = some[min(len(some) - 1, int(len(some) * 0.99))]
                print(
                    f"| {channel}, {name} | {len(some)} | {statistics.median(some):.2f} | {p99:.2f} | {some[-1]:.2f} |"
                )
    print("\n| invariant | |\n|---|---|")
    for check in invariants.ALL:
        said = wrong.get(check.__name__, [])
        print(f"| {check.__doc__.split('.')[0]}. {check.__name__.replace('_', ' ')} | {verdict(said)} |")
    for name, said in wrong.items():
        print(f"\n{name}:", *said[:20], sep="\n  ")


def refused(statuses: Counter) -> tuple[int, int]:
    return sum(count for status, count in statuses.items() if status >= 500), statuses[0]


def verdict(said: list[str]) -> str:
    return f"broken {len(said)} times" if said else "holds"


def due_words(lines) -> set[str]:
    from tests.faults import invariants

    return {one["word"] for one in invariants.lateness(lines)}


def machine() -> str:
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, load {load:.1f} at the end"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whoever ends it leaves nothing running
    with tempfile.TemporaryDirectory(prefix="nr-soak-") as folder:
        os.environ["DATA_DIR"] = folder  # of this process, which asks the settings for the commands alone
        django.setup()
        return soak(arguments())


if __name__ == "__main__":
    sys.exit(main())
