"""Each verb, the live desk and the post list as the event grows from 60 to 500 to 5,000 posts: must stay flat.

    .venv/bin/python -m bench.desk [--database postgres] [--rounds 15] [--sizes 60,500,5000]

Makes a throw-away newsroom in a temporary folder. Each figure is the median of the rounds, which take turns between
the sizes; beside it the number of queries. Ratios are of the largest event to the smallest, and of the largest to one
commit of a single small row, measured in the same rounds. A tenth of the posts has a picture; ten wait, five are
scheduled.
"""

import argparse
import datetime
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from bench.posting import collect_static, options, set_up, tear_down, words

SIZES = (60, 500, 5000)
WAITING, SCHEDULED = 10, 5
# The life of a post, in order; who is not named is the editor. `edit` is no verb of the table, and a save.
VERBS = (
    *(
        "submit",
        "claim",
        "release-claim",
        "send-back",
        "submit",
        "approve",
        "schedule",
        "unschedule",
        "spike",
    ),
    *("unspike", "publish", "edit", "correct", "mark-key", "unmark-key", "pin", "unpin", "move", "withdraw"),
    "reinstate",
)
GLASS = ("break-glass", "sign-off")


def main() -> None:
    chosen = options(__doc__, rounds=15, event_sizes=SIZES)
    with tempfile.TemporaryDirectory(prefix="nr-bench-") as folder:
        Path(folder).chmod(0o755)
        set_up(Path(folder), chosen.database)
        collect_static()
        report(measure(chosen.rounds, chosen.sizes), chosen)
        tear_down()


class Costs:
    """Milliseconds and queries of everything measured, by what was done and the event's size."""

    def __init__(self):
        self.times: dict[str, dict[int, list[float]]] = {}
        self.queries: dict[str, dict[int, list[int]]] = {}

    @contextmanager
    def of(self, what: str, size: int):
        from django.db import connection

        asked = []

        def count(execute, *statement):
            asked.append(1)
            return execute(*statement)

        with connection.execute_wrapper(count):
            started = time.perf_counter()
            yield
            spent = (time.perf_counter() - started) * 1000
        self.times.setdefault(what, {}).setdefault(size, []).append(spent)
        self.queries.setdefault(what, {}).setdefault(size, []).append(len(asked))


def measure(rounds: int, sizes: tuple[int, ...]) -> Costs:
    from coverage.models import Organisation
    from tests import factories

    costs, people = Costs(), [factories.make_editor(), factories.make_chief(), factories.make_editor()]
    events = {size: crowded(size, people[0]) for size in sizes}
    for number in range(rounds + 1):
        seen = costs if number else Costs()  # a first round warms templates and connections
        for size, event in events.items():
            life(seen, size, event, people)
            pages(seen, size, event, people[0])
        with seen.of("one small row", sizes[0]):
            Organisation.objects.create(slug=f"bench-{number}", name="Bench")
    return costs


def crowded(size: int, by):
    """A live event with so many published posts, and what an editor finds waiting and scheduled."""
    from django.utils import timezone

    from bench.full_event import fill
    from coverage.publishing import publication, review, schedule
    from tests import factories

    event = factories.make_event()
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker()])
    factories.make_keynote(event)
    fill(event, size, by=by, keynote=keynote, body=words(1))
    for number in range(WAITING + SCHEDULED):
        post = publication.post_by_id(
            factories.make_post(event, by=by, keynote=keynote, body=words(number)).pk
        )
        if number < WAITING:
            review.submit(post, by=by)
        else:
            schedule.schedule(post, by=by, publish_at=timezone.now() + datetime.timedelta(days=1))
    print(f"event of {size} is filled", flush=True)
    return event


def life(costs: Costs, size: int, event, people: list) -> None:
    """One post through every verb; another, where a second reader is asked for, through the glass."""
    editor, chief, _ = people
    post = create(costs, size, event, editor)
    for verb in VERBS:
        carry_out(costs, size, verb, post, chief if verb == "reinstate" else editor)
    event.second_reader = True
    event.save()
    urgent = create(costs, size, event, editor)
    for verb, by in zip(GLASS, people[1:], strict=True):
        carry_out(costs, size, verb, urgent, by)
    event.second_reader = False
    event.save()


def create(costs: Costs, size: int, event, by):
    from tests import factories

    with costs.of("create", size):
        return factories.make_post(event, by=by, keynote=event.keynotes.first(), body=words(size)).pk


def carry_out(costs: Costs, size: int, verb: str, post_id, by) -> None:
    """Loads the post as a door does, uncounted, and does it."""
    from coverage.publishing.filing import update_post
    from coverage.publishing.publication import post_by_id
    from coverage.publishing.verbs import POST_VERB_FUNCTIONS

    post = post_by_id(post_id)
    do: Callable = update_post if verb == "edit" else POST_VERB_FUNCTIONS[verb]
    takes = takes_of(verb, post)
    with costs.of(verb, size):
        do(post, by=by, **takes)


def takes_of(verb: str, post) -> dict:
    from django.utils import timezone

    texts = {"note": "A name was wrong.", "reason": "It cannot wait."}
    names = {"send-back": ["note"], "correct": ["note"], "withdraw": ["reason"], "reinstate": ["reason"]}
    match verb:
        case "schedule":
            return {"publish_at": timezone.now() + datetime.timedelta(hours=1)}
        case "edit":
            return {"body": words(2)}
        case "move":
            return {"keynote": post.event.keynotes.last().slug}
        case "break-glass":
            return {"reason": texts["reason"]}
    return {name: texts[name] for name in names.get(verb, [])}


def pages(costs: Costs, size: int, event, editor) -> None:
    """The live desk whole, the part that updates itself with news and without, and the post list of the event."""
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="localhost")
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    desk, now = (reverse(f"admin:{name}", args=[event.slug]) for name in ("live_desk", "live_desk_now"))
    posts = reverse("admin:coverage_post_changelist") + f"?event__id__exact={event.pk}"
    with costs.of("desk, whole page", size):
        answer = client.get(desk)
    with costs.of("desk, news", size):
        etag = client.get(now).headers["ETag"]
    with costs.of("desk, no news", size):
        client.get(now, headers={"If-None-Match": etag})
    with costs.of("list of what waits", size):
        client.get(posts)
    with costs.of("list of all", size):
        client.get(posts + "&queue=all")
    assert answer.status_code == 200


def report(costs: Costs, chosen: argparse.Namespace) -> None:
    small, large = chosen.sizes[0], chosen.sizes[-1]
    unit = statistics.median(costs.times.pop("one small row")[small])
    print(f"\n{chosen.database}, {chosen.rounds} rounds, median milliseconds; one small row {unit:.2f}")
    heads = [f"{size} posts" for size in chosen.sizes]
    print(
        f"{'what':<20}"
        + "".join(f"{head:>12}" for head in heads)
        + f"{'ratio':>8}{'to one row':>12}  queries"
    )
    for what, by_size in costs.times.items():
        medians = {size: statistics.median(times) for size, times in by_size.items()}
        # The most frequent: at the turn of a minute the live desk has news, the ages.
        queries = "/".join(str(statistics.mode(costs.queries[what][size])) for size in chosen.sizes)
        cells = "".join(f"{medians[size]:>12.2f}" for size in chosen.sizes)
        ratio, rows = medians[large] / medians[small], medians[large] / unit
        print(f"{what:<20}{cells}{ratio:>8.2f}{rows:>12.1f}  {queries}")


if __name__ == "__main__":
    main()
