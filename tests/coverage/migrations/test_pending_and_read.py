"""Rows from before changes were reviewed and readings noted: migrated, nothing goes out that nobody read."""

import datetime
import importlib

import pytest
from django.apps import apps
from django.db import connection

from coverage.models import Event, Post, Revision
from coverage.publishing import filing, publication, review, schedule
from coverage.record.models import ReleasedPost
from newsroom.editorial.errors import WrongState
from tests import factories

pytestmark = pytest.mark.django_db
migration = importlib.import_module("coverage.migrations.0007_pending_and_read")
LATER = datetime.datetime(2050, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def event():
    return factories.make_event()


@pytest.fixture
def editors() -> list:
    return [factories.make_editor() for _ in range(2)]


@pytest.fixture
def migrate(event):
    """Takes away what the older tables had no column for, migrates, and lets the event ask for a second reader."""

    def run() -> None:
        Post.objects.update(review="")
        Revision.objects.update(read_by=None)
        for step in (migration.mark_pending, migration.note_readers):
            step(apps, connection.schema_editor())
        Event.objects.filter(pk=event.pk).update(second_reader=True)

    return run


def loaded(post: Post) -> Post:
    return publication.post_by_id(post.pk)


def changed(post: Post, by, body: str = "<p>Unread words.</p>") -> Post:
    return filing.update_post(loaded(post), by=by, body=body)


def approved(event, editors, approver) -> Post:
    post = loaded(factories.make_post(event, by=editors[0]))
    review.submit(post, by=editors[0])
    return review.approve(post, by=approver)


def test_pending_changes_of_a_published_post_are_changes_in_draft(event, editors, migrate):
    ada, _ = editors
    post = changed(factories.make_published(event, by=ada), ada)

    migrate()

    assert loaded(post).review == "draft"
    for verb, note in ((publication.publish, {}), (publication.correct, {"note": "A note."})):
        with pytest.raises(WrongState, match="second reader"):
            verb(loaded(post), by=ada, **note)
    assert "Unread" not in ReleasedPost.objects.get().body


def test_what_says_nothing_new_is_not_pending(event, editors, migrate):
    ada, _ = editors
    back = factories.make_published(event, by=ada)
    changed(back, ada)
    changed(back, ada, "<p>Some words.</p>")
    factories.make_published(event, by=ada)
    withdrawn = changed(factories.make_published(event, by=ada), ada)
    publication.withdraw(withdrawn, by=ada, reason="Wrong.")

    migrate()

    assert set(Post.objects.values_list("review", flat=True)) == {""}


def test_more_posts_than_a_batch_are_all_marked(event, editors, migrate, monkeypatch):
    monkeypatch.setattr(migration, "BATCH", 2)
    for _ in range(5):
        changed(factories.make_published(event, by=editors[0]), editors[0])
        approved(event, editors, editors[1])

    migrate()

    assert Post.objects.filter(review="draft").count() == 5
    assert Revision.objects.filter(read_by=editors[1]).count() == 5


@pytest.mark.parametrize("is_scheduled", [False, True])
def test_what_another_approved_counts_as_read(is_scheduled, event, editors, migrate):
    ada, ben = editors
    post = approved(event, editors, ben)
    if is_scheduled:
        schedule.schedule(post, by=ada, publish_at=LATER)

    migrate()

    assert publication.publish(loaded(post), by=ada).released_revision.read_by == ben


def test_what_the_author_approved_herself_is_not_read(event, editors, migrate):
    post = approved(event, editors, editors[0])

    migrate()

    with pytest.raises(WrongState, match="nobody has second-read"):
        publication.publish(loaded(post), by=editors[0])


def test_an_approval_an_edit_voided_reads_nothing(event, editors, migrate):
    ada, ben = editors
    post = changed(approved(event, editors, ben), ada)
    schedule.schedule(post, by=ada, publish_at=LATER)

    migrate()

    assert loaded(post).pinned_revision.read_by is None


def test_who_is_gone_read_nothing(event, editors, migrate):
    post = approved(event, editors, editors[1])
    Revision.objects.update(read_by=None)
    editors[1].delete()

    migrate()

    assert loaded(post).pinned_revision.read_by is None
