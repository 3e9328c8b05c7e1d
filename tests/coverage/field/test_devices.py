"""Her phones: seen, named and revoked by herself; signing out of one ends its token."""

import datetime
import re

import pytest
from django.utils import timezone
from knox.models import AuthToken

from coverage.models import Device
from coverage.publishing import devices
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from tests.coverage.field.phone import Phone, fields_of

PAGE = "/field/devices/"


def joined(person: User) -> Phone:
    """A phone that a link of her own signed in."""
    phone, link = Phone(), f"/field/join/{devices.make_link(person, None, by=person)}/"
    phone.send({**fields_of(phone.open(link), button="join"), "action": "join"}, link)
    return phone


@pytest.fixture
def first(reporter) -> Phone:
    return joined(reporter)


@pytest.fixture
def second(first, reporter) -> Phone:
    return joined(reporter)


def test_she_sees_her_phones_and_which_she_holds(first, second, publishing_phone):
    shown = second.open(PAGE).content.decode()

    assert (shown.count("Revoke"), shown.count("Revoke and sign out")) == (3, 1)
    assert '<h2 id="h-1">Phone 2 <span>this phone</span></h2>' in shown
    assert "No phone of yours" in publishing_phone.open(PAGE).content.decode()


def test_the_field_leads_there(first):
    assert 'href="/field/devices/"' in first.open("/field/").content.decode()


def test_she_names_one(first, reporter):
    digest = devices.devices_of(reporter).get().pk

    done = first.send({"rename": digest, f"name-{digest}": "The red one"}, PAGE, follow=True)
    refused = first.send({"rename": digest, f"name-{digest}": " "}, PAGE)

    assert "It has its new name." in done.content.decode()
    assert (refused.status_code, b"Give it a name" in refused.content) == (400, True)
    assert str(devices.devices_of(reporter).get()) == "The red one"


def test_she_revokes_the_other_one(first, second, reporter):
    lost = devices.devices_of(reporter).get(token__named__name="Phone")

    done = second.send({"revoke": lost.pk}, PAGE, follow=True)

    assert "That phone is signed out." in done.content.decode()
    assert (first.open().status_code, second.open().status_code) == (302, 200)
    again = second.send({"revoke": lost.pk}, PAGE)
    assert (again.status_code, b"signed out already" in again.content) == (410, True)


def test_revoking_the_one_she_holds_signs_her_out(first, reporter):
    first.send({"revoke": devices.devices_of(reporter).get().pk}, PAGE)

    assert first.open(PAGE)["Location"] == "/admin/login/?next=/field/devices/"


def test_nobody_sees_or_revokes_anothers(first, reporter, publishing_phone):
    digest = devices.devices_of(reporter).get().pk

    answers = [publishing_phone.send({name: digest}, PAGE) for name in ("revoke", "rename")]

    assert [answer.status_code for answer in answers] == [410, 404]
    assert Device.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_phones(count, reporter, django_assert_num_queries):
    phone = [joined(reporter) for _ in range(count)][-1]

    with django_assert_num_queries(4):
        phone.open(PAGE)


def test_signing_out_ends_the_token_of_the_phone_she_holds_and_no_other(first, second, reporter):
    response = second.send({}, "/field/sign-out/")

    assert response["Location"] == "/admin/login/?next=/field/"
    assert [str(device) for device in devices.devices_of(reporter)] == ["Phone"]
    assert (first.open().status_code, second.open().status_code) == (200, 302)
    assert AuditRow.objects.get(verb="revoke token").note == "Phone 2"


def test_signing_out_of_a_session_with_a_password_ends_no_token(phone, first):
    phone.send({}, "/field/sign-out/")

    assert phone.open().status_code == 302
    assert Device.objects.count() == 1


def test_an_old_form_revokes_nothing_and_comes_back(first, reporter):
    strict = Phone(enforce_csrf_checks=True)
    strict.client.cookies = first.client.cookies

    response = strict.send(
        {"revoke": devices.devices_of(reporter).get().pk}, PAGE, HTTP_ORIGIN="http://testserver"
    )

    assert response.status_code == 200
    assert Device.objects.count() == 1


def link_on(page: str) -> str:
    """The path of the link that a page shows."""
    return re.search(r'id="link">[^<]*?(/field/join/[^<]+)<', page).group(1)


def test_she_signs_in_the_app_on_the_phone_she_holds(reporter):
    browser = Phone(reporter)
    opened = browser.send({"link": "here"}, PAGE, follow=True)
    link = opened.redirect_chain[-1][0]
    browser.send({**fields_of(opened, button="join"), "action": "join"}, link)

    assert "Sign in as" in opened.content.decode()
    assert [str(phone) for phone in devices.devices_of(reporter)] == ["Phone"]
    assert "this phone" in browser.open(PAGE).content.decode()


def test_she_makes_a_link_for_another_phone_and_both_stay(reporter):
    browser, other = Phone(reporter), Phone()
    shown = browser.send({"link": "there"}, PAGE).content.decode()
    link = link_on(shown)
    other.send({**fields_of(other.open(link), button="join"), "action": "join"}, link)

    assert '<svg class="qr"' in shown
    assert (browser.open().status_code, other.open().status_code) == (200, 200)


def test_a_phone_that_a_link_signed_in_is_moved_by_another(first, reporter):
    AuthToken.objects.update(expiry=timezone.now() + datetime.timedelta(days=3))
    app, before = Phone(), devices.devices_of(reporter).get()
    link = link_on(first.send({"link": "there"}, PAGE).content.decode())
    joining = {**fields_of(app.open(link), button="join"), "action": "join"}
    app.send(joining, link)
    again = app.send(joining, link)

    assert (first.open().status_code, app.open().status_code) == (302, 200)
    assert again.status_code == 200
    after = devices.devices_of(reporter).get()
    assert (after.pk != before.pk, str(after)) == (True, str(before))
    assert abs(after.token.expiry - before.token.expiry) < datetime.timedelta(seconds=1)


def test_the_link_of_a_phone_that_was_revoked_is_none(first, reporter):
    link = link_on(first.send({"link": "there"}, PAGE).content.decode())
    devices.revoke(devices.devices_of(reporter).get().token, by=reporter)

    assert Phone().open(link).status_code == 404
