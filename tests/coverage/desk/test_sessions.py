"""A person sees where she is signed in and ends it; a chief editor ends anybody's; a new password ends all others."""

import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coverage.models import Device
from coverage.publishing import devices
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from newsroom.editorial.sessions import Session, sessions_of
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, open_form

PAGE = "/admin/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"


def _sign_in(name: str, browser: str = FIREFOX, address: str = "203.0.113.77") -> Client:
    client = Client(headers={"user-agent": browser}, REMOTE_ADDR=address)
    fields = fields_of(client.get("/admin/login/"), "login-form")
    client.post("/admin/login/", {**fields, "username": name, "password": factories.PASSWORD})
    return client


def _is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def _lines(page: str) -> list[str]:
    found = re.search(r'<ul class="lines" id="sessions">(.*?)</ul>', page, re.DOTALL)[1]
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in found.split("<li>")[1:]]


def _handles(page: str) -> list[str]:
    return re.findall(r'name="end" value="(\w+)"', page)


@pytest.fixture
def phone(people, event) -> Client:
    """Hers, signed in by a link."""
    client = Client(headers={"user-agent": SAFARI})
    address = f"/field/join/{devices.make_link(people['editor'], event, by=people['editor'])}/"
    client.post(address, fields_of(client.get(address)))
    return client


def test_each_is_listed_with_when_and_from_where_and_this_one_is_marked(people):
    with time_machine.travel("2030-01-01 12:00Z", tick=False):
        here = _sign_in("ed")
    with time_machine.travel("2030-01-01 12:05Z", tick=False):
        _sign_in("ed", "Something else", "2001:db8:1:2::3")
    with time_machine.travel("2030-01-01 12:10Z", tick=False):
        assert _is_in(here)
        page = here.get(PAGE)

    assert _lines(page.text) == [
        "Firefox on Linux signed in 1 Jan 2030, 12:00 from 203.0.113.0/24, last seen 1 Jan 2030, 12:10 UTC "
        "this one Sign out",
        "A browser signed in 1 Jan 2030, 12:05 from 2001:db8:1::/48, last seen 1 Jan 2030, 12:05 UTC End",
    ]
    assert here.session.session_key not in page.text


def test_one_is_ended_and_the_others_stay(people):
    here, there, elsewhere = (_sign_in("ed") for _ in range(3))
    gone = Session.objects.get(pk=there.session.session_key).handle()

    said = here.post(PAGE, {"end": gone}, follow=True)

    assert "Signed out in 1 place." in said.text
    assert [_is_in(client) for client in (here, there, elsewhere)] == [True, False, True]
    row = AuditRow.objects.get(verb="end session")
    assert (row.person_name, row.note) == ("ed", "Firefox on Linux")
    assert "That session is over already." in here.post(PAGE, {"end": gone}, follow=True).text


def test_ending_this_one_signs_out(people):
    here = _sign_in("ed")

    answer = here.post(PAGE, {"end": _handles(here.get(PAGE).text)[0]}, follow=True)

    assert answer.redirect_chain[-1][0].startswith("/admin/login/")
    assert not _is_in(here)


def test_all_others_are_ended_and_phones_with_their_tokens(people, phone):
    here, there = _sign_in("ed"), _sign_in("ed")

    said = here.post(PAGE, {"others": "End all others"}, follow=True)

    assert "Signed out in 2 places." in said.text
    assert [_is_in(here), _is_in(there), phone.get("/field/").status_code] == [True, False, 302]
    assert not Device.objects.exists()


def test_a_phone_is_called_by_its_name(people, phone):
    assert any(
        line.startswith("Safari on iPhone by a link") for line in _lines(_sign_in("ed").get(PAGE).text)
    )


def test_nobody_ends_anothers(people):
    hers, his = _sign_in("rosa"), _sign_in("ed")
    handle = Session.objects.get(pk=his.session.session_key).handle()

    hers.post(PAGE, {"end": handle})

    assert _is_in(his)


def test_a_chief_ends_one_or_all_of_anothers(people):
    first, second, third = (_sign_in("rosa") for _ in range(3))
    chief, person = client_of(people["chief"]), people["reporter"]
    handle = Session.objects.get(pk=first.session.session_key).handle()

    chief.post(change_url(person), {**open_form(chief, person), "_person": f"end-session:{handle}"})
    assert [_is_in(client) for client in (first, second)] == [False, True]
    chief.post(change_url(person), {**open_form(chief, person), "_person": "end-sessions"})

    assert not any(_is_in(client) for client in (second, third))
    assert AuditRow.objects.filter(verb="end session", person_name="carla", thing_id=person.pk).count() == 3
    assert _is_in(chief)


def test_an_administrators_are_not_a_chiefs_to_end(people):
    root = User.objects.create_superuser("root", "root@example.org", factories.PASSWORD)
    signed_in = _sign_in("root")

    page = client_of(people["chief"]).get(change_url(root))

    assert "Signed in" in page.text
    assert "end-session" not in page.text
    assert _is_in(signed_in)


def test_a_new_password_ends_all_but_the_one_it_was_set_in(people):
    here, there = _sign_in("ed"), _sign_in("ed")
    new = "another four words here"
    fields = {"old_password": factories.PASSWORD, "new_password1": new, "new_password2": new}

    here.post("/admin/password_change/", fields)

    assert [_is_in(here), _is_in(there)] == [True, False]
    assert len(sessions_of(User.objects.get(username="ed"))) == 1


def test_what_is_over_is_not_kept(people):
    with time_machine.travel("2030-01-01 12:00Z", tick=False):
        _sign_in("ed")
    with time_machine.travel("2030-03-01 12:00Z", tick=False):
        here = _sign_in("ed")
        kept = Session.objects.filter(person=people["editor"])

        assert [row.pk for row in kept] == [here.session.session_key]


def test_being_seen_is_noted_once_a_minute(people):
    def queries(at: str) -> list[str]:
        with time_machine.travel(at, tick=False), CaptureQueriesContext(connection) as seen:
            here.get(PAGE)
        return [one["sql"] for one in seen if one["sql"].startswith("UPDATE")]

    with time_machine.travel("2030-01-01 12:00:00Z", tick=False):
        here = _sign_in("ed")

    assert [len(queries(f"2030-01-01 12:{at}Z")) for at in ("00:59", "01:00", "01:30", "02:00")] == [
        0,
        1,
        0,
        1,
    ]
