"""A second reader: the changes of a published post go through review too, and breaking the glass is answered for."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from coverage.models import Alert, GlassBreak, Post
from coverage.publishing import access, alerts, amending, filing, glass, publication, review, schedule
from coverage.record.models import ReleasedPost
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, StaleState, WrongState
from tests import factories

pytestmark = pytest.mark.django_db
REASON = "The wire has it already."


@pytest.fixture
def event():
    return factories.make_event(second_reader=True)


@pytest.fixture
def editors() -> list:
    return [factories.make_editor(username=name) for name in ("ada", "ben", "cleo")]


def published(event, by) -> Post:
    post = publication.post_by_id(factories.make_post(event, by=by, body="<p>Old words.</p>").pk)
    review.submit(post, by=by)
    review.approve(post, by=factories.make_editor())
    return publication.publish(post, by=by)


def edited(post: Post, by, body: str = "<p>New words.</p>") -> Post:
    return filing.update_post(post, by=by, body=body)


def body_for_readers(post: Post) -> str:
    return ReleasedPost.objects.get(desk_id=post.pk).body


def names(person, post: Post) -> set[str]:
    return {verb.name for verb in access.verbs_for(person, post)}


def test_changes_of_a_published_post_go_through_review_while_readers_keep_the_old_words(event, editors):
    ada, ben, _ = editors
    post = edited(published(event, ada), ada)
    states = [post.review]

    for verb, by in ((review.submit, ada), (review.claim, ben), (review.approve, ben)):
        verb(post, by=by)
        states.append(post.review)

    assert states == ["draft", "submitted", "in_review", "approved"]
    assert (post.state, body_for_readers(post)) == ("published", "<p>Old words.</p>")
    assert list(Post.objects.awaiting_review()) == [post]

    publication.publish(post, by=ada)

    assert (post.review, post.pinned_revision, body_for_readers(post)) == ("", None, "<p>New words.</p>")


@pytest.mark.parametrize("verb", ["publish", "correct"])
def test_changes_that_nobody_approved_do_not_go_out(verb, event, editors):
    ada, ben, _ = editors
    post = edited(published(event, ada), ada)
    takes = {"note": "A name was wrong."} if verb == "correct" else {}

    with pytest.raises(WrongState, match="asks for a second reader: have the changes approved"):
        getattr(publication, verb)(post, by=ben, **takes)

    assert verb not in names(ben, post)
    assert body_for_readers(post) == "<p>Old words.</p>"
    review.submit(post, by=ada)
    review.approve(post, by=ben)
    getattr(publication, verb)(post, by=ada, **takes)
    assert body_for_readers(post) == "<p>New words.</p>"


def test_an_edit_voids_the_approval_of_changes(event, editors):
    ada, ben, cleo = editors
    post = edited(published(event, ada), ada)
    review.submit(post, by=ada)
    review.approve(post, by=ben)

    edited(post, cleo, "<p>Newer words.</p>")

    assert (post.review, post.pinned_revision) == ("in_review", None)
    with pytest.raises(NotAllowed, match="second reader"):
        review.approve(post, by=cleo)


def test_changes_can_be_sent_back_and_taken_back(event, editors):
    ada, ben, _ = editors
    post = edited(published(event, ada), ada)
    review.submit(post, by=ada)

    review.send_back(post, by=ben, note="Who says so?")
    assert (post.state, post.review, post.note) == ("published", "draft", "Who says so?")
    edited(post, ada, "<p>Old words.</p>")

    assert post.review == ""
    with pytest.raises(Invalid, match="Nothing has changed"):
        publication.publish(post, by=ada)


def test_what_is_printed_again_leaves_the_changes_where_they_are(event, editors):
    ada, ben, _ = editors
    post = edited(published(event, ada), ada)
    review.submit(post, by=ada)
    review.approve(post, by=ben)
    Post.objects.filter(pk=post.pk).update(byline="")
    ReleasedPost.objects.update(fragment="stale")

    assert publication.rerelease(post)

    post = publication.post_by_id(post.pk)
    assert (post.review, post.pinned_revision) == ("approved", post.latest_revision())


def test_changes_wait_for_a_withdrawn_post_s_return(event, editors):
    ada, _, _ = editors
    post = edited(published(event, ada), ada)
    publication.withdraw(post, by=ada, reason="Wrong.")
    assert post.review == ""

    publication.reinstate(post, by=factories.make_chief(), reason="Right.")

    assert (post.review, body_for_readers(post)) == ("draft", "<p>Old words.</p>")


@pytest.mark.parametrize("steps", [[], [review.submit], [review.submit, review.claim]])
def test_breaking_the_glass_publishes_at_once_and_asks_for_a_signature(steps, event, editors):
    ada, ben, _ = editors
    post = publication.post_by_id(factories.make_post(event, by=ada).pk)
    for step in steps:
        step(post, by=ada)

    glass.break_glass(post, by=ben, reason=REASON)

    assert post.state == "published"
    assert abs(post.sign_by - timezone.now() - datetime.timedelta(minutes=30)) < datetime.timedelta(
        seconds=30
    )
    assert AuditRow.objects.filter(verb="break-glass", note=REASON, person_id=ben.pk).exists()
    assert "sign-off" in names(ben, post)


def test_breaking_the_glass_for_changes_of_a_published_post(event, editors):
    ada, ben, _ = editors
    post = published(event, ada)
    with pytest.raises(WrongState):
        glass.break_glass(post, by=ben, reason=REASON)

    glass.break_glass(edited(post, ada), by=ben, reason=REASON)

    assert (body_for_readers(post), post.review) == ("<p>New words.</p>", "")


@pytest.mark.parametrize("reason", ["", "   ", "Too short", "         x"])
def test_it_takes_a_reason_of_ten_characters(reason, event, editors):
    post = publication.post_by_id(factories.make_post(event, by=editors[0]).pk)

    with pytest.raises(Invalid) as refused:
        glass.break_glass(post, by=editors[1], reason=reason)

    assert refused.value.errors.keys() == {"reason"}
    assert not ReleasedPost.objects.exists()


def test_there_is_no_glass_where_nobody_reads_twice(editors):
    post = publication.post_by_id(factories.make_post(factories.make_event(), by=editors[0]).pk)

    with pytest.raises(WrongState, match="is for events that ask for a second reader"):
        glass.break_glass(post, by=editors[1], reason=REASON)


def test_whoever_wrote_edited_or_released_it_does_not_sign(event, editors):
    ada, ben, cleo = editors
    post = publication.post_by_id(factories.make_post(event, by=ada).pk)
    edited(post, cleo)
    glass.break_glass(post, by=ben, reason=REASON)

    for hand in editors:
        with pytest.raises(NotAllowed, match="second reader"):
            glass.sign_off(post, by=hand)
    reader = factories.make_editor()
    glass.sign_off(post, by=reader)

    assert post.sign_by is None
    broken = GlassBreak.objects.get()
    assert (broken.by, broken.signed_by, broken.reason) == (ben, reader, REASON)
    with pytest.raises(WrongState, match="nothing to sign off"):
        glass.sign_off(post, by=reader)


def test_a_second_break_keeps_the_first_hour_and_needs_one_signature(event, editors):
    ada, ben, cleo = editors
    post = publication.post_by_id(factories.make_post(event, by=ada).pk)
    glass.break_glass(post, by=ben, reason=REASON)
    first = post.sign_by

    glass.break_glass(edited(post, ada), by=cleo, reason=REASON)

    assert post.sign_by == first
    with pytest.raises(NotAllowed):
        glass.sign_off(post, by=ben)
    glass.sign_off(post, by=factories.make_editor())
    assert not GlassBreak.objects.filter(signed_at=None).exists()


def test_who_saw_an_older_version_signs_nothing(event, editors):
    post = publication.post_by_id(factories.make_post(event, by=editors[0]).pk)
    glass.break_glass(post, by=editors[1], reason=REASON)

    with pytest.raises(StaleState):
        glass.sign_off(post, by=editors[2], version=post.version - 1)


def test_after_half_an_hour_the_desk_is_alerted_once(event, editors):
    post = publication.post_by_id(factories.make_post(event, by=editors[0], headline="Doors").pk)
    glass.break_glass(post, by=editors[1], reason=REASON)
    late = post.sign_by

    found = [glass.alert_unsigned(at=at) for at in (late - datetime.timedelta(seconds=1), late, late)]

    assert found == [0, 1, 0]
    alert = Alert.objects.get()
    assert (alert.kind, alert.event, alert.title) == (
        "glass",
        event,
        "Not second-read for half an hour: “Doors”",
    )


def test_once_it_is_signed_off_nobody_is_told_any_more(event, editors, mailoutbox):
    ada, ben, cleo = editors
    cleo.email = "cleo@example.org"
    cleo.save()
    posts = [publication.post_by_id(factories.make_post(event, by=ada).pk) for _ in range(2)]
    for post in posts:
        glass.break_glass(post, by=ben, reason=REASON)
    glass.alert_unsigned(at=posts[1].sign_by)

    glass.sign_off(posts[0], by=cleo)
    alerts.mail_alerts(at=timezone.now() + alerts.UNSEEN)

    assert [alert.path for alert in Alert.objects.open_at(event)] == [change_url(posts[1])]
    assert [change_url(posts[1]) in sent.body for sent in mailoutbox] == [True]


def change_url(post: Post) -> str:
    return reverse("admin:coverage_post_change", args=[post.pk])


def switched_on(post: Post) -> Post:
    type(post.event).objects.filter(pk=post.event_id).update(second_reader=True)
    return publication.post_by_id(post.pk)


@pytest.mark.parametrize("approver", ["herself", "another"])
def test_what_was_approved_before_the_event_asked_comes_out_if_it_was_second_read(approver, editors):
    ada, ben, cleo = editors
    post = publication.post_by_id(factories.make_post(factories.make_event(), by=ada).pk)
    review.submit(post, by=ada)
    review.approve(post, by=ada if approver == "herself" else ben)
    schedule.schedule(post, by=ada, publish_at=timezone.now() + datetime.timedelta(minutes=1))
    post = switched_on(post)

    schedule.release_due(at=post.publish_at)

    post = publication.post_by_id(post.pk)
    if approver == "another":
        assert post.state == "published"
        return
    assert post.state == "scheduled"
    assert "nobody has second-read these words" in post.release_problem
    schedule.unschedule(post, by=cleo)
    assert post.state == "approved"
    review.send_back(post, by=cleo, note="Once more.")
    review.submit(post, by=ada)
    review.approve(post, by=cleo)
    assert publication.publish(post, by=ada).state == "published"


def test_moved_to_an_event_that_asks_it_is_read_first(event, editors):
    ada, ben, _ = editors
    post = publication.post_by_id(factories.make_post(factories.make_event(), by=ada).pk)
    review.submit(post, by=ada)
    review.approve(post, by=ben)
    amending.move(post, by=ada, event=event.slug)

    post = publication.post_by_id(post.pk)
    with pytest.raises(WrongState, match="A in review post cannot be changed by “Publish”"):
        publication.publish(post, by=ada)
    review.approve(post, by=ben)

    assert publication.publish(post, by=ada).state == "published"
