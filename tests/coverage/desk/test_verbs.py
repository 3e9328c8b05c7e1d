"""Every verb at the desk: its button, its page without script, its refusals, and a second click."""

import datetime

import pytest
import time_machine

from coverage.models import Event
from coverage.publishing import amending, glass, publication, review, schedule
from coverage.publishing.publication import post_by_id
from coverage.record.models import Release, ReleasedPost
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.workflow import POST_VERBS
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, open_form, said, verb_url

pytestmark = pytest.mark.any_database

LATER = "2026-03-20T12:00"
NOW = datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC)

# Verb → the verbs that bring a draft to where it starts, what is typed, where it ends, what the desk says.
CASES = {
    "submit": ([], {}, "submitted", "Filed: the desk has it."),
    "claim": (["submit"], {}, "in_review", "Claimed: it is in review under your name."),
    "release-claim": (["submit", "claim"], {}, "submitted", "Released: another editor may claim it."),
    "send-back": (["submit"], {"note": "Who said so?"}, "draft", "Sent back with your note."),
    "approve": (["submit"], {}, "approved", "Approved."),
    "publish": (["submit"], {}, "published", "Published. Readers see it now."),
    "schedule": (
        [],
        {"publish_at": LATER},
        "scheduled",
        "Scheduled for 20 March 2026, 12:00 (Europe/Paris).",
    ),
    "unschedule": (["schedule"], {}, "draft", "Taken off the schedule."),
    "correct": (
        ["publish"],
        {"note": "Hall eight, not seven."},
        "published",
        "Corrected. Readers see the correction.",
    ),
    "withdraw": (
        ["publish"],
        {"reason": "Wrong."},
        "withdrawn",
        "Withdrawn. Open pages and its own address say why.",
    ),
    "reinstate": (
        ["publish", "withdraw"],
        {"reason": "Right."},
        "published",
        "Reinstated. Readers see it again.",
    ),
    "spike": ([], {}, "spiked", "Spiked. It can be brought back."),
    "unspike": (["spike"], {}, "draft", "Brought back as a draft."),
    "pin": (["publish"], {}, "published", "Pinned to the top."),
    "unpin": (["publish", "pin"], {}, "published", "No longer pinned."),
    "mark-key": (["publish"], {}, "published", "Marked as a key event. Readers see it."),
    "unmark-key": (["publish", "mark-key"], {}, "published", "No key event any more."),
    "move": (
        ["publish"],
        {"place": "summit/opening"},
        "published",
        "Moved.",
    ),
    "break-glass": (
        ["submit"],
        {"reason": "The wire has it."},
        "published",
        "Published without a second reader: somebody else must sign it off within thirty minutes.",
    ),
    "sign-off": (["break-glass"], {}, "published", "Signed off: you are its second reader."),
}
WAYS = {
    "submit": lambda post, by: review.submit(post, by=by),
    "claim": lambda post, by: review.claim(post, by=by),
    "spike": lambda post, by: review.spike(post, by=by),
    "publish": lambda post, by: publication.publish(post, by=by),
    "withdraw": lambda post, by: publication.withdraw(post, by=by, reason="Wrong."),
    "pin": lambda post, by: publication.pin(post, by=by),
    "schedule": lambda post, by: schedule.schedule(post, by=by, publish_at=NOW + datetime.timedelta(hours=1)),
    "mark-key": lambda post, by: amending.mark_key(post, by=by),
    "break-glass": lambda post, by: glass.break_glass(
        post, by=factories.make_editor(), reason="The wire has it."
    ),
}


def make_way(event: Event, name: str) -> None:
    """What a verb needs of the event it is used at."""
    if name == "move":
        factories.make_keynote(event, slug="opening")
    event.second_reader = name in ("break-glass", "sign-off")
    event.save()


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def chief_desk(people):
    return client_of(people["chief"])


@pytest.fixture
def bring(event, people):
    """Makes a post and brings it to where a verb starts."""

    def go(name: str):
        if not event.keynotes.exists():
            make_way(event, name)
        post = factories.make_post(event, by=people["editor"], headline="Doors open")
        for step in CASES[name][0]:
            post = WAYS[step](post_by_id(post.pk), people["chief"])
        return post_by_id(post.pk)

    return go


def _typed(name: str) -> dict:
    return {f"{name}-{field}": value for field, value in CASES[name][1].items()}


def test_every_verb_has_a_case():
    assert set(CASES) == set(POST_VERBS)


@pytest.mark.parametrize("name", CASES)
def test_verb_from_the_bar_of_the_form(name, bring, chief_desk):
    post = bring(name)
    page = chief_desk.get(change_url(post))
    assert f'name="_verb" value="{name}"'.encode() in page.content
    # What cannot be edited has its button lead to the verb's own page.
    address = change_url(post) if name != "unspike" else verb_url(post, name)

    response = chief_desk.post(
        address, {**fields_of(page, "post_form"), **_typed(name), "_verb": name}, follow=True
    )

    post.refresh_from_db()
    assert (post.state, said(response)) == (CASES[name][2], CASES[name][3])


@pytest.mark.parametrize("name", CASES)
def test_verb_from_its_own_page(name, bring, chief_desk):
    post = bring(name)
    page = chief_desk.get(verb_url(post, name))
    assert page.status_code == 200

    response = chief_desk.post(
        verb_url(post, name), {**fields_of(page, "verb_form"), **_typed(name)}, follow=True
    )

    post.refresh_from_db()
    assert (post.state, said(response)) == (CASES[name][2], CASES[name][3])


@pytest.mark.parametrize("name", CASES)
def test_a_second_click_is_answered_kindly(name, bring, chief_desk):
    post = bring(name)
    fields = {**open_form(chief_desk, post), **_typed(name), "_verb": name}
    address = change_url(post) if name != "unspike" else verb_url(post, name)
    chief_desk.post(address, fields, follow=True)
    done = AuditRow.objects.filter(thing_id=str(post.pk), verb=name).count()

    again = chief_desk.post(verb_url(post, name), fields, follow=True)

    assert said(again).startswith("It is ")
    assert said(again).endswith(" already.")
    assert AuditRow.objects.filter(thing_id=str(post.pk), verb=name).count() == done


OTHERWISE = {
    "schedule": {"publish_at": "2026-03-20T15:00"},
    "move": {"place": "summit/closing"},
    "correct": {"note": "Hall eight, not seven.", "remove_old": "on"},
    "withdraw": {"reason": "Wrong"},
    "send-back": {"note": "Who"},
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_second_request_for_something_else_is_no_repeat(name, event, bring, chief_desk):
    factories.make_keynote(event, slug="closing")
    make_way(event, name)
    post = bring(name)
    fields = {**open_form(chief_desk, post), **_typed(name)}
    chief_desk.post(verb_url(post, name), fields, follow=True)
    other = {f"{name}-{field}": value for field, value in OTHERWISE[name].items()}

    again = chief_desk.post(verb_url(post, name), {**fields, **other}, follow=True)

    assert again.status_code == 409
    assert AuditRow.objects.filter(thing_id=str(post.pk), verb=name).count() == 1


@pytest.mark.parametrize("minutes", ["5", "10"])
def test_by_a_keynote_a_repeat_gives_the_same_minutes(minutes, event, bring, chief_desk):
    make_way(event, "move")
    event.keynotes.update(starts_at=NOW + datetime.timedelta(hours=2))
    post = bring("schedule")
    typed = {"when": "keynote", "anchor_keynote": "opening", "anchor": "planned-start", "anchor_minutes": "5"}
    fields = {**open_form(chief_desk, post), **{f"schedule-{name}": value for name, value in typed.items()}}
    first = chief_desk.post(verb_url(post, "schedule"), fields, follow=True)

    again = chief_desk.post(
        verb_url(post, "schedule"), {**fields, "schedule-anchor_minutes": minutes}, follow=True
    )

    assert said(first).startswith("Scheduled for 20 March 2026, 12:05")
    assert again.status_code == (200 if minutes == "5" else 409)


@pytest.mark.parametrize(
    ("steps", "says"), [([], "Moved."), (["publish"], "Moved. Its old address leads to the new one.")]
)
def test_an_old_address_is_told_of_where_there_is_one(steps, says, people, event, chief_desk):
    factories.make_event(slug="other")
    post = factories.make_post(event, by=people["editor"])
    for step in steps:
        post = WAYS[step](post_by_id(post.pk), people["chief"])

    answer = chief_desk.post(
        verb_url(post, "move"), {"_version": post.version, "move-place": "other/"}, follow=True
    )

    assert said(answer) == says


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[1] and name != "move"])
def test_what_a_verb_needs_is_asked_for(name, bring, chief_desk):
    post = bring(name)

    response = chief_desk.post(change_url(post), {**open_form(chief_desk, post), "_verb": name})

    post.refresh_from_db()
    assert response.status_code == 400
    assert b"This field is required." in response.content
    assert post.state == bring(name).state


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("submit", "spike", "unspike")])
def test_a_reporter_without_the_flag_has_neither_button_nor_page(name, event, people, hers):
    make_way(event, name)
    post = factories.make_post(event, by=people["reporter"])
    for step in CASES[name][0]:
        post = WAYS[step](post_by_id(post.pk), people["chief"])

    page, answer = hers.get(change_url(post)), hers.post(verb_url(post, name), {"_version": post.version})

    assert f'value="{name}"'.encode() not in page.content
    assert answer.status_code == 403


def test_where_a_post_stands_is_no_place_to_move_it(bring, chief_desk):
    post = bring("move")
    fields = open_form(chief_desk, post)
    assert fields["move-place"] == "summit/"

    response = chief_desk.post(change_url(post), {**fields, "_verb": "move"})

    assert response.status_code == 400
    assert "It is there already: choose another keynote or event." in response.text


def test_a_reporter_who_may_publish_publishes_corrects_and_withdraws(event, people, hers):
    people["reporter"].assignments.update(may_publish=True)
    post = factories.make_post(event, by=people["reporter"])

    for name in ("publish", "correct", "withdraw"):
        fields = {**open_form(hers, post), **_typed(name), "_verb": name}
        assert said(hers.post(change_url(post), fields, follow=True)) == CASES[name][3]

    assert ReleasedPost.objects.get(desk_id=post.pk).reason == "Wrong."


def test_the_reason_for_bringing_back_is_kept_and_printed_nowhere(bring, people, chief_desk):
    post = bring("reinstate")
    page = chief_desk.get(verb_url(post, "reinstate"))
    assert "Kept in the record and the audit; not printed with the post." in page.content.decode()

    chief_desk.post(verb_url(post, "reinstate"), {**fields_of(page, "verb_form"), **_typed("reinstate")})

    entry = Release.objects.get(op="reinstate")
    assert (entry.reason, AuditRow.objects.get(verb="reinstate").note) == ("Right.", "Right.")
    assert "Right." not in entry.html
    assert "reason" not in entry.as_entry()


def test_a_verb_saves_what_was_typed_first(desk, event):
    post = factories.make_published(event, body="<p>Hall seven.</p>")
    fields = open_form(desk, post)

    desk.post(
        change_url(post),
        {**fields, "body": "<p>Hall eight.</p>", "_verb": "correct", "correct-note": "Eight, not seven."},
    )

    entry = Release.objects.filter(op="correct").get()
    assert "Hall eight." in entry.html
    assert entry.note == "Eight, not seven."


def test_a_picture_without_credit_holds_the_post_and_keeps_the_words(desk, event):
    post = factories.make_post(event, images=[{"image": factories.make_image(credit="")}])
    fields = open_form(desk, post)

    response = desk.post(change_url(post), {**fields, "headline": "Kept", "_verb": "publish"})

    post.refresh_from_db()
    assert response.status_code == 400
    assert b"Picture 1 needs a credit before readers may see it." in response.content
    assert (post.state, post.headline) == ("draft", "Kept")


def test_a_time_in_the_past_is_refused_and_stays_typed(desk, event):
    post = factories.make_post(event)
    fields = open_form(desk, post)

    response = desk.post(
        change_url(post), {**fields, "_verb": "schedule", "schedule-publish_at": "2026-03-20T09:30"}
    )

    assert b"This time is past" in response.content
    assert fields_of(response, "verb_form")["schedule-publish_at"] == "2026-03-20T09:30"


def test_a_draft_event_publishes_nothing(desk):
    post = factories.make_post(factories.make_event(state="draft"))

    response = desk.post(change_url(post), {**open_form(desk, post), "_verb": "publish"})

    assert response.status_code == 409
    assert b"announce it first, then publish" in response.content


def test_an_unknown_verb_is_not_found(desk, event):
    assert desk.get(verb_url(factories.make_post(event), "explode")).status_code == 404


def test_a_verb_page_from_a_wrong_state_leads_back(desk, event):
    response = desk.get(verb_url(factories.make_post(event), "withdraw"), follow=True)

    assert "it works on: published" in said(response)


def test_second_reader_leaves_no_publish_button_on_a_draft(desk, event):
    Event.objects.filter(pk=event.pk).update(second_reader=True)

    page = desk.get(change_url(factories.make_post(event)))

    assert b'name="_verb" value="publish"' not in page.content


class TestPreview:
    def test_shows_what_readers_would_see_and_writes_nothing(self, desk, event):
        speaker = factories.make_speaker("Vera K.")
        factories.make_keynote(event, speakers=[speaker])
        post = factories.make_post(event, headline="Doors open", speakers=[speaker])
        entries = Release.objects.count()

        response = desk.get(f"/admin/coverage/post/{post.pk}/preview/")

        assert b"Doors open" in response.content
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
        assert (Release.objects.count(), ReleasedPost.objects.count()) == (entries, 0)

    def test_works_before_the_event_is_announced(self, desk):
        event = factories.make_event(state="draft")
        post = factories.make_post(event, headline="Doors open")

        response = desk.get(f"/admin/coverage/post/{post.pk}/preview/")

        assert b"Doors open" in response.content
        assert b"still a draft" in response.content
        assert not Release.objects.filter(head__desk_id=event.pk).exists()

    def test_says_why_it_could_not_be_published(self, desk, event):
        held = factories.make_keynote(event, title="The surprise", held=True)

        response = desk.get(f"/admin/coverage/post/{factories.make_post(event, keynote=held).pk}/preview/")

        assert "“The surprise” is not announced yet" in response.content.decode()


def test_an_incomplete_picture_lets_the_words_go_first(event, desk):
    image = factories.make_image(alt_text="")
    post = factories.make_post(event, images=[{"image": image}])
    page = desk.post(verb_url(post, "publish"), {"_version": post.version})
    assert page.status_code == 400
    assert "Picture 1 needs an alternative text" in page.text
    assert "Words now, picture when complete" in page.text

    desk.post(verb_url(post, "publish"), {**fields_of(page, "verb_form"), "words_now": "1"})

    assert not ReleasedPost.objects.get(desk_id=post.pk).picture_rows.exists()
