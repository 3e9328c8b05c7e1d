"""A keynote started, over, late and taken back from a phone: who may, once however often it is sent, and when."""

import datetime
import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection, transaction

from coverage.models import Assignment, Keynote, Post
from coverage.publishing import presses, running_order
from coverage.publishing.delays import digest_of, planned_shift, shift
from coverage.record.models import Release, ReleasedKeynote
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.receipts import Receipt
from tests import factories
from tests.coverage.api.conftest import Program

NINE = datetime.datetime(2026, 3, 24, 8, tzinfo=datetime.UTC)  # in Paris
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
VERBS = ["start", "end", "undo-start", "undo-end", "late"]
STATES = {
    "planned": ["start", "late"],
    "on now": ["end", "late", "undo-start"],
    "over": ["undo-end"],
    "cancelled": [],
}
LEADS_TO = {
    "start": ["end", "late", "undo-start"],
    "undo-end": ["end", "late", "undo-start"],
    "end": ["undo-end"],
    "undo-start": ["start", "late"],
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def keynote(event) -> Keynote:
    return factories.make_keynote(
        event, slug="opening", title="Opening", starts_at=NINE, ends_at=NINE + HOUR, room="Hall 1"
    )


@pytest.fixture
def publisher(event):
    person = factories.make_person(username="grace")
    factories.assign(person, event, may_publish=True)
    return person


@pytest.fixture
def hall(publisher) -> Program:
    """The phone of a reporter who may publish."""
    return Program(publisher)


def address(verb: str, keynote: str = "opening", event: str = "kubecon") -> str:
    return f"events/{event}/keynotes/{keynote}/{verb}/"


def pressed(moment: datetime.datetime, **more) -> dict:
    return {"pressed_at": moment.isoformat(), **more}


def said(response) -> tuple[int, dict]:
    return response.status_code, response.json()


def again(keynote: Keynote) -> Keynote:
    return Keynote.objects.get(pk=keynote.pk)


def bring_to(state: str, keynote: Keynote, editor) -> None:
    if state in ("on now", "over"):
        running_order.start_keynote(keynote, by=editor)
    if state == "over":
        running_order.end_keynote(keynote, by=editor)
    if state == "cancelled":
        running_order.cancel_keynote(keynote, by=editor)


def test_the_table_knows_every_press():
    assert sorted(VERBS) == sorted(presses.PRESSES)


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "state"), itertools.product(VERBS, STATES))
def test_a_press_in_a_state_for_each_person(verb, state, event, keynote, reporter, anybody):
    editor = factories.make_editor()
    stranger = factories.make_person()
    factories.assign(stranger, factories.make_event(), may_publish=True)
    bring_to(state, keynote, editor)
    programs = {
        "nobody": anybody,
        "stranger": Program(stranger),
        "reporter": Program(reporter),
        "writer": Program(reporter),
        "publisher": Program(reporter),
        "editor": Program(editor),
    }
    body = {"minutes": 10} if verb == "late" else {}

    found = {}
    for person, program in programs.items():
        with transaction.atomic():
            Assignment.objects.filter(person=reporter).update(may_publish=person == "publisher")
            Keynote.objects.update(writer=reporter if person == "writer" else None)
            response = program.post(address(verb), body)
            found[person] = response.status_code, response.json().get("code")
            transaction.set_rollback(True)

    works = (200, None) if verb in STATES[state] else (409, "wrong_state")
    refused = {"nobody": (401, "not_authenticated"), "stranger": (404, "not_found")}
    refused["reporter"] = (403, "not_allowed")
    assert found == {**refused, **dict.fromkeys(("writer", "publisher", "editor"), works)}


@pytest.mark.django_db
def test_a_start_answers_the_keynote_its_marker_and_what_may_come_next(keynote, hall):
    status, answer = said(hall.post(address("start"), pressed(NINE)))

    marker = Post.objects.get()
    assert status == 200
    assert (answer["slug"], answer["actual_start"]) == ("opening", "2026-03-24T08:00:00Z")
    assert answer["marker"] == {"id": str(marker.pk), "state": "published"}
    assert (answer["may"], answer["moved"]) == (LEADS_TO["start"], [])
    for verb in ("end", "undo-end", "undo-start"):
        answer = hall.post(address(verb), pressed(NINE)).json()
        assert (answer["may"], answer["marker"]) == (LEADS_TO[verb], None)
    assert Post.objects.get().state == "withdrawn"


@pytest.mark.django_db
def test_the_writer_s_marker_waits_with_the_desk(keynote, phone, reporter):
    Keynote.objects.update(writer=reporter)

    answer = phone.post(address("start")).json()

    assert answer["marker"]["state"] == "submitted"


@pytest.mark.django_db
def test_of_a_draft_event_nothing_starts(publisher, hall):
    draft = factories.make_event(state="draft", slug="draft")
    factories.assign(publisher, draft, may_publish=True)
    factories.make_keynote(draft, slug="opening")

    response = hall.post(address("start", event="draft"))

    assert said(response)[0] == 409
    assert response.json()["detail"] == "The event is still a draft: announce it first."


@pytest.mark.django_db
def test_what_is_not_there_is_not_found(keynote, hall):
    others = factories.make_keynote(factories.make_event(slug="other"), slug="other")

    found = [
        hall.post(address("start", keynote="none")).status_code,
        hall.post(address("start", event="other", keynote=others.slug)).status_code,
        hall.get(address("late", event="other", keynote=others.slug), minutes=5).status_code,
        hall.post(address("cancel")).status_code,
    ]

    assert found == [404] * 4
    assert again(others).actual_start is None


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
def test_a_repeat_gets_the_first_answer_and_does_nothing(verb, keynote, hall, publisher):
    bring_to(
        {"end": "on now", "undo-start": "on now", "undo-end": "over"}.get(verb, "planned"), keynote, publisher
    )
    body = pressed(NINE + MINUTE, **({"minutes": 10} if verb == "late" else {}))
    first = hall.post(address(verb), body)
    rows, stands = AuditRow.objects.count(), Keynote.objects.values().get()

    repeat = hall.post(address(verb), body, **{"Client-Time": (NINE + 2 * MINUTE).isoformat()})

    assert said(repeat) == said(first)
    assert first.status_code == 200
    assert AuditRow.objects.count() == rows
    assert Keynote.objects.values().get() == stands


@pytest.mark.django_db
def test_a_retry_that_comes_after_it_was_taken_back_starts_nothing(keynote, hall, desk):
    first = hall.post(address("start"), pressed(NINE))
    desk.post(address("undo-start"))

    repeat = hall.post(address("start"), pressed(NINE))

    assert said(repeat) == said(first)
    assert again(keynote).actual_start is None
    assert hall.post(address("start"), pressed(NINE + MINUTE)).status_code == 200


@pytest.mark.django_db
def test_another_s_equal_press_is_no_repeat(keynote, hall, desk):
    hall.post(address("start"), pressed(NINE))

    response = desk.post(address("start"), pressed(NINE))

    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")
    assert "has begun already, at 09:00" in response.json()["detail"]


@pytest.mark.django_db
def test_without_its_time_each_press_is_done_or_refused(keynote, hall):
    statuses = [hall.post(address("start")).status_code for _ in range(2)]
    late = [hall.post(address("late"), {"minutes": 5}).status_code for _ in range(2)]

    assert (statuses, late) == ([200, 409], [200, 200])
    assert again(keynote).ends_at == NINE + HOUR + 10 * MINUTE
    assert not Receipt.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["start", "late"])
def test_ten_equal_presses_at_once_are_one(verb, keynote, hall, clock):
    body = pressed(NINE, **({"minutes": 10} if verb == "late" else {}))
    before = Release.objects.count()

    def send(_) -> tuple[int, dict]:
        try:
            return said(hall.post(address(verb), body))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(send, range(10)))

    assert answers == [answers[0]] * 10
    assert answers[0][0] == 200
    assert Receipt.objects.count() == 1
    assert Post.objects.count() == (verb == "start")
    assert Release.objects.count() == before + (2 if verb == "start" else 1)
    assert again(keynote).starts_at == NINE + (10 * MINUTE if verb == "late" else 0 * MINUTE)


@pytest.mark.django_db
def test_a_press_counts_with_its_time_by_our_clock(keynote, hall, clock):
    clock.move_to(NINE + HOUR)
    an_hour_fast = {"Client-Time": (NINE + 2 * HOUR).isoformat()}

    answer = hall.post(address("start"), pressed(NINE + HOUR + 4 * MINUTE), **an_hour_fast).json()

    assert answer["actual_start"] == "2026-03-24T08:04:00Z"
    assert Post.objects.get().happened_at == NINE + 4 * MINUTE


@pytest.mark.django_db
def test_a_late_undo_does_not_take_back_what_began_since(keynote, hall, desk, clock):
    desk.post(address("start"))
    clock.shift(10 * MINUTE)

    response = hall.post(address("undo-start"), pressed(NINE - 5 * MINUTE))

    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")
    assert "has begun only since 09:00, after this was pressed" in response.json()["detail"]
    assert again(keynote).actual_start == NINE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "field"),
    [({"pressed_at": "09:00"}, "pressed_at"), ({"minutes": 5}, "minutes"), ({"version": 1}, "version")],
)
def test_what_a_press_does_not_take_is_refused_by_name(body, field, keynote, hall):
    response = hall.post(address("start"), body)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert again(keynote).actual_start is None


@pytest.mark.django_db
def test_late_says_what_it_moves_before_and_after(event, keynote, hall):
    later = factories.make_keynote(event, slug="panel", title="Panel", starts_at=NINE + HOUR)
    factories.make_keynote(event, slug="loft", room="Loft", starts_at=NINE + HOUR)
    expected = [
        {
            "slug": "opening",
            "title": "Opening",
            "starts_at": "2026-03-24T08:20:00Z",
            "ends_at": "2026-03-24T09:20:00Z",
            "before": {"starts_at": "2026-03-24T08:00:00Z", "ends_at": "2026-03-24T09:00:00Z"},
        },
        {
            "slug": "panel",
            "title": "Panel",
            "starts_at": "2026-03-24T09:20:00Z",
            "ends_at": None,
            "before": {"starts_at": "2026-03-24T09:00:00Z", "ends_at": None},
        },
    ]

    shown = hall.get(address("late"), minutes=20).json()
    unmoved = again(later).starts_at
    answer = hall.post(address("late"), pressed(NINE, minutes=20, seen=shown["seen"])).json()

    assert (shown["minutes"], shown["moved"], unmoved) == (20, expected, NINE + HOUR)
    assert (answer["moved"], answer["starts_at"]) == (expected, "2026-03-24T08:20:00Z")
    assert ReleasedKeynote.objects.get(slug="panel").starts_at == NINE + HOUR + 20 * MINUTE


@pytest.mark.django_db
def test_times_that_somebody_moved_meanwhile_are_shown_again(keynote, hall, desk):
    seen = hall.get(address("late"), minutes=10).json()["seen"]
    shift(keynote, 5, by=factories.make_editor())

    response = hall.post(address("late"), pressed(NINE, minutes=10, seen=seen))

    answer = response.json()
    assert (response.status_code, answer["code"]) == (409, "stale")
    assert answer["current"]["seen"] == digest_of(planned_shift(again(keynote), 10))
    assert answer["current"]["moved"][0]["starts_at"] == "2026-03-24T08:15:00Z"
    assert again(keynote).starts_at == NINE + 5 * MINUTE


@pytest.mark.django_db
def test_minutes_that_make_no_sense_are_refused(keynote, hall):
    for minutes in (0, 601, -601):
        for response in (
            hall.get(address("late"), minutes=minutes),
            hall.post(address("late"), pressed(NINE, minutes=minutes)),
        ):
            assert response.status_code == 400
            assert list(response.json()["errors"]) == ["minutes"]


@pytest.mark.django_db
def test_who_may_not_run_it_sees_no_preview(keynote, phone, hall):
    assert phone.get(address("late"), minutes=10).status_code == 403
    hall.post(address("start"))
    hall.post(address("end"))
    assert hall.get(address("late"), minutes=10).status_code == 409
