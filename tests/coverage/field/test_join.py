"""A link signs a phone in: asked first, once, with a session and a token; and says what to do when it does not."""

import re

import pytest
from django.utils import timezone
from knox.models import AuthToken

from coverage.models import Device, JoinLink
from coverage.publishing import devices
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.field.phone import Phone, fields_of

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1"
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def editor(db):
    return factories.make_editor(username="ed")


@pytest.fixture
def link(reporter, event, editor) -> str:
    return f"/field/join/{devices.make_link(reporter, event, by=editor)}/"


@pytest.fixture
def new_phone() -> Phone:
    """Nobody is signed in on it."""
    return Phone(HTTP_USER_AGENT=IPHONE)


def press(phone: Phone, link: str, **options):
    return phone.send({**fields_of(phone.open(link), button="join"), "action": "join"}, link, **options)


def token_in(response) -> str:
    return re.search(r'data-token="(\w+)"', response.content.decode())[1]


def answer_to(token: str) -> int:
    return Phone().client.get("/api/v1/posts/", headers={"Authorization": f"Token {token}"}).status_code


def test_looking_at_a_link_says_who_and_where_and_uses_nothing_up(new_phone, link):
    pages = [new_phone.open(link), new_phone.client.head(link), new_phone.open(link)]

    said = pages[0].content.decode()
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "<h1>KubeCon</h1>" in said
    assert "<p>127.0.0.1</p>" in said
    assert "Sign in as Ada Byron" in said
    assert (pages[0]["Cache-Control"], pages[0]["Referrer-Policy"]) == ("private, no-store", "strict-origin")
    assert JoinLink.objects.get().is_open(timezone.now())
    assert not AuthToken.objects.exists()
    assert new_phone.open("/field/").status_code == 302


def test_the_button_begins_a_session_and_hands_over_a_token_once(new_phone, link, reporter):
    joined = press(new_phone, link)

    token = token_in(joined)
    assert joined.status_code == 200
    assert joined["Cache-Control"] == "private, no-store"
    assert answer_to(token) == 200
    assert b"Files to" in new_phone.open("/field/").content
    device = devices.devices_of(reporter).get()
    assert str(device) == "Safari on iPhone"
    assert new_phone.client.session.get_expiry_date() == device.token.expiry
    assert token not in new_phone.open(link).content.decode()


def test_a_used_link_says_what_to_do(new_phone, link):
    press(new_phone, link)

    hers, anothers = new_phone.open(link), Phone().open(link)

    assert (hers.status_code, anothers.status_code) == (410, 410)
    assert b"signed in here as Ada Byron" in hers.content
    assert b"Ask the desk for a new link." in anothers.content
    assert b'href="/admin/login/?next=/field/"' in anothers.content


def test_a_lost_answer_is_asked_for_again_and_makes_no_second_phone(new_phone, link):
    fields = {**fields_of(new_phone.open(link), button="join"), "action": "join"}
    first = token_in(Phone(HTTP_USER_AGENT=IPHONE).send(fields, link))

    second = token_in(new_phone.send(fields, link))

    assert (answer_to(first), answer_to(second)) == (401, 200)
    assert Device.objects.count() == 1
    assert new_phone.open("/field/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_link_says_what_to_do_and_guessing_ends(method, db):
    client = Phone().client
    wrong = getattr(client, method)("/field/join/nothing-like-it/")

    assert wrong.status_code == 404
    assert b"There is no such link. It may have been cut when it was copied." in wrong.content
    for _ in range(devices.GUESSES):
        refused = getattr(client, method)("/field/join/nothing-like-it/")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 600
    assert b"Too many wrong links came from your network." in refused.content


def test_who_was_signed_in_is_told_and_signed_out(link, publisher, reporter):
    phone = Phone(publisher)

    asked = phone.open(link)
    press(phone, link)

    assert b"Grace Hopper is signed in here, and is signed out by this." in asked.content
    assert phone.client.session["_auth_user_id"] == str(reporter.pk)


def test_a_phone_signed_in_again_is_one_phone(new_phone, link, reporter, event, editor):
    first = token_in(press(new_phone, link))
    another = f"/field/join/{devices.make_link(reporter, event, by=editor)}/"

    asked = new_phone.open(another)
    second = token_in(press(new_phone, another))

    assert b"You are signed in here already." in asked.content
    assert (answer_to(first), answer_to(second)) == (401, 200)
    assert Device.objects.count() == 1


def test_a_form_without_its_cookie_signs_nobody_in_and_comes_back(link):
    """Or another site could sign a reporter in as somebody it chose."""
    phone = Phone(enforce_csrf_checks=True)
    fields = {**fields_of(Phone().open(link), button="join"), "action": "join"}

    refused = phone.send(fields, link, **HERE)
    from_elsewhere = phone.send(fields, link, HTTP_ORIGIN="https://elsewhere.example")

    assert (refused.status_code, from_elsewhere.status_code) == (403, 403)
    assert b"Press the button once more." in refused.content
    assert not AuthToken.objects.exists()
    again = phone.send({**fields_of(refused, button="join"), "action": "join"}, link, **HERE)
    assert again.status_code == 200


def test_a_deactivated_person_is_not_signed_in(new_phone, link, reporter):
    fields = fields_of(new_phone.open(link), button="join")
    User.objects.filter(pk=reporter.pk).update(is_active=False)

    refused = new_phone.send({**fields, "action": "join"}, link)

    assert refused.status_code == 410
    assert not AuthToken.objects.exists()
