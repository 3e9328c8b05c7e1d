"""Who gives power, takes the audit along or makes a key has proved within a quarter of an hour who she is."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from knox.models import AuthToken

from coverage.models import Assignment, JoinLink
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, note_proof, open_form
from tests.coverage.field.phone import Phone

LONG_AGO = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
EXPORT = "/admin/editorial/auditrow/export/?verb=role"
PASSWORD = {"again-password": factories.PASSWORD}


@pytest.fixture(autouse=True)
def _nobody_guessed(db) -> None:
    """Guesses of the minute are counted by a person's number, which the next test gives to somebody else."""
    cache.clear()


@pytest.fixture
def chief(people) -> Client:
    """A desk that stood open for long."""
    return client_of(people["chief"], proved=LONG_AGO)


def _make_chief(client: Client, person: User):
    return client.post(change_url(person), {**open_form(client, person), "role": "Chief editor"})


def _roles(person: User) -> list[str]:
    return [group.name for group in person.groups.all()]


def test_a_role_waits_for_the_password_and_what_was_typed_is_kept(chief, people):
    asked = _make_chief(chief, people["editor"])

    assert asked.status_code == 403
    assert "no-store" in asked["Cache-Control"]
    assert _roles(people["editor"]) == ["Editor"]
    done = chief.post(change_url(people["editor"]), {**fields_of(asked, "again-form"), **PASSWORD})
    assert done.status_code == 302
    assert _roles(people["editor"]) == ["Chief editor"]
    assert _make_chief(chief, people["reporter"]).status_code == 302  # not asked again


@pytest.mark.parametrize("typed", ["wrong", ""])
def test_without_the_password_nothing_is_done_and_nothing_lost(typed, chief, people):
    asked = _make_chief(chief, people["editor"])

    again = chief.post(
        change_url(people["editor"]), {**fields_of(asked, "again-form"), "again-password": typed}
    )

    assert again.status_code == 403
    assert fields_of(again, "again-form")["role"] == "Chief editor"
    assert _roles(people["editor"]) == ["Editor"]


def test_proved_in_another_tab_the_line_may_stay_empty(chief, people):
    TOTP.activate(people["chief"], "SECRET")
    asked = _make_chief(chief, people["editor"])
    assert "/accounts/2fa/reauthenticate/?next=" in asked.text

    note_proof(chief, people["chief"])
    chief.post(change_url(people["editor"]), {**fields_of(asked, "again-form"), "again-password": ""})

    assert _roles(people["editor"]) == ["Chief editor"]


def test_guesses_are_counted(chief, people):
    form = fields_of(_make_chief(chief, people["editor"]), "again-form")

    for _ in range(settings.AXES_FAILURE_LIMIT):
        chief.post(change_url(people["editor"]), {**form, "again-password": "wrong"})
    right = chief.post(change_url(people["editor"]), {**form, **PASSWORD})

    assert "Too many failed login attempts" in right.text
    assert _roles(people["editor"]) == ["Editor"]


def test_guesses_are_counted_where_wrong_passwords_are(chief, people):
    """Not in a cache that each process has its own of: with signing in, in the database."""
    form = fields_of(_make_chief(chief, people["editor"]), "again-form")

    for _ in range(settings.AXES_FAILURE_LIMIT):
        cache.clear()
        chief.post(change_url(people["editor"]), {**form, "again-password": "wrong"})
    cache.clear()
    right = chief.post(change_url(people["editor"]), {**form, **PASSWORD})

    assert right.status_code == 429
    assert _roles(people["editor"]) == ["Editor"]
    assert chief.get("/admin/").status_code == 200  # she stays signed in


def test_taking_anothers_second_factor_off_waits_for_it(chief, people):
    TOTP.activate(people["editor"], "SECRET")
    form = open_form(chief, people["editor"])

    answer = chief.post(change_url(people["editor"]), {**form, "_person": "remove-factor"})

    assert answer.status_code == 403
    assert people["editor"].authenticator_set.exists()


def _let_rosa_publish(client: Client, event, people):
    fields = open_form(client, event)
    people_in = {key: value for key, value in fields.items() if key.endswith("-person")}
    rosa = next(key for key, value in people_in.items() if value == str(people["reporter"].pk))
    changed = {rosa.replace("-person", "-may_publish"): "on", "city": "Lyon", "_continue": "1"}
    return client.post(change_url(event), {**fields, **changed})


def test_who_may_publish_waits_for_it_in_the_events_form_too(people, event):
    desk = client_of(people["editor"], proved=LONG_AGO)

    asked = _let_rosa_publish(desk, event, people)

    assert asked.status_code == 403
    assert not Assignment.objects.filter(may_publish=True).exists()
    done = desk.post(change_url(event), {**fields_of(asked, "again-form"), **PASSWORD})
    event.refresh_from_db()
    assert (done.status_code, event.city) == (302, "Lyon")
    assert Assignment.objects.get(may_publish=True).person == people["reporter"]


def test_an_event_that_gives_nobody_power_does_not_wait(people, event):
    desk = client_of(people["editor"], proved=LONG_AGO)
    fields = open_form(desk, event)
    index = fields["assignments-INITIAL_FORMS"]

    saved = desk.post(
        change_url(event),
        {**fields, "city": "Lyon", f"assignments-{index}-person": people["editor"].pk, "_continue": "1"},
    )

    event.refresh_from_db()
    assert (saved.status_code, event.city) == (302, "Lyon")
    assert Assignment.objects.filter(event=event, person=people["editor"]).exists()


def test_the_reports_tables_are_led_back_to(people, event):
    desk = client_of(people["editor"], proved=LONG_AGO)
    address = f"/admin/coverage/event/{event.pk}/report/posts.csv"

    asked = desk.get(address)

    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    note_proof(desk, people["editor"])
    assert desk.get(address)["Content-Type"].startswith("text/csv")


def test_a_new_person_waits_for_it(chief, people):
    before = User.objects.count()

    answer = chief.post("/admin/editorial/user/add/", {"first_name": "Ines", "role": "Chief editor"})

    assert (answer.status_code, User.objects.count()) == (403, before)


def test_the_export_is_led_back_to(chief, people):
    asked = chief.get(EXPORT)
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    page = chief.get(asked["Location"])
    form = next(form for form in page.text.split("<form") if 'name="password"' in form)

    answer = chief.post(
        "/accounts/reauthenticate/",
        {**fields_of(Text(f"<form{form}")), "password": factories.PASSWORD},
    )

    assert answer["Location"] == EXPORT
    assert chief.get(EXPORT)["Content-Type"].startswith("text/csv")


class Text:
    def __init__(self, text: str):
        self.content = text.encode()


@pytest.mark.parametrize("sent", [{"name": "Uploader"}, {"join": "Make a link"}])
def test_a_token_or_a_phone_waits_for_it(sent, people):
    browser = client_of(people["reporter"], proved=LONG_AGO)

    asked = browser.post("/admin/tokens/", sent)

    assert asked.status_code == 403
    assert not AuthToken.objects.exists()
    assert not JoinLink.objects.exists()
    done = browser.post("/admin/tokens/", {**fields_of(asked, "again-form"), **PASSWORD})
    assert (done.status_code, AuthToken.objects.exists() or JoinLink.objects.exists()) == (200, True)


def test_revoking_never_waits(people):
    token = AuthToken.objects.create(people["reporter"])[0]

    client_of(people["reporter"], proved=LONG_AGO).post("/admin/tokens/", {"revoke": token.digest})

    assert not AuthToken.objects.exists()


def test_signing_a_reporters_phone_in_waits_for_it(people, event):
    desk = client_of(people["editor"], proved=LONG_AGO)

    asked = desk.post(f"/admin/coverage/event/{event.pk}/phones/", {"link": people["reporter"].pk})

    assert (asked.status_code, JoinLink.objects.exists()) == (403, False)


def test_in_the_field_a_link_for_another_phone_waits_for_it(people):
    phone = Phone(people["reporter"])
    note_proof(phone.client, people["reporter"], ago=LONG_AGO)

    answer = phone.send({"link": "there"}, "/field/devices/")

    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Ffield%2Fdevices%2F"
    assert not JoinLink.objects.exists()


def test_who_may_not_is_refused_before_she_is_asked(people):
    hers = client_of(people["reporter"], proved=LONG_AGO)

    answers = [hers.get(EXPORT), hers.post(change_url(people["editor"]), {"role": "Chief editor"})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not any("Is it you" in answer.text for answer in answers)
