"""Posts scheduled by a keynote's time move with it, and none comes out before it."""

import datetime

import pytest
from django.utils import timezone

from coverage.models import Keynote, Post
from coverage.publishing import delays, holding, programme, review, running_order, schedule
from coverage.publishing.publication import post_by_id
from coverage.record.models import ReleasedPost
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid
from tests import factories

pytestmark = pytest.mark.django_db
FIVE = datetime.timedelta(minutes=5)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def editor():
    return factories.make_editor()


@pytest.fixture
def keynote():
    """An hour long, in an hour."""
    start = timezone.now().replace(microsecond=0) + HOUR
    return factories.make_keynote(factories.make_event(), starts_at=start, ends_at=start + HOUR)


def anchored(keynote: Keynote, editor, anchor: str, minutes: int = 0, **fields) -> Post:
    post = post_by_id(factories.make_post(keynote.event, by=editor, **fields).pk)
    by_time = {"anchor_keynote": keynote.slug, "anchor": anchor, "anchor_minutes": minutes}
    return schedule.schedule(post, by=editor, **by_time)


def due_at(post: Post) -> datetime.datetime | None:
    return Post.objects.values_list("publish_at", flat=True).get(pk=post.pk)


def is_out(post: Post) -> bool:
    return ReleasedPost.objects.filter(desk_id=post.pk).exists()


@pytest.mark.parametrize(
    ("anchor", "minutes", "after_start"),
    [
        ("planned-start", -5, -FIVE),
        ("planned-start", 0, 0 * FIVE),
        ("planned-end", 10, HOUR + 2 * FIVE),
    ],
)
def test_a_planned_time_is_known_at_once(anchor, minutes, after_start, keynote, editor):
    post = anchored(keynote, editor, anchor, minutes)

    assert due_at(post) == keynote.starts_at + after_start


def test_what_waits_for_an_actual_time_is_never_due_before_it(keynote, editor):
    at_start, after_end = (
        anchored(keynote, editor, a, m) for a, m in (("actual-start", 0), ("actual-end", 5))
    )
    assert (due_at(at_start), due_at(after_end)) == (None, None)
    assert schedule.due(timezone.now() + 100 * HOUR) == []

    running_order.start_keynote(keynote, by=editor)
    assert schedule.release_due() != []

    assert (is_out(at_start), is_out(after_end)) == (True, False)
    running_order.end_keynote(keynote, by=editor)
    keynote.refresh_from_db()
    assert due_at(after_end) == keynote.actual_end + FIVE


def test_a_mistaken_start_leaves_what_has_not_come_out_waiting(keynote, editor):
    post = anchored(keynote, editor, "actual-start", 5)
    running_order.start_keynote(keynote, by=editor)
    assert due_at(post)

    running_order.undo_start(keynote, by=editor)

    assert due_at(post) is None


def test_posts_move_with_a_shift_and_their_version_stays(keynote, editor):
    post = anchored(keynote, editor, "planned-start", -5)

    delays.shift(keynote, 20, by=editor)

    assert due_at(post) == keynote.starts_at - FIVE + 4 * FIVE
    assert post_by_id(post.pk).version == post.version


def test_the_audit_of_a_post_says_that_its_time_moved(keynote, editor):
    post = anchored(keynote, editor, "planned-start", -5)

    delays.shift(keynote, 20, by=editor)

    moved = AuditRow.objects.filter(thing_id=str(post.pk)).first()
    was = {"publish_at": post.publish_at.isoformat()}
    assert (moved.verb, moved.person_id, moved.before) == ("reschedule", None, was)
    assert moved.after == {"publish_at": due_at(post).isoformat()}


def test_a_time_moved_into_the_past_is_now(keynote, editor, time_machine):
    post = anchored(keynote, editor, "planned-start")
    now = timezone.now()
    time_machine.move_to(now, tick=False)

    delays.shift(keynote, -300, by=editor)

    assert due_at(post) == now
    schedule.release_due()
    assert ReleasedPost.objects.get().released_at == now


def test_what_is_due_already_keeps_its_time(keynote, editor, time_machine):
    post = anchored(keynote, editor, "planned-start")
    time_machine.move_to(keynote.starts_at + FIVE, tick=False)

    delays.shift(keynote, -5, by=editor)

    assert due_at(post) == keynote.starts_at


def test_posts_move_with_a_save_of_the_keynote(keynote, editor):
    post = anchored(keynote, editor, "planned-end")
    Keynote.objects.filter(pk=keynote.pk).update(ends_at=keynote.ends_at + FIVE)

    programme.release_programme(keynote.event)

    assert due_at(post) == keynote.ends_at + FIVE


def test_a_post_moved_away_while_it_was_due_stays_where_it_was_moved(keynote, editor):
    post = anchored(keynote, editor, "planned-start")
    item = schedule.due(keynote.starts_at)[0]
    delays.shift(keynote, 20, by=editor)

    assert schedule.RELEASES["post"](item) is None
    assert not is_out(post)


def test_a_cancelled_keynote_takes_posts_scheduled_by_it_off(keynote, editor):
    post = anchored(keynote, editor, "actual-end", 5)

    assert running_order.cancel_keynote(keynote, by=editor) == [post]

    post = post_by_id(post.pk)
    assert (post.state, post.anchor_keynote, post.anchor, post.anchor_minutes) == ("draft", None, "", 0)
    with pytest.raises(Invalid, match="is cancelled"):
        anchored(keynote, editor, "planned-start")


def test_a_post_off_the_schedule_follows_no_keynote(keynote, editor):
    posts = [anchored(keynote, editor, "planned-start") for _ in range(3)]
    schedule.unschedule(posts[0], by=editor)
    review.spike(posts[1], by=editor)
    schedule.schedule(posts[2], by=editor, publish_at=keynote.starts_at + HOUR)

    delays.shift(keynote, 20, by=editor)

    assert [due_at(post) for post in posts] == [None, None, keynote.starts_at + HOUR]
    assert not Post.objects.exclude(anchor_keynote=None).exists()


def test_an_event_held_back_holds_what_waits_for_a_start(keynote, editor):
    post = anchored(keynote, editor, "actual-start")
    holding.hold(keynote.event, by=editor, reason="Fire alarm.")
    running_order.start_keynote(keynote, by=editor)

    schedule.release_due()

    assert not is_out(post)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"anchor_keynote": "nowhere"}, "anchor_keynote"),
        ({"anchor": "tea-time"}, "anchor"),
        ({"anchor_minutes": 601}, "anchor_minutes"),
        ({"anchor": "actual-start", "anchor_minutes": -5}, "anchor_minutes"),
        ({"anchor_minutes": -90}, "anchor"),
        ({"publish_at": timezone.now() + 3 * HOUR}, "publish_at"),
    ],
)
def test_what_makes_no_sense_is_refused(given, field, keynote, editor):
    post = post_by_id(factories.make_post(keynote.event, by=editor).pk)
    asked = {"anchor_keynote": keynote.slug, "anchor": "planned-start", **given}

    with pytest.raises(Invalid) as refused:
        schedule.schedule(post, by=editor, **asked)

    assert list(refused.value.errors) == [field]


def test_a_keynote_of_another_event_is_none_of_its(keynote, editor):
    other = factories.make_keynote(factories.make_event())
    post = post_by_id(factories.make_post(keynote.event, by=editor).pk)

    with pytest.raises(Invalid, match="There is no keynote"):
        schedule.schedule(post, by=editor, anchor_keynote=other.slug, anchor="planned-start")
