"""Every state × verb × person, against a table written out here by hand from DESIGN.md."""

import datetime

import pytest
from django.utils import timezone

from coverage.models import Post
from coverage.publishing import access, amending, glass, publication, review, schedule
from newsroom.editorial.errors import EditorialError, Invalid, NotAllowed, WrongState
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
PEOPLE = {
    "a": "the author",
    "p": "the author who may publish",
    "e": "an editor",
    "c": "a chief",
    "o": "another reporter",
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
        other = factories.make_person()
        factories.assign(other, post.event)
        if person == "p":
            author.assignments.filter(event=post.event).update(may_publish=True)
        by = {"a": author, "p": author, "e": editor, "c": chief, "o": other}[person]

        try:
            outcome = CALLS[verb](post, by=by).state
        except EditorialError as refused:
            outcome = type(refused)

        hers = {"spike": ("draft", "spiked"), "unspike": ("draft",)}  # post_in spikes as the chief
        own_draft = person in "ap" and state in hers.get(verb, ())
        if person not in who and not own_draft:
            expected = NotAllowed
        elif verb == "publish" and state == "published":
            expected = Invalid  # nothing has changed since
        elif state not in sources.split():
            expected = WrongState
        else:
            expected = target or state
        assert outcome == expected, f"{PEOPLE[person]} {verb} from {state}"


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
