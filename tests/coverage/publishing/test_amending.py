"""Key marks and moves: one thing about a post changes at once, and what is pending stays pending."""

import datetime

import pytest

from coverage.models import Post
from coverage.publishing import amending, filing, publication, review, schedule
from coverage.record.models import MovedAddress, Release, ReleasedPost
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.roles import REPORTER
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return factories.make_event(slug="summit", title="The Summit")


@pytest.fixture
def editor():
    return factories.make_editor()


def row(post: Post) -> ReleasedPost:
    return ReleasedPost.objects.get(desk_id=post.pk)


def ops(event) -> list[tuple]:
    entries = Release.objects.filter(head__desk_id=event.pk).exclude(op="header").order_by("seq")
    return [(entry.op, entry.public_id) for entry in entries]


def test_marking_a_key_event_reaches_readers_and_leaves_pending_words_pending(event, editor):
    post = factories.make_published(event, by=editor, body="<p>Old.</p>")
    filing.update_post(post, by=editor, body="<p>New.</p>")
    review.submit(post, by=editor)

    amending.mark_key(post, by=editor)

    assert (row(post).key_event, row(post).body) == (True, "<p>Old.</p>")
    assert (post.review, post.latest_revision().content["body"]) == ("submitted", "<p>New.</p>")
    publication.publish(post, by=editor)
    assert (row(post).key_event, row(post).body) == (True, "<p>New.</p>")


def test_a_mark_is_taken_off_and_set_once(event, editor):
    post = factories.make_published(event, by=editor, key_event=True)

    with pytest.raises(WrongState, match="already"):
        amending.mark_key(post, by=editor)
    amending.unmark_key(post, by=editor)

    assert (row(post).key_event, post.key_event, post.review) == (False, False, "")


def test_a_published_post_moves_to_another_keynote_and_keeps_its_place(event, editor):
    keynote = factories.make_keynote(event, title="Opening")
    post = factories.make_published(event, by=editor)
    place, address = post.position, post.public_id

    amending.move(post, by=editor, keynote=keynote.slug)

    assert (row(post).keynote_title, row(post).position, row(post).public_id) == ("Opening", place, address)
    assert "Opening" in row(post).fragment
    assert ops(event) == [("publish", address), ("update", address)]
    audit = AuditRow.objects.filter(verb="move").first()
    assert (audit.before["keynote"], audit.after["keynote"]) == (None, keynote.slug)


def test_out_of_its_keynote_is_a_decision(event, editor):
    post = factories.make_published(event, by=editor, keynote=factories.make_keynote(event))

    amending.move(post, by=editor)

    assert (post.keynote, post.outside_keynote, row(post).keynote) == (None, True, "")


def test_a_published_post_moves_to_another_event_with_its_address(event, editor):
    other = factories.make_event(slug="forum", title="The Forum")
    keynote = factories.make_keynote(other)
    taken = factories.make_published(other, by=editor)
    post = factories.make_published(event, by=editor, body="<p>Old.</p>")
    filing.update_post(post, by=editor, body="<p>New.</p>")

    amending.move(post, by=editor, event="forum", keynote=keynote.slug)

    moved = row(post)
    assert (moved.head.slug, moved.keynote, moved.body, post.event, post.review) == (
        "forum",
        keynote.slug,
        "<p>Old.</p>",
        other,
        "draft",
    )
    assert moved.position > row(taken).position
    assert ops(event) == [("publish", post.public_id), ("withdraw", post.public_id)]
    assert ops(other)[-1] == ("publish", post.public_id)
    gone = Release.objects.get(op="withdraw")
    assert (gone.html, gone.reason) == (None, "This post now stands in “The Forum”.")
    old, new = (f"/events/{slug}/posts/{post.public_id}/" for slug in ("summit", "forum"))
    assert (MovedAddress.objects.get().old, MovedAddress.objects.get().new) == (old, new)
    seqs = list(Release.objects.filter(head=moved.head).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def test_there_and_back_again_leaves_no_circle(event, editor):
    third = factories.make_event(slug="third")
    factories.make_event(slug="forum")
    post = factories.make_published(event, by=editor)

    for slug in ("forum", "summit", "forum", "third"):
        amending.move(post, by=editor, event=slug)

    leads = {moved.old.split("/")[2]: moved.new.split("/")[2] for moved in MovedAddress.objects.all()}
    assert leads == {"summit": "third", "forum": "third"}
    assert post.event == third


@pytest.mark.parametrize("state", ["draft", "approved", "scheduled"])
def test_what_is_not_published_moves_as_it_is(state, event, editor):
    other = factories.make_event(slug="forum")
    post = publication.post_by_id(factories.make_post(event, by=editor).pk)
    later = post.created_at + datetime.timedelta(days=1)
    if state != "draft":
        review.submit(post, by=editor)
        review.approve(post, by=editor)
    if state == "scheduled":
        schedule.schedule(post, by=editor, publish_at=later)

    amending.move(post, by=editor, event="forum")

    post = publication.post_by_id(post.pk)
    assert (post.event, post.state) == (other, state)
    if state != "draft":
        assert post.pinned_revision == post.latest_revision()
        publication.publish(post, by=editor)
        assert row(post).head.slug == "forum"


@pytest.mark.parametrize("state", ["approved", "scheduled"])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_second_reader_reads_again_what_was_moved(state, elsewhere, editor):
    home, asking = factories.make_event(), factories.make_event(second_reader=True)
    sponsored = factories.make_keynote(asking, sponsor=factories.make_organisation("Acme"))
    author = factories.make_person()
    for event in (home, asking):
        factories.assign(author, event, may_publish=True)
    post = publication.post_by_id(factories.make_post(home if elsewhere else asking, by=author).pk)
    review.submit(post, by=author)
    review.approve(post, by=editor)
    if state == "scheduled":
        schedule.schedule(post, by=author, publish_at=post.created_at + datetime.timedelta(days=1))

    amending.move(post, by=author, event=asking.slug, keynote=sponsored.slug)

    post = publication.post_by_id(post.pk)
    assert (post.state, post.pinned_revision, post.publish_at) == ("in_review", None, None)
    assert post.latest_revision().read_by is None
    audit = AuditRow.objects.filter(verb="move").first()
    assert (audit.from_state, audit.to_state) == (state, "in_review")
    with pytest.raises(WrongState):
        publication.publish(post, by=author)


def test_what_was_approved_is_moved_in_its_own_words(event):
    author = factories.make_person(first_name="Rosa")
    factories.assign(author, event)
    keynote = factories.make_keynote(event)
    post = publication.post_by_id(factories.make_post(event, by=author).pk)
    review.submit(post, by=author)
    review.approve(post, by=factories.make_editor())
    approved = post.pinned_revision.content
    author.first_name = "Renamed"
    author.save()

    post = publication.post_by_id(post.pk)
    amending.move(post, by=factories.make_editor(), keynote=keynote.slug)

    moved = publication.post_by_id(post.pk).pinned_revision
    assert moved.content == approved | {"keynote": keynote.pk}
    assert moved.read_by is None


def test_where_it_cannot_go(event, editor):
    draft = factories.make_event(slug="secret", state="draft")
    post = factories.make_published(event, by=editor)

    for place, error in (
        ({"event": "nowhere"}, Invalid),
        ({"keynote": "nothing"}, Invalid),
        ({"event": draft.slug}, WrongState),
        ({}, Invalid),
    ):
        with pytest.raises(error):
            amending.move(post, by=editor, **place)

    assert row(post).head.slug == "summit"


def test_who_may_not_publish_there_moves_nothing_there(event):
    reporter = factories.make_person(REPORTER)
    there, elsewhere = factories.make_event(slug="there"), factories.make_event(slug="elsewhere")
    factories.assign(reporter, event, may_publish=True)
    factories.assign(reporter, there)
    post = factories.make_published(event, by=reporter)

    with pytest.raises(NotAllowed, match="may not publish at that event"):
        amending.move(post, by=reporter, event=there.slug)
    with pytest.raises(Invalid, match="or it is not yours"):
        amending.move(post, by=reporter, event=elsewhere.slug)


def test_a_place_given_in_one_event_is_not_taken_along_to_another(event, editor):
    other = factories.make_event(slug="forum")
    for where in (event, other):
        post = publication.post_by_id(factories.make_post(where, by=editor, position=5000).pk)

    amending.move(post, by=editor, event="summit")

    assert (publication.post_by_id(post.pk).event, publication.post_by_id(post.pk).position) == (event, None)


def test_what_was_pinned_is_not_pinned_in_another_event(event, editor):
    factories.make_event(slug="forum")
    post = factories.make_published(event, by=editor)
    publication.pin(post, by=editor)

    amending.move(post, by=editor, event="forum")

    assert (post.pinned, row(post).pinned) == (False, False)
    publication.pin(post, by=editor)
    amending.move(post, by=editor, event="forum", keynote=factories.make_keynote(post.event).slug)
    assert (post.pinned, row(post).pinned) == (True, True)


def test_what_follows_a_keynote_of_its_event_stays_there(event, editor):
    factories.make_event(slug="forum")
    keynote = factories.make_keynote(event)
    post = publication.post_by_id(factories.make_post(event, by=editor).pk)
    schedule.schedule(post, by=editor, anchor_keynote=keynote.slug, anchor="actual-end", anchor_minutes=5)

    with pytest.raises(WrongState, match="give it a time of its own"):
        amending.move(post, by=editor, event="forum")


@pytest.mark.parametrize("out", [False, True])
def test_a_published_post_moves_neither_into_a_rehearsal_nor_out_of_one(out, event, editor):
    """Cleared, the rehearsal would take it away for good, and its name would stand on the real event's page."""
    rehearsal = factories.make_event(title="Secret rehearsal", rehearsal=True)
    here, there = (rehearsal, event) if out else (event, rehearsal)
    post = factories.make_published(here, by=editor)

    with pytest.raises(WrongState, match="rehearsal"):
        amending.move(publication.post_by_id(post.pk), by=editor, event=there.slug)

    assert row(post).head.desk_id == here.pk
    assert not Release.objects.filter(op="withdraw").exists()
    assert not MovedAddress.objects.exists()
