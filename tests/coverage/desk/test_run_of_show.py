"""The run-of-show page: who sees it, what each press does, and what is asked before."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from coverage.models import Keynote
from coverage.publishing import programme, running_order, schedule
from coverage.publishing.publication import post_by_id
from coverage.record.models import ReleasedKeynote, ReleasedPost
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import client_of, fields_of, said

NINE = datetime.datetime(2026, 3, 20, 8, tzinfo=datetime.UTC)  # in Paris
HALF_HOUR = datetime.timedelta(minutes=30)


@pytest.fixture(autouse=True)
def at_nine():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def keynotes(event) -> list[Keynote]:
    """Three of half an hour each, from nine."""
    return [
        factories.make_keynote(
            event,
            title=title,
            starts_at=NINE + number * HALF_HOUR,
            ends_at=NINE + (number + 1) * HALF_HOUR,
        )
        for number, title in enumerate(("Opening", "Panel", "Closing"))
    ]


def address(event, *place) -> str:
    name = f"coverage_event_{place[0]}" if place else "coverage_event_programme"
    return reverse(f"admin:{name}", args=[event.pk, *(one.pk for one in place[1:])])


def press(client, event, do: str, **typed):
    fields = fields_of(client.get(address(event)), "programme_form")
    return client.post(address(event), {**fields, **typed, "do": do}, follow=True)


def titles(event) -> list[str]:
    rows = ReleasedKeynote.objects.filter(head__desk_id=event.pk)
    return list(rows.values_list("title", flat=True))


def test_a_keynote_starts_and_is_over_with_one_press_each(desk, event, keynotes, at_nine):
    opening = keynotes[0]
    started = press(desk, event, f"start:{opening.pk}")
    at_nine.shift(40 * 60)
    over = press(desk, event, f"end:{opening.pk}")

    opening.refresh_from_db()
    assert said(started) == "“Opening” has begun. Readers see it now."
    assert said(over) == "“Opening” is over. Readers see it now."
    assert (opening.actual_start, opening.actual_end) == (NINE, NINE + datetime.timedelta(minutes=40))
    assert ReleasedPost.objects.get().headline == "Opening begins"


@pytest.mark.parametrize(("first", "back"), [(["start"], "undo-start"), (["start", "end"], "undo-end")])
def test_a_mistaken_press_is_taken_back(first, back, desk, event, keynotes):
    for do in first:
        press(desk, event, f"{do}:{keynotes[0].pk}")

    response = press(desk, event, f"{back}:{keynotes[0].pk}")

    assert said(response).startswith("Taken back: “Opening”")


def test_a_second_press_says_that_it_was_done(desk, event, keynotes):
    press(desk, event, f"start:{keynotes[0].pk}")

    response = press(desk, event, f"start:{keynotes[0].pk}")

    assert said(response) == "“Opening” has begun already, at 09:00."
    assert ReleasedPost.objects.count() == 1


def test_the_page_says_how_each_stands(desk, event, keynotes, people, at_nine):
    running_order.start_keynote(keynotes[0], by=people["editor"])
    running_order.cancel_keynote(keynotes[2], by=people["editor"])
    at_nine.shift(35 * 60)

    page = desk.get(address(event)).text

    assert 'class="standing-now stands-on-now">on now</span>' in page
    assert 'class="standing-now stands-late">late 5 min</span>' in page
    assert 'class="standing-now stands-cancelled">cancelled</span>' in page
    assert "began 09:00" in page


def test_old_and_new_times_are_shown_before_they_are_moved(desk, event, keynotes):
    late = address(event, "late", keynotes[1])
    page = desk.get(f"{late}?minutes=20")
    assert page.text.count("<tr><th scope") == 1 + 2
    assert "09:30–10:00" in page.text
    assert "09:50–10:20" in page.text
    assert ReleasedKeynote.objects.get(title="Panel").starts_at == NINE + HALF_HOUR

    fields = fields_of(page, "late_form")
    moved = desk.post(late, fields, follow=True)
    again = desk.post(late, fields)

    assert said(moved) == "Moved by +20 minutes: 2 keynotes."
    starts = [ReleasedKeynote.objects.get(desk_id=one.pk).starts_at - NINE for one in keynotes]
    twenty = datetime.timedelta(minutes=20)
    assert starts == [0 * HALF_HOUR, HALF_HOUR + twenty, 2 * HALF_HOUR + twenty]
    assert again.status_code == 409
    assert "Somebody changed these times meanwhile" in again.text
    assert "10:10–10:40" in again.text


@pytest.mark.parametrize("minutes", ["0", "9999", "soon", ""])
def test_minutes_that_make_no_sense_are_asked_for_again(minutes, desk, event, keynotes):
    response = desk.get(address(event, "late", keynotes[0]), {"minutes": minutes})

    assert response.status_code == 400
    assert "Give the minutes" in response.text


def test_a_refusal_is_told_also_where_no_minutes_were_given(desk):
    draft = factories.make_event(state="draft")
    keynote = factories.make_keynote(draft, starts_at=NINE)

    response = desk.post(address(draft, "late", keynote), {"minutes": ""})

    assert response.status_code == 409
    assert "draft" in response.text


def test_cancelling_lists_the_posts_it_unschedules(desk, event, keynotes, people):
    post = factories.make_post(event, by=people["editor"], keynote=keynotes[1], headline="The panel is on")
    schedule.schedule(post_by_id(post.pk), by=people["editor"], publish_at=NINE + HALF_HOUR)
    cancel = address(event, "cancel", keynotes[1])

    asked = desk.get(cancel)
    done = desk.post(cancel, fields_of(asked, "cancel_form"), follow=True)

    assert "The panel is on" in asked.text
    assert said(done) == "“Panel” is cancelled. Unscheduled: 1 post."
    assert post_by_id(post.pk).state == "draft"
    assert desk.post(cancel, fields_of(asked, "cancel_form")).status_code == 409
    brought_back = press(desk, event, f"uncancel:{keynotes[1].pk}")
    assert "takes place again" in said(brought_back)


def test_arrows_and_drag_give_keynotes_another_place(desk, event, keynotes):
    opening, panel, closing = keynotes

    press(desk, event, f"up:{closing.pk}")
    assert titles(event) == ["Opening", "Closing", "Panel"]
    press(desk, event, f"down:{opening.pk}")
    assert titles(event) == ["Closing", "Opening", "Panel"]
    press(desk, event, "order", order=f"{panel.pk},{closing.pk},{opening.pk}")
    assert titles(event) == ["Panel", "Closing", "Opening"]
    assert said(press(desk, event, f"up:{panel.pk}")) == ""


def test_an_order_from_an_old_page_is_refused(desk, event, keynotes):
    fields = fields_of(desk.get(address(event)), "programme_form")
    press(desk, event, f"up:{keynotes[2].pk}")

    response = desk.post(address(event), {**fields, "do": f"up:{keynotes[1].pk}"}, follow=True)

    assert "Somebody changed the run of show" in said(response)
    assert titles(event) == ["Opening", "Closing", "Panel"]


def test_a_held_keynote_is_announced(desk, event):
    keynote = factories.make_keynote(event, title="The surprise", held=True)

    response = press(desk, event, f"announce:{keynote.pk}")

    assert said(response) == "“The surprise”: announced."
    assert titles(event) == ["The surprise"]


def test_who_writes_and_photographs_is_chosen_here(desk, event, keynotes, people):
    rosa, pia = people["reporter"], people["photographer"]
    cover = {f"writer-{keynotes[0].pk}": rosa.pk, f"photographer-{keynotes[0].pk}": pia.pk}

    press(desk, event, "save", **cover)

    keynotes[0].refresh_from_db()
    assert (keynotes[0].writer, keynotes[0].photographer) == (rosa, pia)
    assert AuditRow.objects.filter(verb="assign").count() == 2


def test_cover_that_somebody_else_changed_is_not_overwritten(desk, event, keynotes, people):
    fields = fields_of(desk.get(address(event)), "programme_form")
    Keynote.objects.filter(pk=keynotes[0].pk).update(writer=people["photographer"])

    changed = {**fields, f"writer-{keynotes[0].pk}": people["reporter"].pk, "do": "save"}
    refused = desk.post(address(event), changed, follow=True)
    kept = desk.post(address(event), {**fields, "do": "save"}, follow=True)

    keynotes[0].refresh_from_db()
    assert keynotes[0].writer == people["photographer"]
    assert "Somebody else said meanwhile" in said(refused)
    assert said(kept) == ""


def test_a_writer_who_has_left_stays_named_until_somebody_else_is(desk, event, keynotes):
    gone = factories.make_person(is_active=False)
    Keynote.objects.filter(pk=keynotes[0].pk).update(writer=gone)

    press(desk, event, "save")

    keynotes[0].refresh_from_db()
    assert keynotes[0].writer == gone


def test_only_who_covers_the_event_can_be_chosen(desk, event, keynotes):
    stranger = factories.make_person()

    response = press(desk, event, "save", **{f"writer-{keynotes[0].pk}": stranger.pk})

    keynotes[0].refresh_from_db()
    assert keynotes[0].writer is None
    assert "does not cover this event" in said(response)


def test_the_writer_starts_her_keynote_and_changes_nothing_else(hers, event, keynotes, people):
    opening, panel, _ = keynotes
    Keynote.objects.filter(pk=opening.pk).update(writer=people["reporter"])
    page = hers.get(address(event)).text
    assert f'value="start:{opening.pk}"' in page
    for hidden in (f'value="start:{panel.pk}"', 'value="up:', "<select", "Cancel…"):
        assert hidden not in page

    started = press(hers, event, f"start:{opening.pk}")
    others = [press(hers, event, do) for do in (f"start:{panel.pk}", f"down:{opening.pk}")]

    assert said(started) == "“Opening” has begun. The post that says so waits with the desk."
    assert "for whoever may publish" in said(others[0])
    assert "for an editor" in said(others[1])
    assert hers.get(address(event, "late", panel) + "?minutes=5").status_code == 403
    assert hers.get(address(event, "late", opening) + "?minutes=5").status_code == 200
    for page in (hers.get, hers.post):
        assert page(address(event, "cancel", panel)).status_code == 403


def test_who_does_not_cover_the_event_sees_no_page_of_it(event, keynotes, people):
    other = client_of(factories.make_person())

    for place in ((), ("late", keynotes[0]), ("cancel", keynotes[0])):
        assert other.get(address(event, *place)).status_code == 404
        assert client_of(None).get(address(event, *place)).status_code == 302


def test_of_a_draft_event_nothing_starts(desk):
    event = factories.make_event(state="draft")
    keynote = factories.make_keynote(event)

    page = desk.get(address(event)).text
    response = press(desk, event, f"start:{keynote.pk}")

    assert "nothing starts before it is announced" in page
    assert f'value="start:{keynote.pk}"' not in page
    assert said(response) == "The event is still a draft: announce it first."


def test_queries_do_not_grow_with_the_run_of_show(desk, event, keynotes, django_assert_max_num_queries):
    for number in range(20):
        factories.make_keynote(event, release=False, starts_at=NINE, order=number)
    programme.release_programme(event)

    with django_assert_max_num_queries(20):
        desk.get(address(event))
