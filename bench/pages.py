"""The first page and live.json from the newsroom's web process, against nginx serving the same bytes.

    .venv/bin/python -m bench.pages [--rounds 3] [--seconds 1] [--connections 16] [--database postgres]

Web process and nginx (one worker) share a core, the load client has another; within a round all take turns. nginx has
the page as a file, plain and for gzip_static, and keeps live.json for a second. Printed are medians of the rounds.
Then the page that is not yet projected, in milliseconds of this process's own time: the page of stored fragments,
against reading the same sixty posts as rows and rendering each. Last, what polls ask the database.
"""

import argparse
import gzip
import statistics
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from bench import serving
from bench.aims import Aim, Row, at_most, median_of, ratio_at_least, ratio_at_most, table
from bench.load import Address, Client, compile_client
from bench.posting import words

POSTS = 120  # the first page is full, and there is an older one
GZIP = "Accept-Encoding: gzip"
COLD_ROUNDS = 20
BESIDE = 3  # times as long as a measurement, in which the queries of polls are counted


def main() -> None:
    chosen = options()
    with serving.newsroom_data(chosen.database) as folder:
        client = Client(compile_client(folder), serving.cores()[1])
        serving.say_where()
        event = make_event()
        rows = [
            *served(folder, client, event, chosen),
            *cold(event),
            queries(client, event, chosen),
        ]
    print(f"\n{chosen.database}, medians of {chosen.rounds} rounds, {chosen.connections} connections")
    print(table(rows, peer="peer"))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1, help="of each measurement")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    chosen = parser.parse_args()
    if min(chosen.rounds, chosen.connections) < 1 or chosen.seconds <= 0:
        parser.error("--rounds and --connections must be 1 or more, --seconds above 0")
    return chosen


def make_event():
    from bench.full_event import fill
    from tests import factories

    event, editor = factories.make_event(), factories.make_editor()
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker()])
    fill(event, POSTS, by=editor, keynote=keynote, body=words(1))
    return event


@dataclass
class Way:
    """One thing asked for, of ours and of the peer, with what each measurement said."""

    what: str
    path: dict[str, str]
    status: int
    aim: Aim
    headers: tuple[str, ...] = ()
    said: dict[str, list[dict]] = field(default_factory=dict)

    def measure(self, client: Client, name: str, server: serving.Server, chosen: argparse.Namespace) -> None:
        address, before = Address(server.port, self.path[name]), server.cpu_seconds()
        said = client.get(address, chosen.connections, seconds=chosen.seconds, headers=self.headers)
        # What is not the answer meant is not measured.
        if set(said["statuses"]) != {str(self.status)}:
            raise SystemExit(
                f"{self.what}: {name} answered {said['statuses']}, not {self.status}. {said['why']}"
            )
        said["cpu"] = max(server.cpu_seconds() - before, 0.01)
        self.said.setdefault(name, []).append(said)

    def rows(self) -> list[Row]:
        def both(what: str, figure: Callable[[dict], float], aim: Aim | None = None) -> Row:
            found = (median_of(self.said.get(name, []), figure) for name in ("ours", "peer"))
            return Row(f"{self.what}, {what}", *found, aim)

        return [
            both("answers a second", lambda said: said["answers"] / said["seconds"], self.aim),
            both("answers for a CPU second", lambda said: said["answers"] / said["cpu"]),
            both("p99 ms", lambda said: said["p99_ms"]),
        ]


def served(folder: Path, client: Client, event, chosen: argparse.Namespace) -> list[Row]:
    with ExitStack() as stack:
        web = stack.enter_context(serving.web())
        page, live = (f"/events/{event.slug}/{name}" for name in ("", "live.json"))
        keep_as_file(folder / "file", Address(web.port, page))
        nginx = stack.enter_context(serving.nginx(folder, newsroom=web.port))
        servers = {"ours": web, **({"peer": nginx} if nginx else {})}
        known = f"If-None-Match: {fetched(Address(web.port, live))[1]['ETag']}"
        file = {"ours": page, "peer": "/file/page.html"}
        ways = [
            Way("first page, plain", file, 200, ratio_at_least(0.5)),
            Way("first page, gzip", file, 200, ratio_at_least(0.3), (GZIP,)),
            Way("live.json, 304", {"ours": live, "peer": live}, 304, ratio_at_least(0.2), (known,)),
        ]
        for _, way, name in product(range(chosen.rounds), ways, servers):
            way.measure(client, name, servers[name], chosen)
    return [row for way in ways for row in way.rows()]


def fetched(address: Address, **headers: str) -> tuple[bytes, dict]:
    request = urllib.request.Request(f"http://{address.host}:{address.port}{address.path}", headers=headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read(), answer.headers


def keep_as_file(folder: Path, page: Address) -> None:
    """The bytes the newsroom serves, both ways."""
    folder.mkdir()
    plain, packed = fetched(page)[0], fetched(page, **{"Accept-Encoding": "gzip"})[0]
    if gzip.decompress(packed) != plain:
        raise SystemExit("The page changed while it was fetched, or is not compressed.")
    (folder / "page.html").write_bytes(plain)
    (folder / "page.html.gz").write_bytes(packed)
    print(f"The page has {len(plain)} bytes, {len(packed)} by gzip.", flush=True)


def cold(event) -> list[Row]:
    from coverage.front.event import event_html
    from coverage.record.models import EventHead

    head, spent = EventHead.objects.get(slug=event.slug), {"ours": [], "rows": []}
    for number in range(COLD_ROUNDS + 1):
        for name, make in (("ours", lambda: event_html(head, {})), ("rows", lambda: from_rows(head))):
            started = time.thread_time()
            make()
            if number:  # a first round warms templates and connections
                spent[name].append((time.thread_time() - started) * 1000)
    ours, rows = (statistics.median(values) for values in spent.values())
    what = "first page not yet projected, ms of Python"
    return [
        Row(what, ours, rows, at_most(1.5)),
        Row("the same against rows and templates", ours, rows, ratio_at_most(0.1)),
    ]


def from_rows(head) -> list[str]:
    """The articles of the first page by ORM and templates, without the frame around them."""
    from coverage.front.paging import PAGE
    from coverage.record.fragment import render_post

    posts = head.posts.live().filter(pinned=False).newest_first()
    rows = posts.prefetch_related("picture_rows", "speakers")[:PAGE]
    return [render_post(row, head, row.pictures(), row.speakers.all()) for row in rows]


def queries(client: Client, event, chosen: argparse.Namespace) -> Row:
    """What all polls of a while asked the database."""
    with serving.web("bench.counted:application") as web:
        live = Address(web.port, f"/events/{event.slug}/live.json")
        counter = Address(web.port, "/bench/queries")
        known = f"If-None-Match: {fetched(live)[1]['ETag']}"
        fetched(Address(web.port, f"/events/{event.slug}/"))
        before = int(fetched(counter)[0])
        seconds = chosen.seconds * BESIDE
        polls = client.get(live, chosen.connections, seconds=seconds, headers=[known])["answers"]
        asked = int(fetched(counter)[0]) - before
    return Row(f"queries of {polls} polls", asked, aim=at_most(0))


if __name__ == "__main__":
    main()
