"""The database: there, up to date, of one time with this machine, and nothing overdue in it."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from coverage.demo.people import demo_people
from coverage.doctor.findings import Finding, bad, good, mind
from coverage.erasing import ledger
from coverage.models import Post
from newsroom.editorial import clock

MOST_APART = timedelta(seconds=1)  # a post is to come out within two seconds of its time
LATE = timedelta(seconds=10)


def look() -> list[Finding]:
    """The rest only if it answers and is up to date."""
    try:
        answers = _look_at_tables()
        if answers.mend:
            return [answers]
        return [answers, _look_at_clock(), _look_at_due_posts(), _look_at_erasures(), *_look_at_people()]
    except DatabaseError as error:
        said = str(error).strip().splitlines()[0]
        return [bad("database", f"It cannot be reached: {said}.", "Start it, or set DATABASE_URL right.")]


def _look_at_tables() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        seen = f"{len(waiting)} migrations are not applied, {waiting[0][0]} first."
        return bad("database", seen, "Run manage.py migrate, or make run, which does.")
    return good("database", f"{connection.display_name} answers, and is up to date.")


def _look_at_clock() -> Finding:
    apart = abs(clock.ahead())
    if apart > MOST_APART:
        seen = f"This machine's and the database's are {apart.total_seconds():,.1f} s apart."
        return bad("clock", seen, "Let both machines follow a time server (timedatectl set-ntp true).")
    return good("clock", "This machine's and the database's agree.")


def _look_at_due_posts() -> Finding:
    now = clock.now()
    due = Post.objects.due(now - LATE).order_by("publish_at")
    if late := due.filter(release_problem="").first():
        seen = f"A post has been due since {late.publish_at:%Y-%m-%d %H:%M:%S} UTC."
        return bad("scheduled posts", seen, "Start the newsroom; manage.py release_due releases at once.")
    if held := due.count():
        return mind(
            "scheduled posts", f"{held} cannot be released as they are.", "The desk says why, post by post."
        )
    return good("scheduled posts", "None is late.")


def _look_at_erasures() -> Finding:
    if back := ledger.to_repeat():
        seen = f"{len(back)} erased before are back, with a database of an earlier time."
        return bad("erasures", seen, "; ".join(line.command() for line in back))
    return good("erasures", "Nothing that was erased is back.")


def _look_at_people() -> Iterator[Finding]:
    """In production alone: elsewhere the demo's people are welcome."""
    if not settings.PRODUCTION:
        return
    if demo := ", ".join(person.username for person in demo_people()):
        seen = f"The demo's people may sign in ({demo}), with a password others may know."
        yield bad("people", seen, "Close them at the desk, or set up an empty DATA_DIR (manage.py setup).")
    else:
        yield good("people", "None of the demo's may sign in.")
