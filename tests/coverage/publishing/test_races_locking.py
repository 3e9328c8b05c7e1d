"""Two verbs over the same rows never wait for each other for ever: heads first, in one order, the rest after."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from coverage.models import Appearance, Event, Keynote, Post
from coverage.publishing import filing, life, programme, publication, review, running_order, speakers
from coverage.publishing.head import lock_head
from coverage.record.models import EventHead, ReleasedPost
from tests import factories, processes
from tests.coverage.desk import pages
from tests.coverage.publishing.test_races_taking_back import VERBS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


@pytest.fixture
def editor():
    return factories.make_editor()


def beside(first: Event, editor, code: str, work: Callable[[], object]) -> str:
    """Locks the head of `first`, lets another process run `code` until it waits, then does `work` in the same
    transaction. Answers what the process printed; a deadlock fails one of the two."""
    process = processes.start(VERBS.format(editor=editor.pk) + "print('up', flush=True); input()\n" + code)
    assert process.stdout.readline() == "up\n", process.stderr.read()
    with transaction.atomic():
        lock_head(first)
        process.stdin.write("go\n")
        process.stdin.flush()
        assert processes.eventually(lambda: somebody_waits() or process.poll() is not None)
        assert process.poll() is None, processes.outcome(process)
        work()
    return processes.outcome(process).strip()


def saving(thing, editor, **typed: str) -> str:
    """Code that sends the desk's form of a thing, opened now, and prints the answer's status."""
    form = pages.open_form(pages.client_of(editor), thing) | typed | {"_save": ""}
    return f"""
from django.test.utils import setup_test_environment
from tests.coverage.desk.pages import client_of
setup_test_environment()
print(client_of(by).post({pages.change_url(thing)!r}, {form!r}).status_code)
"""


def somebody_waits() -> bool:
    """Whether another process on this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def test_a_keynote_started_while_its_announcement_is_due(editor):
    event = factories.make_event()
    keynote = factories.make_keynote(event, held=True)
    code = f"""
from coverage.models import Keynote
from coverage.publishing.programme import announce_held
print(announce_held(Keynote.objects.get(pk={keynote.pk}), by=None))
"""

    said = beside(event, editor, code, lambda: running_order.start_keynote(keynote, by=editor))

    assert said == "False"
    assert Keynote.objects.get().actual_start


def test_a_post_moved_into_the_new_edition_while_that_runs(editor):
    old = factories.make_event(state="ended")
    new = life.new_edition(old, by=editor, title="The next")
    programme.announce(new, by=editor)
    keynote, post = factories.make_keynote(new), factories.make_published(old, by=editor)
    code = f"""
from coverage.publishing import amending
attempt(lambda: amending.move(publication.post_by_id("{post.pk}"), by=by, event="{new.slug}"))
"""

    said = beside(new, editor, code, lambda: running_order.start_keynote(keynote, by=editor))

    assert said == "done"
    assert ReleasedPost.objects.get(desk_id=post.pk).head.desk_id == new.pk


@pytest.mark.parametrize("does", ["announce", "rename"])
def test_an_edition_announced_or_renamed_while_a_verb_takes_both(does, editor):
    old = factories.make_event(state="ended")
    new = life.new_edition(old, by=editor, title="The next")
    if does == "rename":
        programme.announce(new, by=editor)
    code = {
        "announce": f"""
from coverage.models import Event
from coverage.publishing import programme
attempt(lambda: programme.announce(Event.objects.get(pk={new.pk}), by=by))
""",
        "rename": saving(new, editor, title="The renamed"),
    }[does]

    said = beside(old, editor, code, lambda: lock_head(new))

    assert said == {"announce": "done", "rename": "302"}[does]
    title = {"announce": "The next", "rename": "The renamed"}[does]
    assert EventHead.objects.get(desk_id=old.pk).next_edition == {"slug": new.slug, "title": title}


def test_a_change_approved_while_its_speakers_are_merged(editor):
    event, kept, other = factories.make_event(), factories.make_speaker(), factories.make_speaker()
    post = factories.make_published(event, by=editor, speakers=[other])
    filing.update_post(publication.post_by_id(post.pk), by=editor, body="<p>Newer.</p>")
    review.submit(publication.post_by_id(post.pk), by=editor)
    reader = factories.make_editor()
    code = f"""
from coverage.publishing import review
attempt(lambda: review.approve(publication.post_by_id("{post.pk}"), by=User.objects.get(pk={reader.pk})))
"""

    said = beside(event, editor, code, lambda: speakers.merge(kept, other, by=editor))

    assert said == "done"
    approved = Post.objects.get().pinned_revision
    assert (approved.read_by, approved.content["speakers"]) == (reader, [kept.pk])


def test_a_keynote_saved_while_a_verb_takes_it(editor):
    event = factories.make_event()
    keynote = factories.make_keynote(event)
    code = saving(keynote, editor, room="Hall B")

    said = beside(event, editor, code, lambda: running_order.lock_keynote(keynote))

    assert said == "302"
    assert Keynote.objects.get().room == "Hall B"


def test_an_organisation_renamed_while_a_verb_takes_the_heads_of_its_events(editor):
    acme = factories.make_organisation("Acme")
    first, second = (
        factories.make_event(starts_at=f"2030-01-0{day}T09:00:00Z") for day in (1, 2)
    )  # the later day is listed first
    for event in (first, second):
        factories.make_keynote(event, sponsor=acme)
    code = saving(acme, editor, name="Acme Ltd")

    said = beside(first, editor, code, lambda: lock_head(second))

    assert said == "302"


def test_a_keynote_given_a_sponsor_while_that_is_renamed(editor):
    acme = factories.make_organisation("Acme")
    event = factories.make_event()
    keynote = factories.make_keynote(event, sponsor=acme)
    speaker = factories.make_speaker()
    code = saving(acme, editor, name="Acme Ltd")

    def bill() -> None:
        Appearance.objects.create(keynote=keynote, speaker=speaker, organisation=acme)

    assert beside(event, editor, code, bill) == "302"


def test_everything_is_held_when_the_release_under_way_has_ended(editor):
    event = factories.make_event()
    code = f"""
from coverage.models import Event
from coverage.publishing import holding
attempt(lambda: holding.hold(Event.objects.get(pk={event.pk}), by=by, reason="A threat."))
"""

    def held() -> bool:
        return Event.objects.get(pk=event.pk).held_since is not None

    assert beside(event, editor, code, lambda: None) == "done"
    assert held()
