"""Events, run of show and speakers at the desk, and what readers learn of them when."""

import datetime

import pytest
from django.urls import reverse

from coverage.desk.conflicts import Side
from coverage.models import Appearance, Event, Keynote
from coverage.record.models import EventHead, ReleasedKeynote
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import change_url, fields_of, new_form, open_form, said


def test_a_new_event_is_a_draft_nobody_sees(desk):
    address, fields = new_form(desk, "coverage_event")
    fields |= {"title": "The Fair", "slug": "the-fair", "time_zone": "America/New_York", "language": "en-gb"}

    response = desk.post(address, {**fields, "starts_at": "2026-07-01T09:00", "_continue": "1"}, follow=True)

    event = Event.objects.get(slug="the-fair")
    assert event.starts_at == datetime.datetime(2026, 7, 1, 13, tzinfo=datetime.UTC)
    assert said(response) == "Saved."
    assert not EventHead.objects.public().filter(desk_id=event.pk).exists()


@pytest.mark.parametrize(
    ("state", "verb", "leads_to"),
    [
        ("draft", "announce", "planned"),
        ("planned", "open", "live"),
        ("paused", "open", "live"),
        ("live", "end", "ended"),
        ("ended", "reopen", "live"),
    ],
)
def test_event_verb_is_a_button(state, verb, leads_to, desk):
    event = factories.make_event(state=state)
    page = desk.get(change_url(event))
    assert f'name="_verb" value="{verb}"'.encode() in page.content

    desk.post(change_url(event), {**fields_of(page, "event_form"), "_verb": verb})

    assert EventHead.objects.get(desk_id=event.pk).state == leads_to


def test_event_verb_twice_is_answered_kindly(desk):
    event = factories.make_event(state="draft")
    fields = {**open_form(desk, event), "_verb": "announce"}
    desk.post(change_url(event), fields, follow=True)

    again = desk.post(change_url(event), fields, follow=True)

    assert "It is planned already." in said(again)


def test_verb_that_does_not_fit_says_so(desk, event):
    response = desk.post(change_url(event), {**open_form(desk, event), "_verb": "announce"}, follow=True)

    assert "does not work on an event that is live" in said(response)


def test_saving_an_announced_event_reaches_readers_at_once(desk, event):
    response = desk.post(
        change_url(event),
        {**open_form(desk, event), "title": "The Great Summit", "_continue": "1"},
        follow=True,
    )

    assert said(response) == "Saved. Readers see it now."
    assert EventHead.objects.get(desk_id=event.pk).title == "The Great Summit"


def test_an_announced_address_stays(desk, event):
    assert "slug" not in open_form(desk, event)


def test_a_save_over_a_newer_one_is_refused_and_shows_what_stands(desk, event):
    fields = open_form(desk, event)
    Event.objects.filter(pk=event.pk).update(city="Lyon")

    response = desk.post(change_url(event), {**fields, "city": "Nice", "_continue": "1"})

    event.refresh_from_db()
    assert (response.status_code, event.city) == (409, "Lyon")
    assert fields_of(response, "event_form")["city"] == "Nice"
    assert response.context["conflict"] == [Side("City", "Lyon", "Nice")]


def test_every_save_is_in_the_audit_with_before_and_after(desk, event, people):
    people["reporter"].assignments.all().delete()
    fields = open_form(desk, event)
    index = fields["assignments-INITIAL_FORMS"]

    desk.post(
        change_url(event),
        {**fields, "city": "Nice", f"assignments-{index}-person": people["reporter"].pk, "_continue": "1"},
    )

    row = AuditRow.objects.filter(verb="change").get()
    assert (row.person_name, row.before["city"], row.after["city"]) == ("ed", "", "Nice")
    assert row.after["assignments"] == {"added": ["rosa at The Summit"]}


def test_an_unchanged_save_leaves_no_trace(desk, event):
    response = desk.post(change_url(event), {**open_form(desk, event), "_continue": "1"}, follow=True)

    assert said(response) == "Saved."
    assert not AuditRow.objects.filter(verb="change").exists()


def test_a_keynote_is_added_with_its_speaker_as_billed(desk, event):
    organisation = factories.make_organisation("Acme")
    speaker = factories.make_speaker("Vera K.", job_title="Engineer", organisation=organisation)
    address, fields = new_form(desk, "coverage_keynote", f"?event={event.pk}")
    assert fields["event"] == str(event.pk)
    rows = {
        "appearances-TOTAL_FORMS": "1",
        "appearances-0-speaker": speaker.pk,
        "appearances-0-role": "speaker",
    }

    response = desk.post(
        address,
        {
            **fields,
            **rows,
            "appearances-0-order": "0",
            "title": "Opening words",
            "slug": "opening-words",
            "starts_at": "2026-03-20T09:00",
            "_continue": "1",
        },
        follow=True,
    )

    keynote = Keynote.objects.get()
    billed = keynote.appearances.get()
    assert said(response) == "Saved. Readers see it now."
    assert keynote.starts_at == datetime.datetime(2026, 3, 20, 8, tzinfo=datetime.UTC)
    assert (billed.name, billed.job_title, billed.organisation_name) == ("Vera K.", "Engineer", "Acme")
    assert ReleasedKeynote.objects.get().title == "Opening words"


@pytest.mark.parametrize("came_from", ["?event={}", "?_changelist_filters=q%3Da%26event__id__exact%3D{}"])
@pytest.mark.parametrize("model", ["coverage_keynote", "coverage_post"])
def test_what_is_begun_from_an_event_belongs_to_it(desk, event, model, came_from):
    other = factories.make_event(time_zone="Asia/Tokyo")

    _, fields = new_form(desk, model, came_from.format(other.pk))

    assert (fields["event"], fields["_zone"]) == (str(other.pk), "Asia/Tokyo")


def test_a_new_keynote_belongs_to_the_live_event_and_comes_last_in_it(desk, event):
    factories.make_event(state="planned")
    factories.make_keynote(event, order=7)

    _, fields = new_form(desk, "coverage_keynote")

    assert (fields["event"], fields["order"]) == (str(event.pk), "8")


def test_a_new_event_is_in_the_zone_of_the_one_made_last(desk):
    assert new_form(desk, "coverage_event")[1]["time_zone"] == "Europe/Paris"
    factories.make_event(time_zone="Asia/Tokyo")
    factories.make_event(time_zone="America/New_York")

    assert new_form(desk, "coverage_event")[1]["time_zone"] == "America/New_York"


def test_a_held_keynote_and_guest_are_announced_by_hand(desk, event):
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker("Surprise")], held=True)
    Appearance.objects.update(held=True)
    fields = open_form(desk, keynote)

    desk.post(change_url(keynote), {**fields, "_announce": "keynote"})
    assert ReleasedKeynote.objects.get().appearances.count() == 0
    guest = keynote.appearances.get()
    response = desk.post(
        change_url(keynote), {**open_form(desk, keynote), "_announce": guest.pk}, follow=True
    )

    assert "Surprise, speaker: announced." in said(response)
    assert ReleasedKeynote.objects.get().appearances.get().name == "Surprise"


def test_a_renamed_sponsor_is_disclosed_under_its_new_name(desk, event):
    sponsor = factories.make_organisation("Acme")
    factories.make_keynote(event, sponsor=sponsor)

    desk.post(change_url(sponsor), {**open_form(desk, sponsor), "name": "Acme Cloud", "_save": "1"})

    assert ReleasedKeynote.objects.get().sponsor == "Acme Cloud"


def test_event_page_lists_the_run_of_show(desk, event):
    keynote = factories.make_keynote(event, title="Opening words")

    page = desk.get(change_url(event))

    assert change_url(keynote).encode() in page.content
    assert f"{reverse('admin:coverage_keynote_add')}?event={event.pk}".encode() in page.content


def test_a_speaker_added_in_a_popup_closes_it(desk):
    address, fields = new_form(desk, "coverage_speaker", "?_popup=1")

    response = desk.post(address, {**fields, "name": "Vera K.", "slug": "vera-k", "_popup": "1"})

    assert b"popup_response.js" in response.content


class TestTwoPeopleAtOneRunOfShow:
    """Rows are saved with the form they stand in: neither overwrites what the other did to them."""

    @pytest.fixture
    def keynote(self, event):
        return factories.make_keynote(event, speakers=[factories.make_speaker("Vera K.")])

    def test_a_form_older_than_a_row_is_refused(self, desk, keynote):
        fields = open_form(desk, keynote)
        Appearance.objects.update(name="Vera Kowalski")

        response = desk.post(change_url(keynote), {**fields, "appearances-0-name": "V. K.", "_continue": "1"})

        assert response.status_code == 409
        assert fields_of(response, "keynote_form")["appearances-0-name"] == "V. K."
        assert Appearance.objects.get().name == "Vera Kowalski"

    def test_saving_again_puts_ones_own_words_in_place(self, desk, keynote):
        fields = open_form(desk, keynote)
        Appearance.objects.update(order=3)
        refused = desk.post(change_url(keynote), {**fields, "appearances-0-order": "7", "_continue": "1"})

        desk.post(change_url(keynote), {**fields_of(refused, "keynote_form"), "_continue": "1"})

        assert Appearance.objects.get().order == 7

    def test_an_assignment_made_meanwhile_is_seen_first(self, desk, event, people):
        fields = open_form(desk, event)
        factories.assign(factories.make_person(), event)

        response = desk.post(change_url(event), {**fields, "city": "Nice", "_continue": "1"})

        assert response.status_code == 409


def test_how_hard_an_event_checks_is_chosen_in_its_form(desk, event):
    fields = fields_of(desk.get(change_url(event)), "event_form")
    assert {name: fields[f"check_{name}"] for name in ("note", "keynote", "quotes")} == dict.fromkeys(
        ("note", "keynote", "quotes"), "soft"
    )

    desk.post(change_url(event), {**fields, "check_quotes": "hard", "check_note": "off", "_continue": "1"})

    event.refresh_from_db()
    assert event.checks == {"quotes": "hard", "note": "off"}
    assert fields_of(desk.get(change_url(event)), "event_form")["check_quotes"] == "hard"


def test_what_readers_should_know_by_now_stands_above_the_posts(desk, client, event):
    fields = open_form(desk, event) | {
        "summary": "• The doors are open.\r\n\r\n– <b>Ada</b> speaks at ten. \r\n"
    }

    response = desk.post(change_url(event), fields, follow=True)

    assert said(response) == "Saved. Readers see it now."
    page = client.get(f"/events/{event.slug}/").content.decode()
    assert (
        '<li dir="auto">The doors are open.</li><li dir="auto">&lt;b&gt;Ada&lt;/b&gt; speaks at ten.</li>'
        in page
    )


def test_a_summary_of_more_than_eight_points_is_refused_and_kept(desk, event):
    points = "\n".join(f"Point {number}" for number in range(9))

    response = desk.post(change_url(event), open_form(desk, event) | {"summary": points})

    assert "At most 8 points, one a line: these are 9." in response.content.decode()
    assert "Point 8</textarea>" in response.content.decode()


def test_an_event_without_a_summary_has_no_place_for_it(client, event):
    assert "In short" not in client.get(f"/events/{event.slug}/").content.decode()
