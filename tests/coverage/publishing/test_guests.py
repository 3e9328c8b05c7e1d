"""A guest reaches her event until 48 hours after it, at no door longer, and again once the desk has prolonged it."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from knox.models import AuthToken

from coverage.models import Assignment, Event, Post
from coverage.publishing import access, covering, devices, filing, guests, life, programme
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed
from newsroom.editorial.people import User
from tests import factories

pytestmark = pytest.mark.django_db
OVER = datetime(2026, 3, 24, 18, tzinfo=UTC)
LAST = OVER + timedelta(hours=48)
BEFORE, AFTER = LAST - timedelta(minutes=1), LAST + timedelta(minutes=1)
ENDED = "Your invitation to “The Summit” ended on 26 March, 19:00 CET."


@pytest.fixture
def event() -> Event:
    return factories.make_event(
        slug="summit",
        title="The Summit",
        starts_at=OVER - timedelta(days=2),
        ends_at=OVER,
        time_zone="Europe/Paris",
    )


@pytest.fixture
def guest(event) -> User:
    person = factories.make_person(username="gita", first_name="Gita")
    Assignment.objects.create(event=event, person=person, may_publish=True, guest=True)
    return person


@pytest.fixture
def editor() -> User:
    return factories.make_editor()


def put(client, person: User, post_id: uuid.UUID, **fields):
    _, token = AuthToken.objects.create(person)
    return client.put(
        f"/api/v1/posts/{post_id}/",
        {"event": "summit", "kind": "update", "body": "<p>Words.</p>", **fields},
        content_type="application/json",
        headers={"Authorization": f"Token {token}"},
    )


def reached(person: User, event: Event, post: Post) -> list[bool]:
    return [
        event in access.events_for(person),
        access.is_assigned(person, event),
        access.may_publish(person, event),
        post in access.posts_for(person),
        person in covering.may_cover(event),
    ]


def test_she_reaches_it_for_48_hours_and_not_a_minute_longer(event, guest):
    with time_machine.travel(BEFORE, tick=False):
        post = filing.create_post(event, by=guest, body="<p>Words.</p>")
        before = reached(guest, event, post)
    with time_machine.travel(AFTER, tick=False):
        after = reached(guest, event, post)

    assert (before, after) == ([True] * 5, [False] * 5)


def test_who_is_no_guest_stays_and_so_does_another_event_of_hers(event, guest):
    reporter, other = factories.make_person(), factories.make_event(slug="other")
    factories.assign(reporter, event, may_publish=True)
    factories.assign(guest, other)

    with time_machine.travel(AFTER, tick=False):
        assert access.is_assigned(reporter, event)
        assert list(access.events_for(guest)) == [other]
        guests.check_sender(guest)


@pytest.mark.parametrize(
    ("dates", "stays"),
    [
        ({"ends_at": None, "starts_at": OVER}, [True, False]),
        ({"ends_at": OVER + timedelta(hours=1)}, [True, True]),
        ({"ends_at": None, "starts_at": None}, [False, False]),
    ],
)
def test_the_event_s_own_dates_count(event, guest, dates, stays):
    Event.objects.filter(pk=event.pk).update(**dates)
    said = []

    for at in (BEFORE, AFTER):
        with time_machine.travel(at, tick=False):
            said.append(access.is_assigned(guest, event))

    assert said == stays


def test_where_it_ended_later_than_planned_they_stay_longer(event, guest, editor):
    event = Event.objects.get(pk=event.pk)
    programme.end(event, by=editor, at=OVER + timedelta(hours=5))

    with time_machine.travel(AFTER, tick=False):
        assert access.is_assigned(guest, event)
    with time_machine.travel(AFTER + timedelta(hours=5), tick=False):
        assert not access.is_assigned(guest, event)


def test_the_api_refuses_what_she_files_and_says_what_to_do(client, event, guest, editor):
    with time_machine.travel(BEFORE, tick=False):
        known = put(client, guest, first := uuid.uuid4())
    with time_machine.travel(AFTER, tick=False):
        new, changed = put(client, guest, second := uuid.uuid4()), put(client, guest, first, version=1)
        prolonged = guests.prolong(event.assignments.get(), by=editor)
        again = put(client, guest, second)

    assert known.status_code == again.status_code == 201
    assert (new.status_code, changed.status_code) == (403, 403)
    assert new.json()["detail"].startswith(ENDED)
    assert "ask the desk to prolong it" in changed.json()["detail"]
    assert prolonged == AFTER + timedelta(hours=48)
    assert set(Post.objects.values_list("pk", flat=True)) == {first, second}


def test_of_an_event_nobody_knows_she_is_told_it_too(client, guest, event):
    factories.make_event(slug="secret", title="Secret", state="draft", ends_at=OVER, starts_at=OVER)
    Assignment.objects.create(event=Event.objects.get(slug="secret"), person=guest, guest=True)

    with time_machine.travel(AFTER, tick=False):
        answer = put(client, guest, uuid.uuid4(), event="secret")

    assert (answer.status_code, "“Secret” ended" in answer.json()["detail"]) == (403, True)


@pytest.mark.parametrize("what", ["field/", "posts/", "images/{image}/", "events/summit/", "keynotes/"])
def test_a_phone_is_told_nothing_of_it(client, event, guest, what):
    image = factories.make_image(uploaded_by=guest)
    with time_machine.travel(BEFORE, tick=False):
        filing.create_post(
            event, by=guest, body="<p>Hidden words.</p>", images=[{"image": image, "caption": ""}]
        )
        _, token = AuthToken.objects.create(guest)
    factories.make_keynote(event, title="Hidden keynote", held=True, release=False)

    with time_machine.travel(AFTER, tick=False):
        answer = client.get(
            f"/api/v1/{what.format(image=image.pk)}", headers={"Authorization": f"Token {token}"}
        )

    if what == "field/":
        assert answer.json()["over"].startswith(ENDED)
    assert "Hidden" not in answer.content.decode()


def test_she_sends_no_picture_any_more(client, guest):
    _, token = AuthToken.objects.create(guest, expiry=timedelta(days=9999))
    with time_machine.travel(AFTER, tick=False):
        answer = client.put(
            f"/api/v1/images/{uuid.uuid4()}/",
            {"alt_text": "A hall.", "credit": "Gita"},
            content_type="application/json",
            headers={"Authorization": f"Token {token}"},
        )

    assert (answer.status_code, answer.json()["detail"][: len(ENDED)]) == (403, ENDED)
    assert not Image.objects.exists()


def test_a_link_signs_no_phone_in_any_more(event, guest, editor):
    with time_machine.travel(BEFORE, tick=False):
        secret = devices.make_link(guest, event, by=editor)
    with time_machine.travel(AFTER, tick=False):
        with pytest.raises(Invalid) as refused:
            devices.make_link(guest, event, by=editor)
        with pytest.raises(devices.LinkOver):
            devices.sign_in(secret, form="one", name="A phone", address="192.0.2.1")

    assert refused.value.errors == {"person": ["The invitation of Gita has ended: prolong it first."]}


def test_an_editor_prolongs_and_it_is_written_down(event, guest, editor):
    assignment = event.assignments.get()

    early = guests.prolong(assignment, by=editor, at=OVER)
    late = guests.prolong(assignment, by=editor, at=OVER + timedelta(days=30))

    assert (early, late) == (LAST + timedelta(hours=48), OVER + timedelta(days=32))
    assert AuditRow.objects.values_list("verb", "person_name", "note").first() == (
        "prolong invitation",
        editor.username,
        "The Summit, until 25 April 2026, 20:00 CEST",
    )


def test_nobody_else_prolongs_and_only_guests_are(event, guest, editor):
    reporter = factories.make_person()
    factories.assign(reporter, event)

    hers, anothers = (event.assignments.get(person=person) for person in (guest, reporter))
    for assignment, by in ((hers, guest), (anothers, editor)):
        with pytest.raises(NotAllowed):
            guests.prolong(assignment, by=by)

    assert not AuditRow.objects.filter(verb="prolong invitation").exists()


def test_a_guest_needs_an_event_that_ends(guest):
    event = factories.make_event(ends_at=None)

    with pytest.raises(ValidationError, match="Say when the event ends first"):
        Assignment(event=event, person=guest, guest=True).full_clean()


def test_a_guest_is_not_taken_along_to_the_next_edition(event, guest, editor):
    reporter = factories.make_person()
    factories.assign(reporter, event)

    edition = life.new_edition(event, by=editor, title="The Summit 2027")

    assert [one.person for one in edition.assignments.all()] == [reporter]
