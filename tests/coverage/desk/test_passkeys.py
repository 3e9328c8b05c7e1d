"""Passkeys: added, named, listed, taken off; after the password and instead of it; refused in plain words."""

import json
import re
from base64 import b64encode

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from coverage.desk import tokens
from coverage.publishing import devices
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.desk.pages import assert_strict, client_of, fields_of, said
from tests.coverage.desk.soft_key import SoftKey
from tests.coverage.live.conftest import SITE, open_reader  # noqa: F401

LOGIN, ALONE = "/admin/login/", "/accounts/2fa/webauthn/login/"
PAGE, ADD = "/accounts/2fa/", "/accounts/2fa/webauthn/add/"
SECOND, AGAIN = "/accounts/2fa/authenticate/", "/accounts/2fa/webauthn/reauthenticate/"
OPTIONS = re.compile(r'<script id="passkey-options" type="application/json">(.+?)</script>')
GARBAGE = ("", "{", "null", "[]", "{}", '{"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "YQ"}}')


@pytest.fixture(autouse=True)
def _no_limit_reached():
    """allauth counts in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def production(settings):
    settings.STAFF_SECOND_FACTOR = True


def options_of(page) -> dict:
    """What a page has the browser ask a passkey."""
    return json.loads(OPTIONS.search(page.text)[1])


def type_password(username: str, client: Client | None = None, **query):
    client = client or client_of(None)
    fields = fields_of(client.get(LOGIN, query), "login-form")
    sent = {**fields, "username": username, "password": factories.PASSWORD}
    return client, client.post(LOGIN, sent)


def add(client: Client, key: SoftKey, name: str = "My phone"):
    page = client.get(ADD)
    answer = key.create(options_of(page)["creation_options"])
    return client.post(ADD, {**fields_of(page, "passkey-form"), "name": name, "credential": answer})


def sign_in_alone(key: SoftKey, client: Client | None = None, **query):
    """What the browser does when *Sign in with a passkey* is pressed."""
    client = client or client_of(None)
    fields = fields_of(client.get(LOGIN, query), "passkey-form")
    asked = client.get(ALONE).json()["request_options"]
    return client, client.post(ALONE, {**fields, "credential": key.get(asked)})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def key_of(people):
    """A person's own passkey, added as she would."""

    def make(role: str, key: SoftKey | None = None) -> SoftKey:
        key = key or SoftKey()
        client, answer = type_password(people[role].username)
        if answer["Location"] == SECOND:
            client = client_of(people[role])
            client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD, "next": ADD})
        assert add(client, key)["Location"] in (PAGE, "/accounts/2fa/recovery-codes/")
        return key

    return make


# Adding, naming, taking off


def test_whoever_must_have_a_factor_may_add_a_passkey_and_works_on(production, people):
    client, answer = type_password("ed")
    assert client.get(answer["Location"])["Location"] == PAGE
    assert f'href="{ADD}"' in client.get(PAGE).text

    added = add(client, SoftKey(), "The desk’s computer")

    assert added["Location"] == "/accounts/2fa/recovery-codes/"
    assert len(client.get(added["Location"]).context["unused_codes"]) == 10
    assert client.get("/admin/").status_code == 200
    assert "The desk’s computer" in client.get(PAGE).text
    row = AuditRow.objects.get(verb="add second factor")
    assert (row.person_name, row.thing_id, row.note) == (
        "ed",
        str(people["editor"].pk),
        "passkey “The desk’s computer”",
    )


def test_the_browser_is_asked_for_one_that_signs_in_by_itself(people):
    client, _ = type_password("ed")

    asked = options_of(client.get(ADD))["creation_options"]["publicKey"]

    assert asked["rp"]["id"] == "testserver"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"


def test_without_a_name_it_gets_one(people):
    client, _ = type_password("ed")
    for _ in range(2):
        add(client, SoftKey(), "")

    assert [str(one) for one in Authenticator.objects.filter(type="webauthn")] == ["Passkey", "Passkey 2"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_there_are(count, people, django_assert_num_queries):
    client, _ = type_password("ed")
    for number in range(count):
        add(client, SoftKey(), f"Phone {number}")

    with django_assert_num_queries(4):
        page = client.get(PAGE)

    assert page.text.count("Take it off") == count


def test_it_is_given_another_name(people):
    client, _ = type_password("ed")
    add(client, SoftKey(), "Phone")
    address = f"/accounts/2fa/webauthn/keys/{Authenticator.objects.get(type='webauthn').pk}/edit/"

    page = client.get(address)
    answer = client.post(address, {**fields_of(page, "passkey-form"), "name": "Old phone"}, follow=True)

    assert_strict(page)
    assert answer.request["PATH_INFO"] == PAGE
    assert "Old phone" in answer.text


def take_off(client: Client, kept: Authenticator):
    address = f"/accounts/2fa/webauthn/keys/{kept.pk}/remove/"
    page = client.get(address)
    assert_strict(page)
    return client.post(address, fields_of(page, "passkey-form"), follow=True)


def test_with_the_last_factor_go_the_recovery_codes_and_the_tokens(production, people):
    client, _ = type_password("ed")
    add(client, SoftKey(), "One")
    add(client, SoftKey(), "Two")
    tokens.make_token(people["editor"], "Uploader")
    one, two = Authenticator.objects.filter(type="webauthn").order_by("pk")

    take_off(client, one)
    assert tokens.tokens_of(people["editor"]).count() == 1
    assert client.get("/admin/").status_code == 200
    page = take_off(client, two)

    assert "The passkey is taken off." in said(page)
    assert not Authenticator.objects.exists()
    assert not tokens.tokens_of(people["editor"]).exists()
    assert client.get("/admin/")["Location"] == PAGE
    assert [row.note for row in AuditRow.objects.filter(verb="remove second factor")] == [
        "passkey “Two”",
        "passkey “One”",
    ]


def test_nobody_takes_anothers_off(key_of, people):
    key_of("chief")
    client, _ = type_password("ed")
    kept = Authenticator.objects.get(type="webauthn")

    assert client.post(f"/accounts/2fa/webauthn/keys/{kept.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=kept.pk).exists()


def test_a_program_cannot_sign_in_for_whoever_has_one(key_of, people, client):
    key_of("reporter")

    basic = b64encode(f"rosa:{factories.PASSWORD}".encode()).decode()
    answer = client.post("/api/v1/auth/login/", headers={"Authorization": f"Basic {basic}"})

    assert answer.status_code == 403


# After the password


def test_after_the_password_a_passkey_lets_her_in_where_she_was_going(key_of):
    key = key_of("editor")
    client, answer = type_password("ed", next="/admin/tokens/")
    assert answer["Location"] == SECOND
    page = client.get(SECOND)
    assert_strict(page)

    sent = {**fields_of(page, "passkey-form"), "credential": key.get(options_of(page)["request_options"])}
    answer = client.post(SECOND, sent)

    assert answer["Location"] == "/admin/tokens/"
    assert client.get("/admin/tokens/").status_code == 200


def test_a_recovery_code_does_instead(key_of):
    key_of("editor")
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    client, _ = type_password("ed")

    fields = fields_of(client.get(SECOND), "second-factor-form")

    assert client.post(SECOND, {**fields, "code": code})["Location"] == "/admin/"


def test_whoever_has_none_is_asked_for_none(people):
    Authenticator.objects.create(
        user=people["editor"], type=Authenticator.Type.TOTP, data={"secret": "A" * 32}
    )
    client, _ = type_password("ed")

    assert 'id="passkey-form"' not in client.get(SECOND).text


def test_anothers_passkey_is_refused_and_the_code_still_there(key_of):
    key_of("editor")
    another = key_of("chief")
    client, _ = type_password("ed")
    page = client.get(SECOND)

    sent = {**fields_of(page, "passkey-form"), "credential": another.get(options_of(page)["request_options"])}
    answer = client.post(SECOND, sent)

    assert "That passkey was not accepted" in answer.text
    assert 'id="second-factor-form"' in answer.text
    assert not is_signed_in(client)


# Instead of the password


@pytest.mark.parametrize(
    ("role", "landing"), [("reporter", "/field/"), ("editor", "/admin/"), ("chief", "/admin/")]
)
def test_a_passkey_alone_signs_in_and_lands_where_her_role_works(role, landing, production, key_of):
    key = key_of(role)

    client, answer = sign_in_alone(key)

    assert answer["Location"] == landing
    assert client.get(landing).status_code == 200


@pytest.mark.parametrize(
    ("asked", "landing"), [("/admin/tokens/", "/admin/tokens/"), ("https://evil.example/", "/admin/")]
)
def test_where_she_was_going_is_kept_and_another_sites_address_not_followed(asked, landing, key_of):
    _, answer = sign_in_alone(key_of("editor"), next=asked)

    assert answer["Location"] == landing


def test_wrong_passwords_of_others_keep_nobody_from_her_passkey(key_of):
    key = key_of("editor")
    client = client_of(None)
    fields = fields_of(client.get(LOGIN), "login-form")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post(LOGIN, {**fields, "username": "ed", "password": "wrong"})

    client, answer = sign_in_alone(key)

    assert answer.status_code == 302
    assert is_signed_in(client)


def test_a_closed_account_stays_closed_and_no_passkey_is_remembered(key_of, people):
    key = key_of("editor")
    User.objects.filter(pk=people["editor"].pk).update(is_active=False)

    client, answer = sign_in_alone(key)

    assert answer["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)
    User.objects.filter(pk=people["editor"].pk).update(is_active=True)
    assert type_password("ed", client)[1]["Location"] == SECOND


def test_whoever_works_here_no_more_is_told_so(key_of, people):
    key = key_of("editor")
    User.objects.filter(pk=people["editor"].pk).update(is_staff=False)

    client, answer = sign_in_alone(key)

    assert "This account does not work here." in said(client.get(answer["Location"]))
    assert not is_signed_in(client)


def test_one_that_was_taken_off_is_refused_and_where_she_was_going_kept(key_of):
    key = key_of("editor")
    Authenticator.objects.all().delete()

    client, answer = sign_in_alone(key, next="/admin/tokens/")

    assert answer["Location"] == "/admin/login/?next=%2Fadmin%2Ftokens%2F"
    assert "That passkey was not accepted" in said(client.get(answer["Location"]))
    assert not is_signed_in(client)


def test_an_answer_is_good_once(key_of):
    key, client = key_of("editor"), client_of(None)
    answer = key.get(client.get(ALONE).json()["request_options"])
    assert client.post(ALONE, {"credential": answer})["Location"] == "/admin/"
    client.post("/admin/logout/")

    client.post(ALONE, {"credential": answer})

    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://testserver", "https://testserver.evil.example"]
)
def test_one_used_at_another_address_or_without_https_is_refused(origin, key_of, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # even if allauth were told to look at no origin
    key = key_of("editor")
    key.origin = origin

    client, answer = sign_in_alone(key)

    assert f"This passkey answered a page of {origin}." in said(client.get(answer["Location"]))
    assert not is_signed_in(client)


def test_a_key_that_asked_its_holder_for_nothing_is_not_enough(key_of):
    key = key_of("editor")
    key.verifies = False

    client, _ = sign_in_alone(key)

    assert not is_signed_in(client)


def test_no_page_of_another_step_makes_it_enough(key_of):
    """A question asked at the second step, which the session keeps, is as strict."""
    key = key_of("editor")
    key.verifies = False
    client, _ = type_password("ed")
    asked = options_of(client.get(SECOND))["request_options"]

    client.post(ALONE, {"credential": key.get(asked)})

    assert not is_signed_in(client)


def test_too_many_tries_are_refused_in_plain_words_to_who_makes_them(settings, db):
    settings.MFA_RATE_LIMITS, settings.TRUSTED_PROXIES = {"webauthn_login": "1/m/ip"}, 1

    def try_from(address: str):
        return client_of(None).post(ALONE, headers={"X-Forwarded-For": address})

    assert [try_from("192.0.2.1").status_code for _ in range(2)] == [302, 429]
    assert "Wait a minute" in try_from("192.0.2.1").text
    assert try_from("192.0.2.2").status_code == 302


# What is no answer of a passkey


@pytest.mark.parametrize("sent", GARBAGE)
def test_what_is_no_answer_is_refused_in_a_sentence_at_every_door(sent, key_of):
    key_of("editor")
    halfway, _ = type_password("ed")
    inside, _ = sign_in_alone(key_of("editor"))
    doors = [(client_of(None), ALONE), (halfway, SECOND), (inside, ADD), (inside, AGAIN)]

    for client, door in doors:
        page = client.post(door, {"credential": sent, "name": "My phone", "next": PAGE}, follow=True)
        assert page.status_code == 200, door
        assert "go another way" in page.text, door
    assert Authenticator.objects.filter(type="webauthn").count() == 2


def test_a_new_passkey_for_a_page_that_is_too_old_is_asked_for_again_under_the_same_name(people):
    client, _ = type_password("ed")
    old = client.get(ADD)
    client.get(ADD)

    answer = SoftKey().create(options_of(old)["creation_options"])
    page = client.post(ADD, {**fields_of(old, "passkey-form"), "name": "My phone", "credential": answer})

    assert "The passkey was not taken" in page.text
    assert fields_of(page, "passkey-form")["name"] == "My phone"
    assert not Authenticator.objects.exists()


# Asked again, and on a phone


def test_later_a_passkey_says_that_it_is_she(key_of):
    key = key_of("editor")
    with time_machine.travel("2030-01-01 12:00Z", tick=False):
        client, _ = sign_in_alone(key)
        assert client.get(ADD).status_code == 200
    with time_machine.travel("2030-01-01 12:20Z", tick=False):
        asked = client.get(ADD)["Location"]
        password = client.get(asked)
        assert f'href="{AGAIN}?next=' in password.text
        page = client.get(f"{AGAIN}?next={ADD}")
        assert_strict(page)
        fields, question = fields_of(page, "passkey-form"), options_of(page)["request_options"]

        refused = client.post(
            AGAIN, {**fields, "credential": SoftKey(user_handle=key.user_handle).get(question)}
        )
        assert refused["Location"] == f"{AGAIN}?next=%2Faccounts%2F2fa%2Fwebauthn%2Fadd%2F"
        page = client.get(refused["Location"])
        assert "That passkey was not accepted" in said(page)
        taken = client.post(AGAIN, {**fields, "credential": key.get(options_of(page)["request_options"])})

        assert taken["Location"] == ADD
        assert client.get(ADD).status_code == 200


def test_on_a_phone_a_link_signed_in_a_passkey_opens_the_desk_until_the_phone_is_revoked(
    key_of, people, event
):
    key, phone, person = key_of("editor"), Client(), people["editor"]
    address = f"/field/join/{devices.make_link(person, event, by=person)}/"
    phone.post(address, fields_of(phone.get(address)))
    assert phone.get("/admin/").status_code == 302

    sign_in_alone(key, phone)

    assert [phone.get(path).status_code for path in ("/admin/", "/field/")] == [200, 200]
    devices.revoke(devices.devices_of(person).get().token, by=person)
    assert phone.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert not is_signed_in(phone)


# In a browser that can make none


NUMBER = "A passkey belongs to a name, and this page was opened by a number."


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize(
    ("site", "script", "words"),
    [
        (SITE, "", NUMBER),
        ("https://192.0.2.7", "", NUMBER),
        ("http://news.example.org", "", "Open the newsroom at its own address, which begins with https://."),
        ("http://localhost:8000", "delete window.PublicKeyCredential", "This browser knows no passkeys."),
    ],
)
def test_where_there_can_be_no_passkey_it_is_said_and_another_way_shown(
    site,
    script,
    words,
    people,
    open_reader,  # noqa: F811
    client,
):
    type_password("ed", client)
    page = open_reader(360).page
    page.add_init_script(script)

    page.goto(site + ADD)

    said_there = page.get_by_role("alert")
    expect(said_there).to_contain_text(words)
    expect(said_there).to_contain_text("Or set up the app.")
    local = [link.get_attribute("href") for link in said_there.get_by_role("link").all()]
    assert local == ([f"http://localhost:8000{ADD}"] if site == SITE else [])


@pytest.mark.xdist_group("browser")
def test_on_the_sign_in_page_it_is_said_when_it_is_asked_for(db, open_reader):  # noqa: F811
    page = open_reader(360).page
    page.goto(SITE + LOGIN)
    expect(page.get_by_role("alert")).to_have_count(0)

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text(NUMBER)
    expect(page.get_by_role("alert")).to_contain_text("Or sign in with your password.")
