"""A newsroom on nine machines, replaced one by one while it is read and written.

    .venv/bin/python -m bench.machines [--streams 300] [--requests 60] [--posts 2] [--drain 10] [--in-short]

Each machine is a network namespace of this one, with a disk of its own: PostgreSQL, Redis, an object store, two for
workers, two web hosts, nginx with deploy/nginx.conf, and one for the load. The commands are the launcher's.
While open pages stream, readers read, editors publish and a phone sends a picture in chunks, the first web host is
replaced, the database migrated, the second replaced, and the workers and beat. `--in-short` leaves out the workers.
Root, Linux and iproute2 are needed, and nginx.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import network
from bench.aims import Row, at_most, percentile, table
from bench.crowd import Crowd
from bench.house import HOST, NAMES, House, wait_until
from bench.network import Machine

BACK = 3.0  # seconds in which a stream is back


def main() -> int:
    chosen = options()
    if not (network.is_possible() and shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")):
        print(network.NEEDED, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was made is taken away then, too
    with tempfile.TemporaryDirectory(prefix="nr-machines-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with network.network(folder, NAMES) as machines:
            rows = measured(House(machines, folder, chosen), chosen)
            is_well = all(row.verdict in ("", "met") for row in rows)
            if not is_well:
                say_logs(machines)
    print(table(rows, peer=""))
    return 0 if is_well else 1


def measured(house: House, chosen: argparse.Namespace) -> list[Row]:
    try:
        with house.open():
            crowd = asyncio.run(scene(house, chosen))
            return figures(house, crowd)
    except BaseException:
        say_logs(house.machines)
        raise


def say_logs(machines: dict[str, Machine]) -> None:
    """The end of what the processes said."""
    for log in sorted(path for machine in machines.values() for path in machine.folder.glob("*.log")):
        if said := log.read_text().strip():
            print(f"--- {log.parent.name} {log.name}\n{said[-2000:]}", file=sys.stderr)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--streams", type=int, default=300, help="open pages")
    parser.add_argument("--requests", type=float, default=60, help="a second")
    parser.add_argument("--posts", type=float, default=2, help="published, a second")
    parser.add_argument(
        "--drain", type=int, default=10, help="seconds over which a web host ends its streams"
    )
    parser.add_argument("--in-short", action="store_true", help="replaces the web hosts alone")
    chosen = parser.parse_args()
    if min(chosen.streams, chosen.requests, chosen.posts, chosen.drain) <= 0:
        parser.error("--streams, --requests, --posts and --drain must be above 0")
    return chosen


async def scene(house: House, chosen: argparse.Namespace) -> Crowd:
    """The load, and the machines replaced meanwhile."""
    from asgiref.sync import sync_to_async

    slug, token = await sync_to_async(furnish)()
    crowd = Crowd(f"https://{house.machines['balancer'].address}", HOST, slug, token)
    async with crowd.at_work(streams=chosen.streams, requests=chosen.requests, posts=chosen.posts):
        await until(lambda: all(page.is_open for page in crowd.pages))
        sending = asyncio.create_task(crowd.send_picture(picture(), 0.5))
        try:
            await asyncio.to_thread(house.roll)
        finally:
            house.is_over.set()
        crowd.is_over = True
        await sending
    return crowd


def furnish() -> tuple[str, str]:
    """An event that is on, with posts, and an editor's token."""
    from coverage.desk.tokens import make_token
    from tests import factories

    event, editor = factories.make_event(), factories.make_editor()
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker()])
    for _ in range(30):
        factories.make_published(event, by=editor, keynote=keynote)
    return event.slug, make_token(editor, "bench")


def picture(size: int = 6 * 2**20) -> bytes:
    """A photograph as heavy as a phone's."""
    from tests.media import drawing

    return drawing.jpeg().ljust(size, b"\0")


def figures(house: House, crowd: Crowd) -> list[Row]:
    ledger = crowd.ledger
    for line in ledger.failed[:20]:
        print(f"failed after {line}")
    back = ledger.back or [float("nan")]
    for what, seconds in house.replaced.items():
        print(f"{what} was replaced in {seconds:.1f} s")
    return [
        Row("requests", len(ledger.took) + len(ledger.back)),
        Row("requests that failed", len(ledger.failed), aim=at_most(0)),
        Row("request, p99, s", percentile(ledger.took, 99)),
        Row("streams that came back", len(ledger.back)),
        Row("stream back after, p50, s", percentile(back, 50)),
        Row("stream back after, p99, s", percentile(back, 99)),
        Row("stream back after, max, s", max(back), aim=at_most(BACK)),
        Row("streams that broke without a word", ledger.broken, aim=at_most(0)),
        Row("entries missing, twice or out of order", strays(crowd), aim=at_most(0)),
        Row("posts published", len(ledger.published)),
        Row("of them not in the record exactly once", unreleased(crowd), aim=at_most(0)),
        Row("of the picture's files, missing", unmade(crowd.image), aim=at_most(0)),
    ]


def strays(crowd: Crowd) -> int:
    from coverage.record.models import EventHead

    seq = EventHead.objects.get(slug=crowd.slug).seq
    return sum(page.wrong + (page.seq != seq) for page in crowd.pages)


def unreleased(crowd: Crowd) -> int:
    """Posts that were answered for and are not there once, and those that are there and nobody was answered for."""
    from coverage.models import Post
    from coverage.record.models import Release

    posts = {str(pk): public_id for pk, public_id in Post.objects.filter(body__startswith="<p>Words number")
             .values_list("pk", "public_id")}  # fmt: skip
    releases = list(Release.objects.filter(public_id__in=posts.values()).values_list("public_id", flat=True))
    once = [post for post in crowd.ledger.published if releases.count(posts.get(post)) == 1]
    return len(crowd.ledger.published) - len(once) + len(releases) - len(once)


def unmade(image: str) -> int:
    from media.models import Image, RenditionState

    renditions = Image.objects.get(pk=image).renditions
    wait_until(lambda: not renditions.filter(state=RenditionState.WAITING).exists(), "The picture", 60)
    return renditions.exclude(state=RenditionState.READY).count() + (not renditions.exists())


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
