"""Signing in, being locked out, and a forgotten password, each in plain words and telling nobody who exists."""

import base64
import re
import threading
from typing import ClassVar

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from coverage.desk.invitations import mailing
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.desk.pages import client_of, fields_of

LOGIN = "/admin/login/"


@pytest.fixture
def rosa(people):
    User.objects.filter(pk=people["reporter"].pk).update(email="rosa@example.org")
    return User.objects.get(pk=people["reporter"].pk)


def _sign_in(username: str, password: str = factories.PASSWORD, **more):
    client = client_of(None)
    fields = fields_of(client.get(LOGIN, more), "login-form")
    return client.post(LOGIN, {**fields, "username": username, "password": password}), client


@pytest.mark.parametrize(("role", "landing"), [("rosa", "/field/"), ("ed", "/admin/"), ("carla", "/admin/")])
def test_each_role_lands_where_it_works(role, landing, people):
    response, _ = _sign_in(role)

    assert response["Location"] == landing


def test_a_reporter_sent_from_the_desks_door_lands_in_the_field(people):
    response, _ = _sign_in("rosa", next="/admin/")

    assert response["Location"] == "/field/"


def test_a_deeper_page_is_kept(people):
    response, _ = _sign_in("rosa", next="/admin/coverage/post/")

    assert response["Location"] == "/admin/coverage/post/"


def test_another_sites_address_is_not_followed(people):
    response, _ = _sign_in("ed", next="https://evil.example/")

    assert response["Location"] == "/admin/"


def test_an_e_mail_address_signs_in_too(rosa):
    response, _ = _sign_in("Rosa@Example.org")

    assert response.status_code == 302


def _said(page) -> str:
    """The whole page but for what differs each time, and what was typed."""
    text = re.sub(r'nonce="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
    return re.sub(r'(name="username" value=)"[^"]*"', r"\1", text)


def test_a_refused_sign_in_says_the_same_whoever_there_is(rosa, people):
    """Known, under either of her names; unknown; somebody who left, with her right password; invited, without one."""
    factories.make_person(username="ines", is_active=False)
    invited = factories.make_person(username="ivy")
    invited.set_unusable_password()
    invited.save()
    tried = [
        *(
            ("rosa", "wrong"),
            ("rosa@example.org", "wrong"),
            ("nobody", "wrong"),
            ("nobody@example.org", "wrong"),
        ),
        *(("ines", factories.PASSWORD), ("ines", "wrong"), ("ivy", "wrong")),
    ]

    pages = {_said(_sign_in(name, password)[0]) for name, password in tried}

    assert len(pages) == 1
    assert "That user name and password do not belong together." in pages.pop()


def test_the_door_closes_for_whom_there_is_not_too(rosa):
    closed = []
    for name in ("rosa", "nobody"):
        for _ in range(settings.AXES_FAILURE_LIMIT):
            response, _ = _sign_in(name, "wrong")
        closed.append((response.status_code, _said(response)))

    assert closed[0] == closed[1]
    assert closed[0][0] == 429


def test_signed_in_people_are_not_asked_again(desk):
    assert desk.get(LOGIN)["Location"] == "/admin/"


def test_too_many_wrong_passwords_close_the_door_in_plain_words(rosa):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response, _ = _sign_in("rosa", "wrong")

    assert response.status_code == 429
    assert b"closed here for 15 minutes" in response.content
    assert b"/admin/password_reset/" in response.content
    assert _sign_in("rosa")[0].status_code == 429
    assert _sign_in("rosa@example.org")[0].status_code == 429


def _ask_for_link(address: str, *, waits: bool = True):
    client = client_of(None)
    fields = fields_of(client.get("/admin/password_reset/"))
    answer = client.post(
        "/admin/password_reset/", {**fields, "email": address}, headers={"host": "localhost"}, follow=True
    )
    if waits:
        mailing.submit(lambda: None).result()  # after what was there before
    return answer


def test_login_page_leads_to_a_forgotten_password(db):
    assert b'href="/admin/password_reset/"' in client_of(None).get(LOGIN).content


def test_the_answer_does_not_say_who_exists(rosa):
    known, unknown = _ask_for_link("rosa@example.org"), _ask_for_link("nobody@example.org")

    assert _said(known) == _said(unknown)
    assert [message.to for message in mail.outbox] == [["rosa@example.org"]]


class Slow(BaseEmailBackend):
    """A mail server that takes a message when it is let."""

    lets = threading.Event()
    took: ClassVar[list[str]] = []

    def send_messages(self, messages) -> int:
        self.lets.wait(timeout=10)
        self.took.extend(one.to[0] for one in messages)
        return len(messages)


def test_the_answer_does_not_wait_for_the_mail_which_only_some_get(rosa, settings):
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Slow"}}

    answer = _ask_for_link("rosa@example.org", waits=False)
    took = list(Slow.took)
    Slow.lets.set()
    mailing.submit(lambda: None).result()

    assert (answer.status_code, took, Slow.took) == (200, [], ["rosa@example.org"])


class Counting(MD5PasswordHasher):
    """Says how often a password was hashed."""

    algorithm = "counting"
    times = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.times += 1
        return super().encode(password, salt)


def _by_page(name: str, password: str) -> None:
    _sign_in(name, password)


def _by_api(name: str, password: str) -> None:
    given = base64.b64encode(f"{name}:{password}".encode()).decode()
    client_of(None).post("/api/v1/auth/login/", headers={"authorization": f"Basic {given}"})


@pytest.mark.parametrize("door", [_by_page, _by_api])
def test_a_refusal_takes_as_long_whoever_there_is(door, db, settings):
    """Known, unknown, somebody who left, with her right password too, invited: each costs one hash."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    factories.make_person(username="rosa", email="rosa@example.org")
    factories.make_person(username="ines", is_active=False)
    invited = factories.make_person(username="ivy")
    invited.set_unusable_password()
    invited.save()
    names = ("rosa", "rosa@example.org", "nobody", "nobody@example.org", "ines", "ivy")
    tried = [*((name, "wrong") for name in names), ("ines", factories.PASSWORD)]
    costs = []

    for name, password in tried:
        before = Counting.times
        door(name, password)
        costs.append(Counting.times - before)

    assert costs == [1] * len(tried)


def test_who_was_locked_out_still_gets_where_she_was_going(rosa):
    deeper = "/admin/coverage/post/"
    for _ in range(settings.AXES_FAILURE_LIMIT):
        locked, client = _sign_in("rosa", "wrong", next=deeper)
    AccessAttempt.objects.all().delete()  # a quarter of an hour later

    fields = {**fields_of(locked, "login-form"), "username": "rosa", "password": factories.PASSWORD}

    assert locked.status_code == 429
    assert client.post(LOGIN, fields)["Location"] == deeper


def test_the_link_comes_from_the_public_address_and_opens_the_door_again(rosa):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        _sign_in("rosa", "wrong")
    _ask_for_link("rosa@example.org")
    link = re.search(r"http\S+/admin/password_reset/\S+", mail.outbox[0].body)[0]
    assert link.startswith(settings.PUBLIC_URL + "/")

    browser = client_of(None)
    form = browser.get(link.removeprefix(settings.PUBLIC_URL), follow=True)
    new = "another four words here"
    browser.post(form.request["PATH_INFO"], {**fields_of(form), "new_password1": new, "new_password2": new})

    assert _sign_in("rosa", new)[0].status_code == 302


def _link_in_mail() -> str:
    found = re.search(r"http\S+/admin/password_reset/\S+", mail.outbox[0].body)[0]
    return found.removeprefix(settings.PUBLIC_URL)


@pytest.mark.parametrize("cut", [1, 5, 42])
def test_a_link_that_was_cut_says_so_and_how_to_get_another(cut, rosa):
    _ask_for_link("rosa@example.org")

    page = client_of(None).get(_link_in_mail()[:-cut], follow=True)

    assert "This link no longer works" in page.text
    assert 'href="/admin/password_reset/"' in page.text


def test_a_used_link_says_so_and_how_to_get_another(rosa):
    _ask_for_link("rosa@example.org")
    rosa.set_password("another four words here")
    rosa.save()

    page = client_of(None).get(_link_in_mail(), follow=True)

    assert "This link no longer works" in page.text
    assert 'href="/admin/password_reset/"' in page.text


def test_a_deactivated_person_gets_no_link(rosa):
    User.objects.filter(pk=rosa.pk).update(is_active=False)

    _ask_for_link("rosa@example.org")

    assert not mail.outbox


def test_nobody_signs_herself_up(client, db):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.get("/accounts/login/")["Location"] == "/admin/login/"
