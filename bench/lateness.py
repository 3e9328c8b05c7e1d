"""How late scheduled posts come out, as a reader sees it: with Redis and beat, and with Redis dead.

    .venv/bin/python -m bench.lateness [--posts 20]

Starts a whole newsroom in a temporary folder, schedules posts at odd moments, asks live.json twenty times a second and
prints how long after its time each post was in the answer. The bound is two seconds.
"""

import argparse
import json
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.journeys.conftest import RunningNewsroom, start_newsroom, stop_newsroom

SCHEDULE = """
import datetime, random
from django.utils import timezone
from coverage.models import Event
from coverage.publishing import filing, programme, publication, schedule
event = Event.objects.create(slug="bench", title="Bench")
programme.announce(event, by=None); programme.open_event(event, by=None)
from newsroom.editorial.people import User
chief = User.objects.create(username="chief", is_superuser=True)
start = timezone.now() + datetime.timedelta(seconds=3)
for number in range(COUNT):
    post = filing.create_post(event, by=chief, body=f"<p>number {number}.</p>")
    at = start + datetime.timedelta(seconds=number * 0.7 + random.random() * 0.5)
    schedule.schedule(publication.post_by_id(post.pk), by=chief, publish_at=at)
    print(number, at.timestamp())
"""


def measure(newsroom: RunningNewsroom, count: int) -> list[float]:
    """Seconds from each post's time until it was in live.json."""
    said = newsroom.command("shell", "-v", "0", "-c", SCHEDULE.replace("COUNT", str(count)))
    due = {int(number): float(at) for number, at in (line.split() for line in said.splitlines() if line)}
    seen: dict[int, float] = {}
    deadline = max(due.values()) + 20
    while len(seen) < count and time.time() < deadline:
        with urllib.request.urlopen(f"{newsroom.address}/events/bench/live.json") as answer:
            entries = json.load(answer)["entries"]
        now = time.time()
        for number in due:
            if number not in seen and any(f"number {number}.<" in (e["html"] or "") for e in entries):
                seen[number] = now
        time.sleep(0.05)
    return [seen[number] - due[number] for number in sorted(seen)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--posts", type=int, default=20)
    count = options.parse_args().posts
    print(f"{'':<14}{'out':>8}{'p50 s':>8}{'max s':>8}")
    for name, variables in {
        "with Redis": {},
        "Redis dead": {"REDIS_URL": "unix:///nowhere/valkey.sock"},
    }.items():
        with tempfile.TemporaryDirectory(prefix="nr-bench-") as folder:
            newsroom = start_newsroom(Path(folder), NEWSROOM_DEMO="0", **variables)
            try:
                late = measure(newsroom, count)
            finally:
                stop_newsroom(newsroom)
        print(f"{name:<14}{f'{len(late)}/{count}':>8}{statistics.median(late):>8.2f}{max(late):>8.2f}")


if __name__ == "__main__":
    main()
