"""The second factor: set up before anything else in production, asked for at every sign-in, lost and removed."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, open_form


@pytest.fixture
def production(settings):
    settings.STAFF_SECOND_FACTOR = True


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def _sign_in(username: str):
    client = client_of(None)
    fields = fields_of(client.get("/admin/login/"), "login-form")
    response = client.post("/admin/login/", {**fields, "username": username, "password": factories.PASSWORD})
    return client, response


def _set_up(client) -> str:
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    form = next(part for part in page.content.decode().split("<form") if "totp/activate" in part)
    fields = fields_of(_Text(f"<form{form}"))
    client.post("/accounts/2fa/totp/activate/", {**fields, "code": _code(secret)})
    return secret


class _Text:
    def __init__(self, text: str):
        self.content = text.encode()


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/coverage/post/", "/field/", "/admin/password_change/", "/accounts/inactive/"]
)
def test_without_a_factor_every_page_of_work_leads_to_setting_one_up(path, production, desk):
    response = desk.get(path)

    assert response["Location"] == "/accounts/2fa/"


def test_posting_past_it_does_nothing(production, desk, event):
    post = factories.make_post(event)

    response = desk.post(f"/admin/coverage/post/{post.pk}/verb/publish/", {"_version": "1"})

    post.refresh_from_db()
    assert (response["Location"], post.state) == ("/accounts/2fa/", "draft")


def test_setting_up_and_leaving_stay_open(production, desk):
    assert desk.get("/accounts/2fa/").status_code == 200
    assert desk.post("/admin/logout/").status_code == 200


def test_readers_pages_ask_nobody_and_stay_shareable(production, desk):
    page = desk.get("/")

    assert page.status_code == 200
    assert "Cookie" not in page.headers.get("Vary", "")


def test_in_development_nobody_is_sent_there(desk):
    assert desk.get("/admin/").status_code == 200


def test_signing_in_sets_up_the_app_and_then_asks_for_it(production, people):
    client, response = _sign_in("ed")
    assert client.get(response["Location"])["Location"] == "/accounts/2fa/"

    secret = _set_up(client)
    assert client.get("/admin/").status_code == 200
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10

    Authenticator.objects.filter(type="totp").update(last_used_at=None)
    client, response = _sign_in("ed")
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    page = client.get("/accounts/2fa/authenticate/")
    wrong = client.post(
        "/accounts/2fa/authenticate/", {**fields_of(page, "second-factor-form"), "code": "000000"}
    )
    assert b"Incorrect code." in wrong.content
    right = client.post(
        "/accounts/2fa/authenticate/", {**fields_of(page, "second-factor-form"), "code": codes[0]}
    )
    assert right["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert TOTP(Authenticator.objects.get(type="totp")).instance.data["secret"] == secret


def test_a_recovery_code_works_once(production, people):
    client, _ = _sign_in("ed")
    _set_up(client)
    code = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"][0]

    for landing in ("/admin/", None):
        client, _ = _sign_in("ed")
        page = client.get("/accounts/2fa/authenticate/")
        answer = client.post(
            "/accounts/2fa/authenticate/", {**fields_of(page, "second-factor-form"), "code": code}
        )
        assert answer.headers.get("Location") == landing


def test_the_audit_notes_the_app_set_up_and_taken_off(people, django_capture_on_commit_callbacks):
    client, _ = _sign_in("ed")
    with django_capture_on_commit_callbacks(execute=True):
        _set_up(client)

    client.post("/accounts/2fa/totp/deactivate/")

    rows = AuditRow.objects.filter(thing_id=people["editor"].pk, verb__contains="factor").order_by("pk")
    assert [(row.person_name, row.verb, row.note) for row in rows] == [
        ("ed", "add second factor", "authenticator app"),
        ("ed", "remove second factor", "authenticator app"),
    ]


def test_a_chief_removes_a_lost_factor(people):
    client, _ = _sign_in("ed")
    _set_up(client)
    User.objects.filter(username="ed").update(email="ed@example.org")
    editor, chief_desk = people["editor"], client_of(people["chief"])

    chief_desk.post(change_url(editor), {**open_form(chief_desk, editor), "_person": "remove-factor"})

    assert not Authenticator.objects.exists()
    assert AuditRow.objects.filter(verb="remove second factor", thing_id=editor.pk).exists()
