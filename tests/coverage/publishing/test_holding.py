"""Holding everything: nothing of an event comes out by schedule until it is lifted."""

import datetime

import pytest
from django.utils import timezone

from coverage.models import Keynote, Post
from coverage.publishing import holding, pictures, publication, schedule
from coverage.publishing.publication import post_by_id
from coverage.record.models import ReleasedAppearance, ReleasedKeynote, ReleasedPost
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from tests import factories

pytestmark = pytest.mark.django_db
PAST = datetime.timedelta(seconds=1)


@pytest.fixture
def editor():
    return factories.make_editor()


def due_post(event, editor) -> Post:
    post = post_by_id(factories.make_post(event, by=editor).pk)
    schedule.schedule(post, by=editor, publish_at=timezone.now() + datetime.timedelta(minutes=1))
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - PAST)
    return post_by_id(post.pk)


def test_nothing_comes_out_by_schedule_until_it_is_lifted(editor):
    event, other = factories.make_event(), factories.make_event()
    held, elsewhere = due_post(event, editor), due_post(other, editor)
    factories.make_keynote(event, held=True, release=False)
    Keynote.objects.update(announce_at=timezone.now() - PAST)

    holding.hold(event, by=editor, reason="A threat to the venue.")
    schedule.release_due()

    assert list(ReleasedPost.objects.values_list("desk_id", flat=True)) == [elsewhere.pk]
    assert not ReleasedKeynote.objects.exists()
    holding.lift(event, by=editor)
    schedule.release_due()
    assert ReleasedPost.objects.filter(desk_id=held.pk).exists()
    assert ReleasedKeynote.objects.count() == 1


def test_what_was_held_is_released_at_the_time_it_was_let_out(editor, time_machine):
    event = factories.make_event()
    post = due_post(event, editor)
    later = post_by_id(factories.make_post(event, by=editor).pk)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    schedule.schedule(later, by=editor, publish_at=tomorrow)
    holding.hold(event, by=editor, reason="A threat.")
    lifted = timezone.now() + datetime.timedelta(hours=1)
    time_machine.move_to(lifted, tick=False)

    holding.lift(event, by=editor)
    time_machine.move_to(lifted + PAST, tick=False)
    schedule.release_due()

    assert ReleasedPost.objects.get().released_at == lifted
    assert post_by_id(later.pk).publish_at == tomorrow
    moved = AuditRow.objects.get(verb="reschedule")
    assert (moved.thing_id, moved.person_id) == (str(post.pk), editor.pk)
    assert moved.before == {"publish_at": post.publish_at.isoformat()}
    assert moved.after == {"publish_at": lifted.isoformat()}


def test_a_hold_stops_what_a_release_under_way_has_listed_already(editor):
    event = factories.make_event()
    post = due_post(event, editor)
    held = {"held": True, "announce_at": timezone.now() - PAST}
    factories.make_keynote(event, **held)
    factories.make_appearance(factories.make_keynote(event), **held)
    listed = schedule.due()

    holding.hold(event, by=editor, reason="A threat.")
    said = [schedule.RELEASES[item.kind](item) for item in listed]

    assert said == [None, None, None]
    assert post_by_id(post.pk).state == "scheduled"
    assert ReleasedKeynote.objects.count() == 1
    assert not ReleasedAppearance.objects.exists()


def test_what_is_published_by_hand_is_not_held(editor):
    event = factories.make_event()
    post = due_post(event, editor)
    holding.hold(event, by=editor, reason="A threat.")

    assert publication.publish(post_by_id(post.pk), by=editor).state == "published"


def test_a_right_that_ends_ends_all_the_same(editor):
    event = factories.make_event()
    image = factories.make_image(lease_until=timezone.now() + datetime.timedelta(days=1))
    factories.make_published(event, images=[{"image": image, "caption": ""}])
    holding.hold(event, by=editor, reason="A threat.")
    Image.objects.update(lease_until=timezone.now() - PAST, due_at=timezone.now() - PAST)

    schedule.release_due()

    assert ReleasedPost.objects.get().picture_rows.get().place == "expired"


def test_a_picture_whose_embargo_ends_waits_and_one_whose_lease_ends_goes(editor):
    event = factories.make_event()
    coming = factories.make_image(embargo_until=timezone.now() + datetime.timedelta(hours=1))
    going = factories.make_image(lease_until=timezone.now() + datetime.timedelta(hours=1))
    factories.make_published(
        event, images=[{"image": coming, "caption": ""}, {"image": going, "caption": ""}]
    )
    holding.hold(event, by=editor, reason="A threat.")
    over = timezone.now()
    Image.objects.filter(pk=coming.pk).update(embargo_until=over, due_at=over)
    Image.objects.filter(pk=going.pk).update(lease_until=over, due_at=over)

    schedule.release_due()
    pictures.sweep_pictures()

    row = ReleasedPost.objects.get()
    assert list(row.picture_rows.values_list("image", "place")) == [(going.pk, "expired")]
    holding.lift(event, by=editor)
    schedule.release_due(at=timezone.now() + datetime.timedelta(seconds=10))
    assert list(row.picture_rows.values_list("image", "place")) == [
        (coming.pk, "shown"),
        (going.pk, "expired"),
    ]


def test_a_picture_published_by_hand_during_a_hold_stays(editor):
    event = factories.make_event()
    image = factories.make_image(embargo_until=timezone.now() + datetime.timedelta(hours=1))
    post = factories.make_post(event, by=editor, images=[{"image": image, "caption": ""}])
    holding.hold(event, by=editor, reason="A threat.")
    Image.objects.update(embargo_until=timezone.now())
    publication.publish(post_by_id(post.pk), by=editor)

    pictures.pictures_ready(image.pk)

    assert ReleasedPost.objects.get().picture_rows.get().place == "shown"


def test_who_holds_says_why_and_each_is_done_once(editor):
    event = factories.make_event()
    with pytest.raises(NotAllowed):
        holding.hold(event, by=factories.make_person(), reason="Because.")
    with pytest.raises(Invalid):
        holding.hold(event, by=editor, reason=" ")
    with pytest.raises(WrongState):
        holding.lift(event, by=editor)

    holding.hold(event, by=editor, reason="A threat.")
    with pytest.raises(WrongState):
        holding.hold(event, by=editor, reason="A threat.")
    holding.lift(event, by=editor)

    assert event.held_since is None
    assert list(
        AuditRow.objects.filter(verb__in=["hold", "lift"]).order_by("id").values_list("verb", "note")
    ) == [
        ("hold", "A threat."),
        ("lift", ""),
    ]
