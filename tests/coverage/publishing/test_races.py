"""Races between real processes on a real database."""

import datetime

import pytest
from django.utils import timezone

from coverage.models import Post
from coverage.publishing import schedule
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, Release
from tests import factories, processes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


def due_post(event, editor, **fields):
    post = factories.make_post(event, by=editor, **fields)
    schedule.schedule(post_by_id(post.pk), by=editor, publish_at=timezone.now() + datetime.timedelta(hours=1))
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - datetime.timedelta(seconds=1))
    return post


def test_a_due_post_comes_out_once_however_many_release_it():
    event, editor = factories.make_event(), factories.make_editor()
    posts = [due_post(event, editor) for _ in range(5)]

    running = processes.start_together(
        "from coverage.publishing.schedule import release_due\nprint(len(release_due()))", 5
    )
    released = [int(processes.outcome(process)) for process in running]

    assert sum(released) == 5
    assert Release.objects.filter(op="publish").count() == 5
    assert Post.objects.filter(pk__in=[p.pk for p in posts], state="published").count() == 5


def test_of_two_editors_who_publish_one_wins_and_the_other_is_told():
    event, editor = factories.make_event(), factories.make_editor()
    post = factories.make_post(event, by=editor)

    running = processes.start_together(
        f"""
from coverage.publishing.publication import post_by_id, publish
from newsroom.editorial.errors import StaleState
post = post_by_id("{post.pk}")
try:
    publish(post, by=None, version=1)
    print("published")
except StaleState:
    print("stale")
""",
        4,
    )
    said = sorted(processes.outcome(process).strip() for process in running)

    assert said == ["published", "stale", "stale", "stale"]
    assert Release.objects.filter(public_id__isnull=False).count() == 1


def test_numbers_have_no_gap_and_a_cursor_misses_none_while_writers_fail_now_and_then():
    event, editor = factories.make_event(), factories.make_editor()
    head = EventHead.objects.get(desk_id=event.pk)
    start = head.seq
    posts = [factories.make_post(event, by=editor) for _ in range(24)]
    ids = [str(post.pk) for post in posts]

    running = processes.start_together(
        f"""
import os
from django.db import transaction
from coverage.publishing.publication import post_by_id, publish
from newsroom.editorial.errors import EditorialError
class Fault(Exception): pass
ids = {ids!r}
share = int(input())
for number, key in enumerate(ids[share::4]):
    if number % 3 == 2:
        try:
            with transaction.atomic():
                publish(post_by_id(key), by=None)
                raise Fault
        except Fault:
            pass
    publish(post_by_id(key), by=None)
""",
        4,
    )
    for share, process in enumerate(running):
        process.stdin.write(f"{share}\n")
        process.stdin.flush()
    seen, cursor, finished = [], start, False
    while not finished:
        finished = all(process.poll() is not None for process in running)
        news = list(
            Release.objects.filter(head=head, seq__gt=cursor).order_by("seq").values_list("seq", flat=True)
        )
        seen += news
        cursor = seen[-1] if seen else start
    for process in running:
        processes.outcome(process)

    assert seen == list(range(start + 1, start + 25))
    assert Release.objects.filter(op="publish").values("public_id").distinct().count() == 24


def test_a_schedule_lifted_before_its_time_never_comes_out():
    event, editor = factories.make_event(), factories.make_editor()
    post = due_post(event, editor)
    schedule.unschedule(post_by_id(post.pk), by=editor)

    running = processes.start_together(
        "from coverage.publishing.schedule import release_due\nprint(len(release_due()))", 3
    )

    assert [processes.outcome(process).strip() for process in running] == ["0", "0", "0"]
    assert not Release.objects.filter(op="publish").exists()


def test_verbs_on_a_post_and_a_changing_programme_never_wait_for_each_other_for_ever():
    event, editor = factories.make_event(), factories.make_editor()
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker()])
    post = factories.make_published(event, by=editor, keynote=keynote)

    running = processes.start_together(
        f"""
from django.db import transaction
from coverage.models import Event, Keynote
from coverage.publishing import filing, programme, publication
from newsroom.editorial.people import User
by, event = User.objects.get(pk={editor.pk}), Event.objects.get(pk={event.pk})
def post(): return publication.post_by_id("{post.pk}")
def rename(number):
    Keynote.objects.filter(pk={keynote.pk}).update(title=f"Title {{number}}")
    programme.release_programme(event)
def toggle(number):
    (publication.unpin if post().pinned else publication.pin)(post(), by=by)
def amend(number):
    with transaction.atomic():
        changed = filing.update_post(post(), by=by, body=f"<p>Words {{number}}.</p>")
        publication.correct(changed, by=by, note="A word was wrong.")
from newsroom.editorial.errors import StaleState
work = dict(rename=rename, toggle=toggle, amend=amend)[input()]
for number in range(25):
    try:
        work(number)
    except StaleState:
        pass
print("done")
""",
        3,
    )
    for name, process in zip(("rename", "toggle", "amend"), running, strict=True):
        process.stdin.write(f"{name}\n")
        process.stdin.flush()

    assert [processes.outcome(process).strip() for process in running] == ["done"] * 3
    head = EventHead.objects.get(desk_id=event.pk)
    assert list(head.entries.order_by("seq").values_list("seq", flat=True)) == list(range(1, head.seq + 1))


def test_of_many_who_press_starts_now_one_starts_it_and_the_others_are_told():
    event, editor = factories.make_event(), factories.make_editor()
    keynote = factories.make_keynote(event)

    running = processes.start_together(
        f"""
from coverage.models import Keynote
from coverage.publishing.running_order import start_keynote
from newsroom.editorial.errors import WrongState
from newsroom.editorial.people import User
keynote = Keynote.objects.select_related("event").get(pk={keynote.pk})
try:
    start_keynote(keynote, by=User.objects.get(pk={editor.pk}))
    print("started")
except WrongState:
    print("told")
""",
        4,
    )
    said = sorted(processes.outcome(process).strip() for process in running)

    assert said == ["started", "told", "told", "told"]
    assert Post.objects.filter(kind="marker").count() == 1
