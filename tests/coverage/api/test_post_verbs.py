"""Every verb × state × person at the API's door. The tables below are written by hand, from the design."""

import datetime
import itertools

import pytest
from django.db import transaction
from django.utils import timezone

from coverage.models import Assignment, Post
from coverage.publishing import amending, filing, publication, review, schedule
from coverage.publishing.verbs import POST_VERB_FUNCTIONS
from newsroom.editorial.workflow import POST_VERBS
from tests import factories
from tests.coverage.api.conftest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

STATES = ["draft", "submitted", "in_review", "approved", "scheduled", "published", "withdrawn", "spiked"]
PEOPLE = ["nobody", "colleague", "author", "author who may publish", "editor", "chief"]

STARTS_FROM = {
    "submit": ["draft", "published"],  # its newer text
    "claim": ["submitted"],
    "release-claim": ["in_review"],
    "send-back": ["submitted", "in_review", "approved"],
    "approve": ["submitted", "in_review"],
    "publish": ["draft", "submitted", "in_review", "approved", "scheduled", "published"],
    "schedule": ["draft", "submitted", "in_review", "approved", "scheduled"],
    "unschedule": ["scheduled"],
    "correct": ["published"],
    "withdraw": ["published"],
    "reinstate": ["withdrawn"],
    "spike": ["draft", "submitted", "in_review", "approved", "scheduled"],
    "unspike": ["spiked"],
    "pin": ["published"],
    "unpin": ["published"],
    "mark-key": ["published"],
    "unmark-key": ["published"],
    "move": ["draft", "submitted", "in_review", "approved", "scheduled", "published"],
    "break-glass": [],
    "sign-off": [],
}
LEADS_TO = {
    "submit": "submitted",
    "claim": "in_review",
    "release-claim": "submitted",
    "send-back": "draft",
    "approve": "approved",
    "publish": "published",
    "schedule": "scheduled",
    "unschedule": "approved",  # the posts below were approved before they were scheduled
    "correct": "published",
    "withdraw": "withdrawn",
    "reinstate": "published",
    "spike": "spiked",
    "unspike": "draft",
    "pin": "published",
    "unpin": "published",
    "mark-key": "published",
    "unmark-key": "published",
    "move": None,
    "break-glass": "published",
    "sign-off": "published",
}
EDITORS = ["editor", "chief"]
PUBLISHERS = ["author who may publish", "editor", "chief"]
AUTHORS = ["author", "author who may publish", "editor", "chief"]
MAY = {
    "submit": AUTHORS,
    "claim": EDITORS,
    "release-claim": EDITORS,
    "send-back": EDITORS,
    "approve": EDITORS,
    "publish": PUBLISHERS,
    "schedule": PUBLISHERS,
    "unschedule": PUBLISHERS,
    "correct": PUBLISHERS,
    "withdraw": PUBLISHERS,
    "reinstate": ["chief"],
    "spike": EDITORS,
    "unspike": EDITORS,
    "pin": PUBLISHERS,
    "unpin": PUBLISHERS,
    "mark-key": PUBLISHERS,
    "unmark-key": PUBLISHERS,
    "move": PUBLISHERS,
    "break-glass": PUBLISHERS,
    "sign-off": EDITORS,
}
# An author puts aside what never left her hands; what an editor put aside (`bring_to`) she does not bring back.
AUTHOR_MAY_IN = {"spike": ["draft", "spiked"], "unspike": ["draft"]}
TAKES = {
    "send-back": {"note": "Who said that?"},
    "schedule": {"publish_at": "2999-01-01T00:00:00Z"},
    "correct": {"note": "It was Tuesday."},
    "withdraw": {"reason": "It was not true."},
    "reinstate": {"reason": "It was true after all."},
    "move": {"keynote": "opening"},
    "break-glass": {"reason": "The wire has it already."},
}


def expected(verb: str, state: str, person: str) -> tuple[int, str]:
    """Status and code, or status and the state it leads to."""
    if person == "nobody":
        return 401, "not_authenticated"
    if person == "colleague":
        return 404, "not_found"
    own = person.startswith("author") and state in AUTHOR_MAY_IN.get(verb, [])
    if person not in MAY[verb] and not own:
        return 403, "not_allowed"
    if state not in STARTS_FROM[verb]:
        return 409, "wrong_state"
    leads_to = "published" if verb == "submit" and state == "published" else LEADS_TO[verb] or state
    return 200, leads_to


def bring_to(state: str, post: Post, editor, *, pinned: bool = False, key: bool = False) -> None:
    """The post, a draft, in that state; if published, with a newer text waiting."""
    steps = {
        "submit": lambda p: review.submit(p, by=editor),
        "claim": lambda p: review.claim(p, by=editor),
        "approve": lambda p: review.approve(p, by=editor),
        "schedule": lambda p: schedule.schedule(
            p, by=editor, publish_at=timezone.now() + datetime.timedelta(hours=1)
        ),
        "publish": lambda p: publication.publish(p, by=editor),
        "edit": lambda p: filing.update_post(p, by=editor, headline="Newer"),
        "pin": lambda p: publication.pin(p, by=editor) if pinned else p,
        "mark": lambda p: amending.mark_key(p, by=editor) if key else p,
        "withdraw": lambda p: publication.withdraw(p, by=editor, reason="Wrong."),
        "spike": lambda p: review.spike(p, by=editor),
    }
    way = {
        "draft": [],
        "submitted": ["submit"],
        "in_review": ["submit", "claim"],
        "approved": ["submit", "approve"],
        "scheduled": ["submit", "approve", "schedule"],
        "published": ["submit", "approve", "publish", "edit", "pin", "mark"],
        "withdrawn": ["submit", "approve", "publish", "withdraw"],
        "spiked": ["spike"],
    }[state]
    for step in way:
        steps[step](publication.post_by_id(post.pk))


def outcome(response) -> tuple[int, str]:
    answer = response.json()
    return response.status_code, answer["state" if response.status_code == 200 else "code"]


def test_the_tables_know_every_verb():
    verbs = sorted(POST_VERBS)

    assert sorted(STARTS_FROM) == sorted(LEADS_TO) == sorted(MAY) == verbs
    assert sorted(POST_VERB_FUNCTIONS) == verbs


@pytest.mark.parametrize(("verb", "state"), itertools.product(STARTS_FROM, STATES))
def test_a_verb_in_a_state_for_each_person(verb, state, event, reporter):
    editor = factories.make_editor()
    colleague = factories.make_person()
    factories.assign(colleague, event, may_publish=True)
    programs = {
        "nobody": Program(),
        "colleague": Program(colleague),
        "author": Program(reporter),
        "author who may publish": Program(reporter),
        "editor": Program(editor),
        "chief": Program(factories.make_chief()),
    }
    factories.make_keynote(event, slug="opening")
    post = factories.make_post(event, by=reporter)
    bring_to(state, post, editor, pinned=verb == "unpin", key=verb == "unmark-key")
    version = Post.objects.get(pk=post.pk).version

    found = {}
    for person, program in programs.items():
        with transaction.atomic():
            Assignment.objects.filter(person=reporter).update(may_publish=person == "author who may publish")
            body = {"version": version, **TAKES.get(verb, {})}
            found[person] = outcome(program.post(f"posts/{post.pk}/{verb}/", body))
            transaction.set_rollback(True)

    assert found == {person: expected(verb, state, person) for person in PEOPLE}


def test_a_claim_is_released_by_its_holder_or_a_chief(event, reporter):
    holder, another, chief = factories.make_editor(), factories.make_editor(), factories.make_chief()
    post = factories.make_post(event, by=reporter)
    bring_to("in_review", post, holder)

    found = {}
    for person in (holder, another, chief):
        with transaction.atomic():
            found[person] = outcome(Program(person).post(f"posts/{post.pk}/release-claim/", {}))
            transaction.set_rollback(True)

    released, refused = (200, "submitted"), (403, "not_allowed")
    assert found == {holder: released, another: refused, chief: released}


@pytest.mark.parametrize(
    ("verb", "states"),
    [
        ("publish", ["approved", "scheduled"]),
        ("schedule", ["approved", "scheduled"]),
        ("break-glass", ["draft", "submitted", "in_review", "published"]),
    ],
)
def test_with_a_second_reader_only_what_was_approved_comes_out(verb, states, reporter, event, desk):
    event.second_reader = True
    event.save()
    editor = factories.make_editor()

    found = {}
    for state in STATES:
        post = factories.make_post(event, by=reporter)
        with transaction.atomic():
            bring_to(state, post, editor)
            found[state] = desk.post(f"posts/{post.pk}/{verb}/", TAKES.get(verb, {})).status_code
            transaction.set_rollback(True)

    assert found == {state: 200 if state in states else 409 for state in STATES}


def test_with_a_second_reader_the_author_does_not_approve_her_own(event, desk):
    event.second_reader = True
    event.save()
    chief = factories.make_chief()
    post = factories.make_post(event, by=chief)
    review.submit(post, by=chief)

    own = Program(chief).post(f"posts/{post.pk}/approve/", {"version": 2})
    others = desk.post(f"posts/{post.pk}/approve/", {"version": 2})

    assert outcome(own) == (403, "not_allowed")
    assert outcome(others) == (200, "approved")


@pytest.mark.parametrize(
    ("verb", "state", "missing"),
    [
        ("send-back", "submitted", "note"),
        ("schedule", "draft", "publish_at"),
        ("correct", "published", "note"),
        ("withdraw", "published", "reason"),
        ("reinstate", "withdrawn", "reason"),
    ],
)
@pytest.mark.parametrize("empty", [True, False])
def test_a_verb_says_what_it_needs(verb, state, missing, empty, event):
    chief = factories.make_chief()
    post = factories.make_post(event)
    bring_to(state, post, chief)
    body = {missing: None if missing == "publish_at" else "  "} if empty else {}

    response = Program(chief).post(f"posts/{post.pk}/{verb}/", body)

    assert outcome(response) == (400, "invalid")
    assert list(response.json()["errors"]) == [missing]


def test_a_verb_refuses_what_it_does_not_know(event, desk):
    post = factories.make_post(event)

    response = desk.post(f"posts/{post.pk}/submit/", {"versoin": 1})

    assert response.status_code == 400
    assert response.json()["errors"] == {"versoin": ["There is no field “versoin”. The fields are: version."]}
    assert Post.objects.get().state == "draft"


@pytest.mark.parametrize("time", ["2999-01-01T00:00:00", "tomorrow", 5, "2999-13-01T00:00:00Z"])
def test_a_time_without_its_offset_is_refused(time, event, desk):
    post = factories.make_post(event)

    response = desk.post(f"posts/{post.pk}/schedule/", {"publish_at": time})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["publish_at"]


def test_an_old_version_is_answered_with_the_post_as_it_stands(event, desk):
    post = factories.make_post(event, headline="One")
    filing.update_post(publication.post_by_id(post.pk), by=post.author, headline="Two")

    response = desk.post(f"posts/{post.pk}/publish/", {"version": 1})

    assert outcome(response) == (409, "stale")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["current"] == desk.get(f"posts/{post.pk}/").json()
    assert (response.json()["current"]["headline"], response.json()["current"]["version"]) == ("Two", 2)


def test_withdrawing_says_the_reason_to_readers_and_the_note_to_nobody(event, desk, anybody):
    post = factories.make_published(event)

    desk.post(f"posts/{post.pk}/withdraw/", {"reason": "It was not true.", "note": "Legal called."})
    told = anybody.get(f"posts/{post.public_id}/")

    assert told.status_code == 410
    assert told.json()["reason"] == "It was not true."
    assert b"Legal" not in told.content


@pytest.mark.parametrize(("verb", "state"), [("announce", "planned"), ("open", "live"), ("end", "ended")])
def test_an_event_verb_does_not_take_a_post(verb, state, event, desk):
    post = factories.make_post(event)

    response = desk.post(f"posts/{post.pk}/{verb}/")

    assert outcome(response) == (404, "not_found")


def test_words_go_out_before_an_incomplete_picture_if_asked_for(event, desk):
    post = factories.make_post(event, images=[{"image": factories.make_image(credit="")}])

    refused = desk.post(f"posts/{post.pk}/publish/", {"version": 1})
    done = desk.post(f"posts/{post.pk}/publish/", {"version": 1, "words_now": True})

    assert refused.json()["errors"] == {"images": ["Picture 1 needs a credit before readers may see it."]}
    assert (done.status_code, done.json()["state"]) == (200, "published")


def test_a_post_is_scheduled_by_a_keynotes_time(event, desk):
    keynote = factories.make_keynote(event)
    post = factories.make_post(event)
    by_time = {"anchor_keynote": keynote.slug, "anchor": "actual-start", "anchor_minutes": 5}

    answer = desk.post(f"posts/{post.pk}/schedule/", by_time).json()

    assert {name: answer[name] for name in by_time} == by_time
    assert (answer["state"], answer["publish_at"]) == ("scheduled", None)
