"""What a link opens and what not: the field, no page of the desk, and nothing once the phone is revoked."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coverage.publishing import devices
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.desk.pages import fields_of

pytestmark = pytest.mark.any_database

CLOSED = ("/admin/", "/admin/tokens/", "/admin/password_change/", "/admin/coverage/post/", "/accounts/2fa/")


def join(person: User, event) -> Client:
    client, secret = Client(), devices.make_link(person, event, by=person)
    page = client.get(f"/field/join/{secret}/")
    client.post(f"/field/join/{secret}/", fields_of(page))
    return client


@pytest.fixture(params=["reporter", "editor", "chief"])
def person(request, people):
    return people[request.param]


@pytest.fixture
def phone(person, event) -> Client:
    return join(person, event)


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("factor", ["none needed", "missing", "held"])
def test_no_page_of_the_desk_opens(path, factor, phone, person, settings):
    settings.STAFF_SECOND_FACTOR = factor != "none needed"
    if factor == "held":
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})

    answer = phone.get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith(("/admin/login/", "/accounts/login/"))
    assert phone.post(path, {"name": "Mine"})["Location"].startswith(("/admin/login/", "/accounts/login/"))
    assert not devices.AuthToken.objects.filter(device=None).exists()


@pytest.mark.parametrize("factor", [False, True])
def test_the_field_opens_without_a_second_factor(factor, phone, settings):
    settings.STAFF_SECOND_FACTOR = factor

    assert phone.get("/field/").status_code == 200


def test_the_sign_in_page_asks_for_a_password_and_then_the_desk_opens(phone, person):
    page = phone.get("/admin/login/?next=/admin/")
    typed = {"username": person.username, "password": factories.PASSWORD}

    phone.post("/admin/login/?next=/admin/", {**fields_of(page, "login-form"), **typed})

    assert phone.get("/admin/").status_code == 200
    assert phone.get("/field/").status_code == 200


def test_with_a_password_a_missing_factor_is_asked_for_in_the_field_too(phone, person, settings):
    page = phone.get("/admin/login/?next=/field/")
    typed = {"username": person.username, "password": factories.PASSWORD}
    phone.post("/admin/login/?next=/field/", {**fields_of(page, "login-form"), **typed})
    settings.STAFF_SECOND_FACTOR = True

    assert [phone.get(path)["Location"] for path in ("/admin/", "/field/")] == ["/accounts/2fa/"] * 2


@pytest.mark.parametrize("signs_in", [False, True])
def test_a_revoked_phone_is_signed_out_whatever_was_typed_on_it(signs_in, phone, person):
    if signs_in:
        page = phone.get("/admin/login/?next=/admin/")
        typed = {"username": person.username, "password": factories.PASSWORD}
        phone.post("/admin/login/?next=/admin/", {**fields_of(page, "login-form"), **typed})

    devices.revoke(devices.devices_of(person).get().token, by=person)

    assert phone.get("/field/")["Location"] == "/admin/login/?next=/field/"
    assert phone.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert "_auth_user_id" not in phone.session


def test_other_phones_and_browsers_of_hers_stay(phone, person, event, client):
    other = join(person, event)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    devices.revoke(devices.devices_of(person).order_by("token__created").first().token, by=person)

    assert [one.get("/field/").status_code for one in (phone, other, client)] == [302, 200, 200]


def test_a_new_password_ends_the_links_that_would_sign_in_another(person):
    secret = devices.make_link(person, None, by=person)

    person.set_password("another long password")
    person.save()

    with pytest.raises(devices.LinkOver):
        devices.link_named(secret, address="192.0.2.1")


def test_a_new_password_ends_the_phones_session(phone, person):
    person.set_password("another long password")
    person.save()

    assert phone.get("/field/").status_code == 302


def test_a_deactivated_person_s_phone_opens_nothing(phone, person):
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert phone.get("/field/").status_code == 302


def test_readers_pages_ask_for_no_session(phone):
    assert "Cookie" not in phone.get("/").headers.get("Vary", "")


def test_a_page_of_the_field_costs_one_query_more_on_such_a_phone(phone, person, event, client):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/field/filings/?event={event.slug}"

    counts = []
    for browser in (client, phone):
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        counts.append(len(queries))

    assert counts[1] == counts[0] + 1
