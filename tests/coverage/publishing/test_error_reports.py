"""What readers report: taken once, within limits that need no Redis, dealt with by editors, forgotten in time."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coverage.models import ErrorReport
from coverage.publishing import error_reports, life, publication, tasks
from coverage.publishing.error_reports import FROM_ONE_LINE, IN_ALL, KEPT_FOR, ON_ONE_POST, WINDOW
from newsroom import settings as project
from newsroom.celery import app
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import NotAllowed, StaleState, TooMany, WrongState
from tests import factories, processes

NOW = datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def post(db):
    return factories.make_published(factories.make_event(), headline="Doors")


def report(post, text: str = "The name is misspelt.", **fields) -> ErrorReport:
    given = {"email": "", "address": "192.0.2.1", "form": "one", "at": NOW, **fields}
    return error_reports.receive(post.public_id, text=text, **given)


def fill(post, count: int, **columns) -> None:
    """So many reports within the last hour, from as many lines, unless `columns` say otherwise."""
    ErrorReport.objects.bulk_create(
        ErrorReport(
            **{
                "event_id": post.event_id,
                "post": post,
                "public_id": post.public_id,
                "text": "It is wrong.",
                "at": NOW - WINDOW + (number + 1) * SECOND,
                "key": f"{post.public_id} {number} {columns}"[:64],
                "sender": f"line {number}",
                **columns,
            }
        )
        for number in range(count)
    )


def test_a_report_lands_with_its_post_and_event(post):
    made = report(post, email="reader@example.org")

    assert (made.event_id, made.post_id, made.public_id) == (post.event_id, post.pk, post.public_id)
    assert (made.state, made.text, made.email) == ("new", "The name is misspelt.", "reader@example.org")


def test_the_same_form_with_the_same_words_is_one_report(post):
    first = report(post)

    assert report(post) == first
    assert report(post, at=NOW + WINDOW) == first


@pytest.mark.parametrize(
    "other", [{"text": "The time is wrong."}, {"email": "reader@example.org"}, {"form": "two"}]
)
def test_other_words_or_another_form_is_another_report(other, post):
    report(post)
    report(post, **other)

    assert ErrorReport.objects.count() == 2


def test_a_repeat_is_answered_when_the_limit_is_reached(post):
    first = report(post)
    fill(post, ON_ONE_POST)

    assert report(post) == first


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1"])
def test_one_line_sends_so_many_an_hour(address, post):
    for number in range(FROM_ONE_LINE):
        report(post, form=str(number), at=NOW - WINDOW + (number + 1) * SECOND)

    with pytest.raises(TooMany, match="from your network") as refused:
        report(post, address=address)

    assert refused.value.retry_after == 1
    assert "in a minute" in refused.value.message
    assert report(post, address="192.0.2.2")
    assert report(post, at=NOW + SECOND)


def test_neighbours_behind_one_ipv6_line_are_counted_together(post):
    for number in range(FROM_ONE_LINE):
        report(post, form=str(number), address=f"2001:db8::{number}")

    with pytest.raises(TooMany):
        report(post, address="2001:db8::ffff")

    assert report(post, address="2001:db8:1::1")


def test_one_post_takes_so_many_an_hour(post):
    other = factories.make_published(post.event)
    fill(post, ON_ONE_POST)

    with pytest.raises(TooMany, match="reported this post"):
        report(post)

    assert report(other)
    assert report(post, at=NOW + SECOND)


def test_the_newsroom_takes_so_many_an_hour(post):
    other = factories.make_published(post.event)
    fill(other, IN_ALL)

    with pytest.raises(TooMany, match="very many reports"):
        report(post)

    assert ErrorReport.objects.count() == IN_ALL


def test_whoever_is_refused_is_told_until_when(post):
    fill(post, ON_ONE_POST, at=NOW - datetime.timedelta(minutes=18))

    with pytest.raises(TooMany, match="in 42 minutes") as refused:
        report(post)

    assert refused.value.headers() == {"Retry-After": str(42 * 60)}


def test_a_refused_report_writes_nothing_and_waits_for_no_lock(post):
    fill(post, ON_ONE_POST)

    with CaptureQueriesContext(connection) as asked, pytest.raises(TooMany):
        report(post)

    assert [query["sql"].split()[0] for query in asked] == ["SELECT"] * 3


def test_the_sender_is_not_to_be_read_from_the_row(post):
    made = report(post, address="192.0.2.1")

    assert len(made.sender) == 64
    assert "192.0.2.1" not in made.sender


def test_a_post_readers_do_not_have_takes_no_report(post):
    publication.withdraw(publication.post_by_id(post.pk), by=factories.make_chief(), reason="A doubt.")

    with pytest.raises(WrongState):
        report(post)

    assert not ErrorReport.objects.exists()


@pytest.mark.parametrize(("verb", "state"), [("handle", "handled"), ("dismiss", "dismissed")])
def test_an_editor_deals_with_a_report_and_the_audit_says_so(verb, state, post):
    editor, made = factories.make_editor(username="ed"), report(post, email="reader@example.org")

    getattr(error_reports, verb)(made, by=editor, note="Checked.")

    assert (made.state, made.handled_by, made.note) == (state, editor, "Checked.")
    row = AuditRow.objects.first()
    assert (row.verb, row.person_name, row.from_state, row.to_state) == (verb, "ed", "new", state)
    assert (row.thing_type, row.event_id, row.note) == ("coverage.errorreport", post.event_id, "Checked.")
    assert (
        row.thing_title == f"report {made.pk} on post {post.public_id}"
    )  # for good, so no word of the reader's


def test_reopened_it_is_new_again(post):
    editor, made = factories.make_editor(), report(post)
    error_reports.dismiss(made, by=editor)

    error_reports.reopen(made, by=editor)

    assert (made.state, made.handled_by, made.handled_at) == ("new", None, None)
    assert AuditRow.objects.first().verb == "reopen"


def test_pressed_twice_it_is_one_verb(post):
    editor, made = factories.make_editor(), report(post)
    error_reports.handle(made, by=editor)

    error_reports.handle(ErrorReport.objects.get(), by=editor)

    assert AuditRow.objects.filter(verb="handle").count() == 1


def test_whoever_comes_second_is_told_who_was_first(post):
    first, second, made = factories.make_editor(first_name="Ada"), factories.make_editor(), report(post)
    stale = ErrorReport.objects.get()
    error_reports.handle(made, by=first)

    with pytest.raises(StaleState, match="Ada has dealt with it already: it is handled"):
        error_reports.dismiss(stale, by=second)

    assert ErrorReport.objects.get().state == "handled"


def test_a_reporter_deals_with_none(post):
    made = report(post)

    for verb in (error_reports.handle, error_reports.dismiss, error_reports.reopen):
        with pytest.raises(NotAllowed):
            verb(made, by=factories.make_person())


def test_a_person_sees_those_of_her_events(post):
    made, reporter = report(post), factories.make_person()
    report(factories.make_published(factories.make_event()))
    assert not error_reports.reports_for(reporter).exists()

    factories.assign(reporter, post.event)

    assert list(error_reports.reports_for(reporter)) == [made]
    assert error_reports.reports_for(factories.make_editor()).count() == 2


def test_after_ninety_days_a_report_is_forgotten_and_its_sender_after_an_hour(post):
    fill(post, 1, at=NOW - KEPT_FOR, email="reader@example.org", state="handled", handled_at=NOW - KEPT_FOR)
    fill(post, 2, at=NOW - KEPT_FOR + SECOND)
    fill(post, 3, at=NOW)

    assert error_reports.forget(at=NOW) == 1

    assert list(ErrorReport.objects.values_list("at", "sender").order_by("at", "sender")) == [
        *[(NOW - KEPT_FOR + SECOND, "")] * 2,
        *[(NOW, f"line {number}") for number in range(3)],
    ]


def test_beat_sends_a_task_that_forgets_to_a_queue_that_no_release_waits_in(post):
    fill(post, 1, at=timezone.now() - KEPT_FOR)
    entry = project.CELERY_BEAT_SCHEDULE["publishing.forget_error_reports"]

    app.tasks[entry["task"]]()

    assert entry["task"] == tasks.forget_error_reports.name
    assert app.amqp.router.route({}, entry["task"])["queue"].name == "mail"
    assert not ErrorReport.objects.exists()


def test_a_cleared_rehearsal_takes_its_reports_along(db):
    event = factories.make_event(rehearsal=True)
    report(factories.make_published(event))

    life.clear_rehearsal(event, by=factories.make_chief())

    assert not ErrorReport.objects.exists()


@pytest.mark.parametrize(
    "columns", [{"text": ""}, {"state": "handled"}, {"handled_at": NOW}, {"state": "lost", "handled_at": NOW}]
)
def test_the_database_refuses_what_cannot_be(columns, post):
    with pytest.raises(IntegrityError), transaction.atomic():
        fill(post, 1, **columns)


def test_a_double_click_is_one_report_also_where_the_first_took_the_last_room(post, monkeypatch):
    fill(post, ON_ONE_POST - 1, at=timezone.now())
    look, first = error_reports._no_room, []

    def click() -> ErrorReport:
        return error_reports.receive(
            post.public_id, text="It is wrong.", email="", address="192.0.2.1", form="same"
        )

    def meanwhile(*asked):
        if not first:
            first.append(None)
            first.append(click())
        return look(*asked)

    monkeypatch.setattr(error_reports, "_no_room", meanwhile)

    assert click() == first[1]
    assert ErrorReport.objects.count() == ON_ONE_POST


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_together_they_do_not_pass_a_limit_and_a_double_click_is_one_report():
    post = factories.make_published(factories.make_event())
    fill(post, ON_ONE_POST - 2, at=timezone.now())

    running = processes.start_together(
        f"""
import os
from coverage.publishing.error_reports import receive
from newsroom.editorial.errors import TooMany
for form in ("same", str(os.getpid())):
    try:
        print(receive("{post.public_id}", text="It is wrong.", email="", address="192.0.2.1", form=form).pk)
    except TooMany:
        print("refused")
""",
        4,
    )
    said = [processes.outcome(process).split() for process in running]

    assert len({first for first, _own in said}) == 1
    assert sorted(own == "refused" for _first, own in said) == [False, True, True, True]
    assert ErrorReport.objects.count() == ON_ONE_POST
