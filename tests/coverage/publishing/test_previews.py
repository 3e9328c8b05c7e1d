"""Preview links: of one revision, for a day at most, over when the post is out or its maker may not share it now."""

import datetime

import pytest
from django.utils import timezone

from coverage.models import Assignment, Post, PreviewLink
from coverage.publishing import filing, previews, publication, review
from coverage.publishing.previews import NoPreview
from coverage.publishing.publication import post_by_id
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import NotAllowed, WrongState
from newsroom.editorial.people import User
from tests import factories

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def event(db):
    return factories.make_event(title="The Summit")


@pytest.fixture
def rosa(event):
    person = factories.make_person(username="rosa")
    factories.assign(person, event)
    return person


@pytest.fixture
def editor(db):
    return factories.make_editor(username="ed")


@pytest.fixture
def post(event, rosa) -> Post:
    return post_by_id(factories.make_post(event, by=rosa, headline="Doors").pk)


def is_dead(secret: str, **more) -> bool:
    try:
        previews.link_named(secret, **more)
    except NoPreview:
        return True
    return False


def test_a_link_names_the_newest_revision_and_only_its_hash_is_kept(post, rosa):
    secret = previews.make_link(post, by=rosa)

    link = previews.link_named(secret)
    assert (link.post, link.revision, link.made_by) == (post, post.latest_revision(), rosa)
    assert len(secret) == 32  # base64 of 24 random bytes
    assert secret not in str(PreviewLink.objects.values())


def test_it_ends_after_a_day_at_most(post, editor):
    now = timezone.now()
    day = previews.make_link(post, by=editor, lives=30 * 24 * HOUR, at=now)
    hour = previews.make_link(post, by=editor, lives=HOUR, at=now)

    assert (is_dead(hour, at=now + HOUR), is_dead(day, at=now + HOUR)) == (True, False)
    assert is_dead(day, at=now + 24 * HOUR)


def test_it_is_noted_when_somebody_looked(post, editor):
    now = timezone.now()
    secret = previews.make_link(post, by=editor, at=now)

    for minutes in (1, 1.5, 9):
        previews.link_named(secret, at=now + minutes * HOUR / 60)

    assert previews.links_of(post).get().seen_at == now + 9 * HOUR / 60


def test_revoked_it_is_as_one_that_never_was(post, editor, rosa):
    secret = previews.make_link(post, by=rosa)

    previews.revoke(previews.links_of(post).get(), by=editor)

    said = set()
    for one in (secret, "never-was"):
        with pytest.raises(NoPreview) as refused:
            previews.link_named(one)
        said.add((refused.value.message, refused.value.status))
    assert len(said) == 1
    rows = AuditRow.objects.filter(thing_type="coverage.post", verb__contains="preview").order_by("pk")
    assert [(row.verb, row.person_name, row.note.split(",")[0]) for row in rows] == [
        ("make preview link", "rosa", "revision 1"),
        ("revoke preview link", "ed", "revision 1"),
    ]


def leave_the_event(post: Post, rosa: User) -> None:
    Assignment.objects.filter(person=rosa).delete()


def leave_the_newsroom(post: Post, rosa: User) -> None:
    User.objects.filter(pk=rosa.pk).update(is_active=False)


def publish(post: Post, rosa: User) -> None:
    publication.publish(post, by=None)


def spike(post: Post, rosa: User) -> None:
    review.spike(post, by=rosa)


def withdraw(post: Post, rosa: User) -> None:
    publication.publish(post, by=None)
    publication.withdraw(post_by_id(post.pk), by=factories.make_editor(), reason="It was wrong.")


@pytest.mark.parametrize("change", [leave_the_event, leave_the_newsroom, publish, spike, withdraw])
def test_it_is_dead_once_it_would_not_be_made_any_more(change, post, rosa):
    secret = previews.make_link(post, by=rosa)

    change(post, rosa)

    assert is_dead(secret)


def test_it_shows_no_later_revision(post, rosa):
    secret = previews.make_link(post, by=rosa)

    filing.update_post(post, by=rosa, headline="Other doors")

    assert previews.link_named(secret).revision.content["headline"] == "Doors"


def test_what_waits_behind_a_published_post_has_one(event, editor):
    post = post_by_id(factories.make_published(event).pk)
    with pytest.raises(WrongState):
        previews.make_link(post, by=editor)
    filing.update_post(post, by=editor, headline="Pending")

    secret = previews.make_link(post_by_id(post.pk), by=editor)

    assert previews.link_named(secret).revision.content["headline"] == "Pending"


def test_nobody_but_editors_and_the_author_makes_or_revokes_one(post, event, rosa, editor):
    colleague = factories.make_person()
    factories.assign(colleague, event)
    previews.make_link(post, by=editor)

    with pytest.raises(NotAllowed):
        previews.make_link(post, by=colleague)
    with pytest.raises(NotAllowed):
        previews.revoke(previews.links_of(post).get(), by=colleague)
    Assignment.objects.filter(person=rosa).delete()
    with pytest.raises(NotAllowed):
        previews.make_link(post, by=rosa)


def test_links_that_are_over_are_not_kept(post, editor):
    then = timezone.now() - 25 * HOUR
    previews.make_link(post, by=editor, at=then)

    previews.make_link(post, by=editor)

    assert PreviewLink.objects.count() == 1
