"""Started, over, late: buttons in the run of show of a phone without JavaScript. A press loses nothing typed."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse

from coverage.models import Keynote, Post
from coverage.publishing import running_order
from coverage.publishing.delays import shift
from coverage.record.models import ReleasedKeynote, ReleasedPost
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.field.phone import Phone, fields_of, form_in

NINE = datetime.datetime(2026, 3, 24, 8, tzinfo=datetime.UTC)  # in Paris
MINUTE = datetime.timedelta(minutes=1)
HALF_HOUR = datetime.timedelta(minutes=30)
HERE = {"HTTP_ORIGIN": "http://testserver"}
BUTTON = re.compile(r'<button form="sheet" formaction="/field/events/kubecon/keynotes/([^"]+)/"')


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def keynote(event) -> Keynote:
    return factories.make_keynote(
        event, slug="opening", title="Opening", starts_at=NINE, ends_at=NINE + HALF_HOUR
    )


@pytest.fixture
def panel(event, keynote) -> Keynote:
    return factories.make_keynote(event, slug="panel", title="Panel", starts_at=NINE + HALF_HOUR)


def presses_in(page: HttpResponse) -> list[str]:
    return BUTTON.findall(page.content.decode())


def address(which: str) -> str:
    return f"/field/events/kubecon/keynotes/{which}/"


def press(phone: Phone, which: str, page: HttpResponse | None = None, **typed) -> HttpResponse:
    """What a button beside a keynote sends: the form above it, and where to."""
    return phone.send({**phone.fill(page or phone.open(), "press", **typed)}, address(which))


def again(keynote: Keynote) -> Keynote:
    return Keynote.objects.get(pk=keynote.pk)


def test_who_may_run_a_keynote_has_its_buttons(event, keynote, panel, phone, publishing_phone, reporter):
    everything = ["opening/start", "opening/late", "panel/start", "panel/late"]

    assert presses_in(publishing_phone.open()) == everything
    assert presses_in(phone.open()) == []
    Keynote.objects.filter(pk=panel.pk).update(writer=reporter)
    assert presses_in(phone.open()) == ["panel/start", "panel/late"]


def test_of_a_draft_event_nothing_is_offered(publisher, publishing_phone):
    draft = factories.make_event(slug="draft", state="draft")
    factories.assign(publisher, draft, may_publish=True)
    factories.make_keynote(draft, starts_at=NINE)

    assert b"formaction" not in publishing_phone.open("/field/?event=draft").content


def test_started_tells_readers_and_can_be_taken_back_just_after(keynote, publishing_phone, clock):
    done = press(publishing_phone, "opening/start")

    page = publishing_phone.open(done.url)
    assert done.status_code == 302
    assert done.url == "/field/?event=kubecon&done=start&pressed=opening#show-opening"
    assert "<p>“Opening” has begun. Readers see it now.</p>" in page.content.decode()
    assert ReleasedPost.objects.get().headline == "Opening begins"
    assert presses_in(page) == ["opening/end", "opening/late", "opening/undo-start"]
    undone = press(publishing_phone, "opening/undo-start", page)
    assert "Taken back: “Opening” has not begun." in publishing_phone.open(undone.url).content.decode()
    assert (again(keynote).actual_start, ReleasedPost.objects.get().withdrawn_at) == (None, NINE)


def test_over_and_its_undo(keynote, publishing_phone, clock):
    press(publishing_phone, "opening/start")
    clock.shift(11 * MINUTE)
    page = publishing_phone.open()
    assert presses_in(page) == ["opening/end", "opening/late"]

    over = press(publishing_phone, "opening/end", page)

    assert "“Opening” is over. Readers see it now." in publishing_phone.open(over.url).content.decode()
    assert again(keynote).actual_end == NINE + 11 * MINUTE
    press(publishing_phone, "opening/undo-end")
    assert again(keynote).actual_end is None
    press(publishing_phone, "opening/end")
    clock.shift(11 * MINUTE)
    assert presses_in(publishing_phone.open()) == []


def test_the_writer_is_told_that_her_marker_waits(keynote, phone, reporter):
    Keynote.objects.update(writer=reporter)

    done = press(phone, "opening/start")

    assert "The post that says so waits with the desk." in phone.open(done.url).content.decode()
    assert Post.objects.get().state == "submitted"


@pytest.mark.parametrize("verb", ["start", "late"])
def test_who_may_not_publish_is_refused(verb, keynote, phone):
    form = phone.fill(phone.open(), text="My words.")

    response = phone.send(form, address(f"opening/{verb}"))

    assert response.status_code == 403
    assert "for whoever may publish at this event" in response.content.decode()
    assert fields_of(response, button="send")["text"] == ["My words."]
    assert again(keynote).actual_start is None


@pytest.mark.parametrize("which", ["opening/cancel", "nothing/start", "opening/publish"])
def test_what_is_not_there_keeps_the_words(which, keynote, publishing_phone):
    form = publishing_phone.fill(publishing_phone.open(), text="My words.")

    response = publishing_phone.send(form, address(which))

    assert response.status_code == 404
    assert b"My words." in response.content
    assert publishing_phone.open(address(which)).status_code == 404


def test_at_an_event_of_others_there_is_nothing_to_press(event, keynote):
    stranger = factories.make_person()
    factories.assign(stranger, factories.make_event(), may_publish=True)

    response = Phone(stranger).send({"press": "one", "action": "press"}, address("opening/start"))

    assert response.status_code == 404
    assert again(keynote).actual_start is None


def test_a_double_tap_starts_once_and_is_told_the_same(keynote, publishing_phone):
    form = publishing_phone.fill(publishing_phone.open(), "press")

    first, second = (publishing_phone.send(form, address("opening/start")) for _ in range(2))

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Post.objects.count() == 1


def test_a_tap_of_an_old_page_after_it_was_taken_back_starts_nothing(keynote, publishing_phone):
    old = publishing_phone.open()
    press(publishing_phone, "opening/start", old)
    press(publishing_phone, "opening/undo-start")

    press(publishing_phone, "opening/start", old)

    assert again(keynote).actual_start is None
    press(publishing_phone, "opening/start")
    assert again(keynote).actual_start == NINE


def test_a_press_after_the_desk_s_says_so(keynote, publishing_phone):
    old = publishing_phone.open()
    running_order.start_keynote(keynote, by=factories.make_editor())

    response = press(publishing_phone, "opening/start", old, text="My words.")

    assert response.status_code == 409
    assert "“Opening” has begun already, at 09:00." in response.content.decode()
    assert fields_of(response, button="send")["text"] == ["My words."]
    assert presses_in(response) == ["opening/end", "opening/late", "opening/undo-start"]


def test_a_press_keeps_what_was_typed(keynote, publishing_phone):
    page = publishing_phone.open()
    typed = {"text": "The hall is <full>.", "headline": "Full"}

    done = press(publishing_phone, "opening/start", page, **typed)

    kept = fields_of(done, button="send")
    assert done.status_code == 200
    assert (
        "“Opening” has begun. Readers see it now. What you had typed is in the form" in done.content.decode()
    )
    assert (kept["text"], kept["headline"]) == (["The hall is <full>."], ["Full"])
    assert kept["post"] == fields_of(page, button="send")["post"]
    assert kept["press"] != fields_of(page, button="send")["press"]
    assert Post.objects.get().kind == "marker"
    publishing_phone.send(publishing_phone.fill(done))
    assert Post.objects.exclude(kind="marker").get().headline == "Full"


def test_a_press_is_not_held_up_by_files_and_says_that_they_are_to_be_chosen_again(keynote, publishing_phone):
    page = publishing_phone.open()
    [slot] = fields_of(page, button="send")["photo"][:1]

    done = press(publishing_phone, "opening/start", page, **{f"{slot}-file": "IMG_0001.jpg"})

    assert b'formenctype="application/x-www-form-urlencoded"' in page.content
    assert "Choose your photographs again." in done.content.decode()


def test_late_shows_what_moves_before_it_does(event, keynote, panel, publishing_phone):
    asked = press(publishing_phone, "opening/late")
    assert asked.status_code == 200
    shown = publishing_phone.send({**fields_of(asked, button="show"), "by": "20"}, address("opening/late"))
    page = shown.content.decode()
    assert "09:00–09:30</time> → 09:20–09:50" in page
    assert "09:30</time> → 09:50" in page
    assert again(keynote).starts_at == NINE
    form = publishing_phone.fill(shown, "go")

    moved, twice = (publishing_phone.send(form, address("opening/late")) for _ in range(2))

    assert moved.url == twice.url == "/field/?event=kubecon&done=late&pressed=opening#show-opening"
    assert "Moved: “Opening” and what comes after it." in publishing_phone.open(moved.url).content.decode()
    assert again(keynote).starts_at == NINE + 20 * MINUTE
    assert ReleasedKeynote.objects.get(slug="panel").starts_at == NINE + HALF_HOUR + 20 * MINUTE


def test_late_keeps_what_was_typed_to_the_end_and_back(keynote, publishing_phone):
    asked = press(publishing_phone, "opening/late", text="My words.")
    shown = publishing_phone.send(
        {**fields_of(asked, button="show"), "minutes": "7"}, address("opening/late")
    )

    back = publishing_phone.send(publishing_phone.fill(shown, "restore"))
    moved = publishing_phone.send(publishing_phone.fill(shown, "go"), address("opening/late"))

    for page in (back, moved):
        assert page.status_code == 200
        assert fields_of(page, button="send")["text"] == ["My words."]
    assert again(keynote).starts_at == NINE + 7 * MINUTE


@pytest.mark.parametrize("minutes", ["0", "601", "soon", ""])
def test_minutes_that_make_no_sense_are_asked_for_again(minutes, keynote, publishing_phone):
    asked = press(publishing_phone, "opening/late")

    response = publishing_phone.send(
        {**fields_of(asked, button="show"), "minutes": minutes}, address("opening/late")
    )

    assert response.status_code == 400
    assert "Give the minutes, at most 600, and not 0." in response.content.decode()
    assert "go" not in form_in(response, button="show")["buttons"]


def test_times_that_somebody_moved_meanwhile_are_shown_again(keynote, publishing_phone):
    asked = press(publishing_phone, "opening/late")
    shown = publishing_phone.send({**fields_of(asked, button="show"), "by": "10"}, address("opening/late"))
    shift(keynote, 5, by=factories.make_editor())

    response = publishing_phone.send(publishing_phone.fill(shown, "go"), address("opening/late"))

    assert response.status_code == 409
    assert "Somebody changed these times meanwhile." in response.content.decode()
    assert "09:05–09:35</time> → 09:15–09:45" in response.content.decode()
    assert again(keynote).starts_at == NINE + 5 * MINUTE


def test_what_is_over_is_not_late(keynote, publishing_phone):
    old = publishing_phone.open()
    editor = factories.make_editor()
    running_order.start_keynote(keynote, by=editor)
    running_order.end_keynote(keynote, by=editor)

    response = press(publishing_phone, "opening/late", old)

    assert response.status_code == 409
    assert "“Opening” is over: it cannot be late." in response.content.decode()


@pytest.mark.parametrize("verb", ["start", "late"])
def test_signed_out_gives_the_words_back_and_presses_nothing(verb, keynote, publisher, publishing_phone):
    form = publishing_phone.fill(publishing_phone.open(), "press", text="My words.")
    publishing_phone.client.logout()

    lost = publishing_phone.send(form, address(f"opening/{verb}"))
    publishing_phone.client.force_login(publisher)
    back = publishing_phone.send(publishing_phone.fill(lost, "restore"), address(f"opening/{verb}"))

    assert lost.status_code == 403
    assert b"You are signed out. Nothing was sent." in lost.content
    assert "Nothing was done. Press again if you still mean it." in back.content.decode()
    assert again(keynote).actual_start is None
    button = "send" if verb == "start" else "show"
    assert fields_of(back, button=button)["text"] == ["My words."]


@pytest.mark.parametrize("which", ["opening/start", "opening/late"])
def test_old_token_presses_nothing(which, keynote, publisher):
    phone = Phone(publisher, enforce_csrf_checks=True)
    fields = {**phone.fill(phone.open(), "press"), "minutes": "10", "seen": "", "action": "go"}
    fields["csrfmiddlewaretoken"] = "old"

    response = phone.send(fields, address(which), **HERE)

    assert response.status_code == 200
    assert "Nothing was done." in response.content.decode()
    assert (again(keynote).actual_start, again(keynote).starts_at) == (None, NINE)


def test_an_address_of_a_press_that_is_opened_leads_to_the_run_of_show(keynote, publishing_phone):
    response = publishing_phone.open(address("opening/start"))

    assert (response.status_code, response.url) == (302, "/field/?event=kubecon#show-opening")
    assert publishing_phone.open(address("opening/late")).status_code == 200
    assert Phone().open(address("opening/late")).status_code == 302


def test_a_keynote_of_another_day_is_told_of_all_the_same(event, keynote, publishing_phone, clock):
    clock.move_to(NINE + 16 * 60 * MINUTE)  # after midnight
    factories.make_keynote(event, starts_at=NINE + 24 * 60 * MINUTE)

    page = publishing_phone.open("/field/?event=kubecon&done=end&pressed=opening").content.decode()

    assert "“Opening” is over. Readers see it now." in page
    assert 'id="show-opening"' not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", ["opening/start", "opening/late"])
def test_ten_taps_at_once_are_one(which, keynote, publishing_phone):
    form = publishing_phone.fill(publishing_phone.open(), "press")
    if which == "opening/late":
        shown = publishing_phone.send({**form, "by": "10"}, address(which))
        form = publishing_phone.fill(shown, "go")

    def tap(_) -> tuple[int, str]:
        try:
            response = publishing_phone.send(form, address(which))
            return response.status_code, response.url
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        answers = set(threads.map(tap, range(10)))

    done = which.removeprefix("opening/")
    assert answers == {(302, f"/field/?event=kubecon&done={done}&pressed=opening#show-opening")}
    assert AuditRow.objects.filter(verb="shift" if done == "late" else "start").count() == 1
