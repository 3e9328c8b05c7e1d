"""Every state × verb × person, against a table written out here by hand from DESIGN.md."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from coverage.models import Assignment, Event, Post
from coverage.publishing import access, amending, filing, glass, publication, review, schedule
from newsroom.editorial.errors import EditorialError, Invalid, NotAllowed, WrongState
from newsroom.editorial.roles import PHOTO_EDITOR, REPORTER
from newsroom.editorial.states import PostState
from newsroom.editorial.workflow import POST_VERBS
from tests import factories

pytestmark = pytest.mark.django_db

# verb: (states it starts from, state it leads to, who: a = author, p = author who may publish, e = editor, c = chief)
TABLE = {
    "submit": ("draft", "submitted", "apec"),
    "claim": ("submitted", "in_review", "ec"),
    "release-claim": ("in_review", "submitted", "ec"),
    "send-back": ("submitted in_review approved", "draft", "ec"),
    "approve": ("submitted in_review", "approved", "ec"),
    "publish": ("draft submitted in_review approved scheduled", "published", "pec"),
    "schedule": ("draft submitted in_review approved scheduled", "scheduled", "pec"),
    "unschedule": ("scheduled", "draft", "pec"),
    "correct": ("published", "published", "pec"),
    "withdraw": ("published", "withdrawn", "pec"),
    "reinstate": ("withdrawn", "published", "c"),
    "spike": ("draft submitted in_review approved scheduled", "spiked", "ec"),
    "unspike": ("spiked", "draft", "ec"),
    "pin": ("published", "published", "pec"),
    "mark-key": ("published", "published", "pec"),
    "move": ("draft submitted in_review approved scheduled published", None, "pec"),
    "break-glass": ("", "published", "pec"),
    "sign-off": ("", "published", "ec"),
}
CALLS = {
    "submit": review.submit,
    "claim": review.claim,
    "release-claim": review.release_claim,
    "send-back": lambda post, by: review.send_back(post, by=by, note="More, please."),
    "approve": review.approve,
    "publish": publication.publish,
    "schedule": lambda post, by: schedule.schedule(
        post, by=by, publish_at=timezone.now() + datetime.timedelta(hours=1)
    ),
    "unschedule": schedule.unschedule,
    "correct": lambda post, by: publication.correct(post, by=by, note="A name was wrong."),
    "withdraw": lambda post, by: publication.withdraw(post, by=by, reason="We were wrong."),
    "reinstate": lambda post, by: publication.reinstate(post, by=by, reason="We were right."),
    "spike": review.spike,
    "unspike": review.unspike,
    "pin": publication.pin,
    "mark-key": amending.mark_key,
    "move": lambda post, by: amending.move(post, by=by, keynote=factories.make_keynote(post.event).slug),
    "break-glass": lambda post, by: glass.break_glass(post, by=by, reason="It cannot wait."),
    "sign-off": glass.sign_off,
}
# verb: (how far the pending changes of a published post have come, how far they are after it, the post's state then),
# and the first where the event asks for a second reader, if it differs. What is not here works on none.
PENDING = {
    "submit": ("draft", "submitted", "published", None),
    "claim": ("submitted", "in_review", "published", None),
    "release-claim": ("in_review", "submitted", "published", None),
    "send-back": ("submitted in_review approved", "draft", "published", None),
    "approve": ("submitted in_review", "approved", "published", None),
    "publish": ("draft submitted in_review approved", "", "published", "approved"),
    "correct": ("draft submitted in_review approved", "", "published", "approved"),
    "withdraw": ("draft submitted in_review approved", "", "withdrawn", None),
    "pin": ("draft submitted in_review approved", None, "published", None),
    "mark-key": ("draft submitted in_review approved", "void", "published", None),
    "move": ("draft submitted in_review approved", "void", "published", None),
    "break-glass": ("", "", "published", "draft submitted in_review"),
}
PEOPLE = {
    "a": "the author",
    "p": "the author who may publish",
    "e": "an editor",
    "c": "a chief",
    "o": "another reporter",
    "f": "a photo editor",
}


def post_in(state: str, author, editor) -> Post:
    """A post brought to a state by its verbs."""
    event = factories.make_event()
    factories.assign(author, event)
    post = publication.post_by_id(factories.make_post(event, by=author).pk)
    later = timezone.now() + datetime.timedelta(hours=1)
    steps = {
        "submitted": [review.submit],
        "in_review": [review.submit, review.claim],
        "approved": [review.submit, review.approve],
        "scheduled": [lambda p, by: schedule.schedule(p, by=by, publish_at=later)],
        "published": [publication.publish],
        "withdrawn": [publication.publish, lambda p, by: publication.withdraw(p, by=by, reason="No.")],
        "spiked": [review.spike],
    }
    for step in steps.get(state, []):
        step(post, by=editor)
    return publication.post_by_id(post.pk)


@pytest.mark.parametrize("person", PEOPLE, ids=PEOPLE.get)
@pytest.mark.parametrize("verb", TABLE)
def test_who_may_do_what_from_which_state(verb, person):
    sources, target, who = TABLE[verb]
    chief, editor, author = factories.make_chief(), factories.make_editor(), factories.make_person()
    for state in PostState.values:
        post = post_in(state, author, chief)
        other = factories.make_person(PHOTO_EDITOR if person == "f" else REPORTER)
        factories.assign(other, post.event)
        if person == "p":
            author.assignments.filter(event=post.event).update(may_publish=True)
        by = {"a": author, "p": author, "e": editor, "c": chief}.get(person, other)

        try:
            outcome = CALLS[verb](post, by=by).state
        except EditorialError as refused:
            outcome = type(refused)

        hers = {"spike": ("draft", "spiked"), "unspike": ("draft",)}  # post_in spikes as the chief
        own_draft = person in "ap" and state in hers.get(verb, ())
        if person not in who and not own_draft:
            expected = NotAllowed
        elif (verb, state, person) == ("release-claim", "in_review", "e"):
            expected = NotAllowed  # post_in claims as the chief
        elif verb == "publish" and state == "published":
            expected = Invalid  # nothing has changed since
        elif state not in sources.split():
            expected = WrongState
        else:
            expected = target or state
        assert outcome == expected, f"{PEOPLE[person]} {verb} from {state}"


def post_with_changes(review_state: str, author, editor) -> Post:
    """A published post whose pending changes, an editor's, have come as far as that."""
    post = filing.update_post(post_in("published", author, editor), by=editor, body="<p>New words.</p>")
    steps = {
        "submitted": [review.submit],
        "in_review": [review.submit, review.claim],
        "approved": [review.submit, review.approve],
    }
    reader = factories.make_editor()
    for step in steps.get(review_state, []):
        step(post, by=reader if step is review.approve else editor)
    return post


@pytest.mark.parametrize("second_reader", [False, True], ids=["one reader", "two readers"])
@pytest.mark.parametrize("verb", TABLE)
def test_who_may_do_what_with_the_changes_of_a_published_post(verb, second_reader):
    chief, author = factories.make_chief(), factories.make_person()
    people = {"a": author, "p": author, "e": factories.make_editor(), "c": chief}
    people |= {"o": factories.make_person(), "f": factories.make_person(PHOTO_EDITOR)}
    plain, after, state, second = PENDING.get(verb, ("", None, None, None))
    sources = second if second_reader and second is not None else plain
    for review_state in ("draft", "submitted", "in_review", "approved"):
        post = post_with_changes(review_state, author, chief)
        Event.objects.filter(pk=post.event_id).update(second_reader=second_reader)
        for person, by in people.items():
            Assignment.objects.filter(person=author).update(may_publish=person == "p")

            outcome = tried(verb, post.pk, by)

            if person not in TABLE[verb][2]:
                expected = NotAllowed
            elif review_state not in sources.split():
                expected = WrongState
            elif verb == "approve" and second_reader and person == "c":
                expected = NotAllowed  # she saved it last
            elif (verb, person) == ("release-claim", "e"):
                expected = NotAllowed  # the chief claimed it
            else:
                kept = {None: review_state, "void": review_state.replace("approved", "in_review")}
                expected = (state, kept.get(after, after))
            assert outcome == expected, f"{PEOPLE[person]} {verb} with {review_state} changes"


def tried(verb: str, post_id, by) -> type[EditorialError] | tuple[str, str]:
    """What a verb comes to, and takes it back."""
    try:
        with transaction.atomic():
            post = CALLS[verb](publication.post_by_id(post_id), by=by)
            transaction.set_rollback(True)
            return post.state, post.review
    except EditorialError as refused:
        return type(refused)


def test_an_author_brings_back_what_she_spiked_and_not_what_an_editor_spiked():
    author, editor = factories.make_person(), factories.make_editor()
    draft = post_in("draft", author, editor)
    review.spike(draft, by=author)
    assert [verb.name for verb in access.verbs_for(author, draft)] == ["unspike"]
    review.unspike(draft, by=author)
    review.spike(draft, by=editor)

    assert access.verbs_for(author, draft) == []
    with pytest.raises(NotAllowed, match="put it aside herself"):
        review.unspike(draft, by=author)
    assert review.unspike(draft, by=editor).state == "draft"


def test_every_verb_of_the_table_is_in_the_test():
    assert set(POST_VERBS) - {"unpin", "unmark-key"} == set(TABLE)


def test_a_second_reader_is_neither_author_nor_last_editor():
    author, editor, other = factories.make_editor(), factories.make_editor(), factories.make_editor()
    event = factories.make_event(second_reader=True)
    post = publication.post_by_id(factories.make_post(event, by=author).pk)
    review.submit(post, by=author)

    with pytest.raises(WrongState):
        publication.publish(post, by=editor)
    with pytest.raises(NotAllowed, match="second reader"):
        review.approve(post, by=author)
    review.approve(post, by=other)
    publication.publish(post, by=editor)

    assert post.state == "published"


def test_the_buttons_offered_are_the_verbs_that_work():
    author, editor = factories.make_person(), factories.make_editor()
    draft = post_in("draft", author, editor)

    assert [verb.name for verb in access.verbs_for(author, draft)] == ["submit", "spike"]
    assert [verb.name for verb in access.verbs_for(editor, draft)] == [
        "submit",
        "publish",
        "schedule",
        "spike",
        "move",
    ]
    assert access.verbs_for(factories.make_person(), draft) == []
