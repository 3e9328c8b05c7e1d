"""Tokens for programs: named, shown once, revoked by whose they are, and over with a password or a factor."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from knox.models import AuthToken

from coverage.desk import tokens
from coverage.desk.invitations import password_link
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from newsroom.editorial.tokens import TokenName
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, open_form, said

PAGE = "/admin/tokens/"
NEW = "four words nobody joined"


def _make(client, name: str = "Uploader"):
    return client.post(PAGE, {**fields_of(client.get(PAGE), "token-form"), "name": name})


def _shown(response) -> str:
    return re.search(r'<code id="token">(\w+)</code>', response.content.decode())[1]


def _works(token: str) -> bool:
    answer = client_of(None).get("/api/v1/posts/", headers={"Authorization": f"Token {token}"})
    return answer.status_code == 200


def test_a_token_is_shown_once_and_works(hers):
    made = _make(hers)

    token = _shown(made)
    assert _works(token)
    assert "no-store" in made["Cache-Control"]
    later = hers.get(PAGE).content.decode()
    assert "Uploader" in later
    assert token not in later
    row = AuditRow.objects.get(verb="make token")
    assert (row.person_name, row.note) == ("rosa", "Uploader")


def test_it_works_in_production_where_signing_in_by_password_does_not(hers, people, settings):
    settings.PRODUCTION = settings.STAFF_SECOND_FACTOR = True
    assert hers.get(PAGE)["Location"] == "/accounts/2fa/"
    Authenticator.objects.create(user=people["reporter"], type=Authenticator.Type.TOTP, data={})

    assert _works(_shown(_make(hers)))


def test_a_name_is_used_once_so_that_a_reload_makes_no_second(hers):
    _make(hers)

    again = _make(hers)

    assert b"You have a token of this name." in again.content
    assert TokenName.objects.count() == 1


def test_another_may_use_the_same_name(hers, desk):
    _make(hers)

    assert _works(_shown(_make(desk)))


def test_without_a_name_there_is_none(hers):
    assert b"This field is required." in _make(hers, " ").content
    assert not AuthToken.objects.exists()


def test_a_revoked_token_is_refused_and_no_other(hers):
    first, second = _shown(_make(hers, "First")), _shown(_make(hers, "Second"))
    digest = TokenName.objects.get(name="First").token_id

    response = hers.post(PAGE, {"revoke": digest}, follow=True)

    assert "Revoked." in said(response)
    assert (_works(first), _works(second)) == (False, True)
    assert AuditRow.objects.get(verb="revoke token").note == "First"
    assert "gone already" in said(hers.post(PAGE, {"revoke": digest}, follow=True))


def test_a_token_a_program_signed_in_for_is_listed_and_revoked_too(hers, people):
    kept, token = AuthToken.objects.create(people["reporter"])
    assert b"Signed in by a program" in hers.get(PAGE).content

    hers.post(PAGE, {"revoke": kept.digest})

    assert not _works(token)


def test_nobody_sees_or_revokes_anothers(hers, desk):
    token = _shown(_make(desk, "The editor's"))
    digest = AuthToken.objects.get().digest

    page = hers.get(PAGE).content.decode()
    hers.post(PAGE, {"revoke": digest})

    assert "The editor" not in page
    assert digest not in page
    assert _works(token)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(count, hers, people, django_assert_num_queries):
    for number in range(count):
        tokens.make_token(people["reporter"], f"Program {number}")
    hers.get(PAGE)

    with django_assert_num_queries(6):
        hers.get(PAGE)


def test_signing_in_is_needed(db):
    assert client_of(None).get(PAGE)["Location"].startswith("/admin/login/")


def test_every_page_of_the_desk_leads_there(hers):
    assert f'href="{PAGE}"' in hers.get("/admin/").content.decode()


def _by_a_link(person: User) -> None:
    browser = client_of(None)
    form = browser.get(re.sub(r"^https?://[^/]+", "", password_link(person)), follow=True)
    browser.post(form.request["PATH_INFO"], {**fields_of(form), "new_password1": NEW, "new_password2": NEW})


def _in_the_admin(person: User) -> None:
    browser = client_of(person)
    typed = {"old_password": factories.PASSWORD, "new_password1": NEW, "new_password2": NEW}
    browser.post("/admin/password_change/", typed)


def _by_command(person: User, monkeypatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW)
    call_command("changepassword", person.username)


@pytest.mark.parametrize("way", ["link", "admin", "command"])
def test_a_new_password_ends_the_persons_tokens(way, people, monkeypatch, capsys):
    rosa = people["reporter"]
    token, other = tokens.make_token(rosa, "Uploader"), tokens.make_token(people["editor"], "Uploader")
    assert _works(token)

    match way:
        case "link":
            _by_a_link(rosa)
        case "admin":
            _in_the_admin(rosa)
        case "command":
            _by_command(rosa, monkeypatch)

    assert User.objects.get(pk=rosa.pk).check_password(NEW)
    assert (_works(token), _works(other)) == (False, True)


def test_signing_in_with_the_old_password_ends_none(people):
    token = tokens.make_token(people["reporter"], "Uploader")
    client = client_of(None)
    fields = fields_of(client.get("/admin/login/"), "login-form")

    client.post("/admin/login/", {**fields, "username": "rosa", "password": factories.PASSWORD})

    assert client.get("/admin/").status_code == 200
    assert _works(token)


def test_a_chief_who_removes_a_lost_factor_ends_the_tokens(people):
    editor, chief_desk = people["editor"], client_of(people["chief"])
    User.objects.filter(pk=editor.pk).update(email="ed@example.org")
    Authenticator.objects.create(user=editor, type=Authenticator.Type.TOTP, data={})
    token = tokens.make_token(editor, "Uploader")

    chief_desk.post(change_url(editor), {**open_form(chief_desk, editor), "_person": "remove-factor"})

    assert not _works(token)


def test_taking_the_app_off_ends_the_tokens(people):
    client = client_of(None)
    fields = fields_of(client.get("/admin/login/"), "login-form")
    client.post("/admin/login/", {**fields, "username": "ed", "password": factories.PASSWORD})
    Authenticator.objects.create(user=people["editor"], type=Authenticator.Type.TOTP, data={})
    token = tokens.make_token(people["editor"], "Uploader")

    client.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    assert not _works(token)
