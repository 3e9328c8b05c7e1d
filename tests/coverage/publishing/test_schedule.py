import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from coverage.models import Alert, Appearance, Keynote, Post
from coverage.publishing import filing, pictures, publication, review, running_order, schedule
from coverage.publishing.publication import post_by_id
from coverage.record.models import ReleasedAppearance, ReleasedKeynote, ReleasedPost
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from tests import factories

pytestmark = pytest.mark.django_db

SOON = datetime.timedelta(minutes=1)


def scheduled(event=None, editor=None, *, due: bool = False, **fields) -> Post:
    """A scheduled post; if due, its time passed a second ago."""
    editor = editor or factories.make_editor()
    post = factories.make_post(event or factories.make_event(), by=editor, **fields)
    schedule.schedule(post_by_id(post.pk), by=editor, publish_at=timezone.now() + SOON)
    if due:
        Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - datetime.timedelta(seconds=1))
    return post_by_id(post.pk)


def test_nothing_comes_out_before_its_time():
    post = scheduled()

    assert schedule.release_due() == []
    assert not ReleasedPost.objects.exists()
    assert len(schedule.release_due(at=post.publish_at)) == 1


def test_a_due_post_takes_the_place_and_time_of_its_schedule():
    post = scheduled(due=True)

    schedule.release_due()

    row = ReleasedPost.objects.get(desk_id=post.pk)
    assert (row.released_at, row.happened_at) == (post.publish_at, post.publish_at)


def test_looking_for_what_is_due_is_one_query(django_assert_num_queries):
    event = factories.make_event()
    for _ in range(3):
        scheduled(event)

    with django_assert_num_queries(1):
        assert schedule.due() == []


def test_a_time_that_is_past_is_refused():
    editor = factories.make_editor()
    post = factories.make_post(factories.make_event(), by=editor)

    with pytest.raises(Invalid, match="past"):
        schedule.schedule(post_by_id(post.pk), by=editor, publish_at=timezone.now())


def test_a_schedule_within_the_embargo_is_refused():
    editor = factories.make_editor()
    post = factories.make_post(factories.make_event(), by=editor, embargo_until=timezone.now() + 3 * SOON)

    with pytest.raises(Invalid, match="embargo"):
        schedule.schedule(post_by_id(post.pk), by=editor, publish_at=timezone.now() + SOON)


def test_a_post_of_a_draft_event_is_not_scheduled():
    editor = factories.make_editor()
    post = factories.make_post(factories.make_event(state="draft"), by=editor)

    with pytest.raises(WrongState, match="announce it first"):
        schedule.schedule(post_by_id(post.pk), by=editor, publish_at=timezone.now() + SOON)


def test_an_embargo_set_later_holds_a_due_post_until_it_is_over():
    editor = factories.make_editor()
    post = scheduled(editor=editor, due=True)
    filing.update_post(post, by=editor, embargo_until=timezone.now() + SOON)

    assert schedule.release_due() == []
    over = timezone.now() - datetime.timedelta(milliseconds=500)
    Post.objects.filter(pk=post.pk).update(embargo_until=over)

    assert len(schedule.release_due()) == 1
    assert ReleasedPost.objects.get(desk_id=post.pk).released_at == over


def test_an_embargo_lifted_early_lets_a_due_post_out_now(time_machine):
    editor = factories.make_editor()
    post = scheduled(editor=editor, due=True)
    filing.update_post(post, by=editor, embargo_until=timezone.now() + SOON)
    lifted = timezone.now() + SOON / 2
    time_machine.move_to(lifted, tick=False)

    filing.update_post(post_by_id(post.pk), by=editor, embargo_until=None)
    schedule.release_due()

    assert ReleasedPost.objects.get(desk_id=post.pk).released_at == lifted


def test_unschedule_returns_to_the_state_before():
    editor = factories.make_editor()
    post = scheduled(editor=editor)

    schedule.unschedule(post, by=editor)

    assert (post.state, post.publish_at) == ("draft", None)


def test_an_edit_of_a_scheduled_post_goes_out_at_its_time():
    editor = factories.make_editor()
    post = scheduled(editor=editor, due=True, body="<p>Old.</p>")

    filing.update_post(post, by=editor, body="<p>New.</p>")
    schedule.release_due()

    assert ReleasedPost.objects.get(desk_id=post.pk).body == "<p>New.</p>"


def test_an_item_that_cannot_come_out_says_why_and_holds_up_no_other():
    event = factories.make_event()
    keynote = factories.make_keynote(event, held=True)
    poisoned = scheduled(event, due=True, keynote=keynote)
    healthy = scheduled(event, due=True)

    assert len(schedule.release_due()) == 1

    poisoned.refresh_from_db()
    assert ReleasedPost.objects.filter(desk_id=healthy.pk).exists()
    assert poisoned.state == "scheduled"
    assert "not announced yet" in poisoned.release_problem
    Keynote.objects.filter(pk=keynote.pk).update(announce_at=timezone.now())
    schedule.release_due(), schedule.release_due()
    assert ReleasedPost.objects.filter(desk_id=poisoned.pk).exists()


def test_a_post_on_time_waits_for_no_picture():
    image = factories.make_image(credit="")
    post = scheduled(factories.make_event(), due=True, images=[{"image": image}])

    assert len(schedule.release_due()) == 1

    assert not ReleasedPost.objects.get(desk_id=post.pk).picture_rows.exists()
    type(image).objects.filter(pk=image.pk).update(credit="Ada Byron")
    assert pictures.pictures_ready(image.pk) == 1
    assert ReleasedPost.objects.get(desk_id=post.pk).picture_rows.get().credit == "Ada Byron"


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_a_post_on_time_goes_out_without_a_picture_that_never_comes(state):
    image = factories.make_image()
    post = scheduled(factories.make_event(), due=True, images=[{"image": image}])
    type(image).objects.filter(pk=image.pk).update(state=state, refusal="Cut off.")

    assert len(schedule.release_due()) == 1

    assert not ReleasedPost.objects.get(desk_id=post.pk).picture_rows.exists()


def test_a_held_keynote_and_guest_are_announced_at_their_time():
    event = factories.make_event()
    past = timezone.now() - datetime.timedelta(seconds=1)
    keynote = factories.make_keynote(event, title="The surprise", held=True, announce_at=past)
    guest = Appearance.objects.create(
        keynote=keynote, speaker=factories.make_speaker("Grace Hopper"), held=True, announce_at=past + SOON
    )
    assert not ReleasedKeynote.objects.exists()

    assert len(schedule.release_due()) == 1
    assert (ReleasedKeynote.objects.get().title, ReleasedAppearance.objects.count()) == ("The surprise", 0)
    assert len(schedule.release_due(at=guest.announce_at)) == 1
    assert ReleasedAppearance.objects.get().name == "Grace Hopper"


def test_an_announcement_put_off_while_a_release_has_listed_it_waits():
    event = factories.make_event()
    past = timezone.now() - datetime.timedelta(seconds=1)
    factories.make_keynote(event, held=True, announce_at=past)
    factories.make_appearance(factories.make_keynote(event), held=True, announce_at=past)
    listed = schedule.due()
    for model in (Keynote, Appearance):
        model.objects.filter(held=True).update(announce_at=timezone.now() + SOON)

    said = [schedule.RELEASES[item.kind](item) for item in listed]

    assert said == [None, None]
    assert ReleasedKeynote.objects.count() == 1
    assert not ReleasedAppearance.objects.exists()


def test_of_a_cancelled_keynote_nothing_is_announced_by_itself():
    editor, event = factories.make_editor(), factories.make_event()
    surprise = factories.make_keynote(event, held=True, announce_at=timezone.now() + SOON)
    known = factories.make_keynote(event)
    guest = factories.make_appearance(known, held=True, announce_at=timezone.now() + SOON)
    for keynote in (surprise, known):
        running_order.cancel_keynote(keynote, by=editor)

    assert schedule.release_due(at=timezone.now() + 2 * SOON) == []

    assert ReleasedKeynote.objects.get().desk_id == known.pk
    running_order.uncancel_keynote(known, by=editor)
    assert schedule.release_due(at=timezone.now() + 2 * SOON) == [f"appearance {guest}"]


def test_a_problem_of_what_has_no_time_any_more_is_told_and_holds_up_nothing():
    event = factories.make_event()
    post = scheduled(event, due=True)
    item = schedule.due()[0]
    keynote = factories.make_keynote(event)
    Post.objects.update(publish_at=None, anchor_keynote=keynote, anchor="actual-start")

    schedule._note_problem(item, "It was refused.")

    assert post_by_id(post.pk).release_problem == "It was refused."
    assert Alert.objects.get().text.startswith("It was refused.")


def test_the_command_says_what_came_out(capsys):
    post = scheduled(due=True, headline="Doors open")

    call_command("release_due")
    call_command("release_due")

    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"released post Doors open ({Post.objects.get(pk=post.pk).public_id})", "nothing is due"]


def test_a_reporter_without_the_flag_may_not_schedule():
    event, reporter = factories.make_event(), factories.make_person()
    factories.assign(reporter, event)
    post = factories.make_post(event, by=reporter)

    with pytest.raises(NotAllowed):
        schedule.schedule(post_by_id(post.pk), by=reporter, publish_at=timezone.now() + SOON)
    assert not publication.ReleasedPost.objects.exists()


def test_what_could_never_come_out_is_not_scheduled():
    editor, event = factories.make_editor(), factories.make_event()
    at = timezone.now() + SOON
    late = factories.make_post(event, by=editor, happened_at=at + SOON)
    empty = factories.make_post(event, by=editor, body="")

    with pytest.raises(Invalid, match="happens after"):
        schedule.schedule(post_by_id(late.pk), by=editor, publish_at=at)
    with pytest.raises(Invalid, match="empty"):
        schedule.schedule(post_by_id(empty.pk), by=editor, publish_at=at)


def test_an_edit_of_an_approved_and_scheduled_post_voids_the_approval():
    editor, event = factories.make_editor(), factories.make_event()
    post = post_by_id(factories.make_post(event, by=editor).pk)
    review.submit(post, by=editor)
    review.approve(post, by=editor)
    schedule.schedule(post, by=editor, publish_at=timezone.now() + SOON)

    filing.update_post(post, by=editor, body="<p>Not what was approved.</p>")
    schedule.unschedule(post, by=editor)

    assert post.state == "in_review"


def test_an_edit_where_a_second_reader_is_asked_for_takes_the_post_off_the_schedule():
    author, editor = factories.make_editor(), factories.make_editor()
    post = post_by_id(factories.make_post(factories.make_event(second_reader=True), by=author).pk)
    review.submit(post, by=author)
    review.approve(post, by=editor)
    schedule.schedule(post, by=editor, publish_at=timezone.now() + SOON)
    Post.objects.filter(pk=post.pk).update(release_problem="The event is still a draft.")

    filing.update_post(post_by_id(post.pk), by=author, body="<p>Not what was approved.</p>")

    post.refresh_from_db()
    assert (post.state, post.publish_at, post.pinned_revision) == ("in_review", None, None)
    assert (post.state_before_schedule, post.release_problem) == ("", "")
