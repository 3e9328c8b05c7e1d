"""Phones at an event: links made for whom the editor may, shown once as a code and to copy, and phones revoked."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coverage.desk import qr
from coverage.models import Assignment, Device, JoinLink
from coverage.publishing import devices
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, open_form, said


@pytest.fixture
def phones(event) -> str:
    return reverse("admin:coverage_event_phones", args=[event.pk])


def sign_in(person: User, event=None) -> devices.SignedIn:
    secret = devices.make_link(person, event, by=person)
    return devices.sign_in(secret, form="one", name="Safari on iPhone", address="192.0.2.1")


def address_in(response) -> str:
    return re.search(r'<code id="link">http://127.0.0.1:8000(\S+)</code>', response.content.decode())[1]


def test_an_editor_makes_a_link_that_is_shown_once(desk, phones, people):
    made = desk.post(phones, {"link": people["reporter"].pk})

    address, shown = address_in(made), made.content.decode()
    assert "A link for Rosa Lind" in shown
    assert '<svg class="qr"' in shown
    assert "no-store" in made["Cache-Control"]
    assert b"Sign in as Rosa Lind" in Client().get(address).content
    later = desk.get(phones).content.decode()
    assert address not in later
    assert "Withdraw the link of Rosa Lind" in later
    assert address.split("/")[-2] not in str(AuditRow.objects.values())


def test_the_code_is_an_svg_that_a_strict_policy_lets_stand():
    drawn = qr.svg("https://news.example.org/field/join/abc/", label='A "code"')

    assert drawn.count("M") > 300
    assert 'aria-label="A &quot;code&quot;"' in drawn
    assert "style" not in drawn
    size = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])
    xs = [int(x) for x in re.findall(r"M(\d+) ", drawn)]
    assert (min(xs), max(xs)) == (qr.QUIET, size - 1 - qr.QUIET)


def test_the_event_s_page_leads_there_for_editors_alone(desk, hers, event, phones):
    assert f'href="{phones}"' in desk.get(change_url(event)).content.decode()
    assert phones not in hers.get(change_url(event)).content.decode()


@pytest.mark.parametrize(
    ("role", "answer"), [("reporter", 403), ("editor", 200), ("chief", 200), ("anonymous", 302)]
)
def test_page_answers_each_role(role, answer, people, phones):
    client = client_of(people[role])

    assert client.get(phones).status_code == answer
    assert client.post(phones, {"revoke": "x"}).status_code in (302, 403)


def test_each_sees_whom_she_may_sign_in(people, event, phones):
    factories.assign(people["editor"], event)
    factories.assign(people["chief"], event)

    listed = {
        role: re.findall(r"Make a link for ([^\"]+)", client_of(people[role]).get(phones).content.decode())
        for role in ("editor", "chief")
    }

    assert listed == {"editor": ["ed", "pia", "Rosa Lind"], "chief": ["carla", "ed", "pia", "Rosa Lind"]}


def test_for_nobody_else_is_a_link_made(desk, phones, people):
    stranger = factories.make_person()

    answers = [desk.post(phones, {"link": key}) for key in (people["chief"].pk, stranger.pk, "9" * 30)]

    assert [answer.status_code for answer in answers[:2]] == [404, 404]
    assert not JoinLink.objects.exists()


def test_a_link_is_withdrawn_from_the_page(desk, phones, people):
    address = address_in(desk.post(phones, {"link": people["reporter"].pk}))

    response = desk.post(phones, {"withdraw": JoinLink.objects.get().pk}, follow=True)

    assert "Withdrawn: nobody signs in with that link." in said(response)
    assert Client().get(address).status_code == 410
    assert AuditRow.objects.filter(verb="withdraw link").count() == 1


def test_a_phone_is_revoked_from_the_page(desk, phones, people):
    phone = sign_in(people["reporter"])
    assert "last seen" in desk.get(phones).content.decode()

    response = desk.post(phones, {"revoke": phone.token.pk}, follow=True)

    assert "Revoked: that phone is signed out." in said(response)
    assert not Device.objects.exists()
    assert "signed out already, or moved" in said(desk.post(phones, {"revoke": phone.token.pk}, follow=True))


def test_no_editor_revokes_a_chief_s_phone(desk, phones, people):
    phone = sign_in(people["chief"])

    desk.post(phones, {"revoke": phone.token.pk})

    assert Device.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_people_and_phones(
    count, desk, phones, event, people, django_assert_num_queries
):
    for _ in range(count):
        person = factories.make_person()
        factories.assign(person, event)
        sign_in(person, event)
        devices.make_link(person, event, by=people["editor"])
    desk.get(phones)

    with django_assert_num_queries(10):
        desk.get(phones)


def test_she_makes_a_link_for_her_own_phone(hers, people):
    tokens = "/admin/tokens/"
    made = hers.post(tokens, {**fields_of(hers.get(tokens), "join-form"), "join": "1"})

    phone, address = Client(HTTP_USER_AGENT="iPhone Safari/604.1"), address_in(made)
    phone.post(address, fields_of(phone.get(address)))

    assert phone.get("/field/").status_code == 200
    listed = hers.get(tokens).content.decode()
    assert "Safari on iPhone" in listed
    hers.post(tokens, {"revoke": Device.objects.get().pk})
    assert phone.get("/field/").status_code == 302


def test_a_chief_sees_and_revokes_phones_on_the_person_s_page(people):
    chief_desk, rosa = client_of(people["chief"]), people["reporter"]
    phone = sign_in(rosa)
    User.objects.filter(pk=rosa.pk).update(email="rosa@example.org")
    assert "Revoke Safari on iPhone" in chief_desk.get(change_url(rosa)).content.decode()

    form = {**open_form(chief_desk, rosa), "_person": f"revoke-phone:{phone.token.pk}"}
    response = chief_desk.post(change_url(rosa), form, follow=True)

    assert "Saved, and that phone is signed out." in said(response)
    assert not Device.objects.exists()
    assert AuditRow.objects.get(verb="revoke token").person_name == "carla"


def test_a_guest_s_invitation_is_shown_and_prolonged(desk, hers, event, phones, people):
    guest = people["reporter"]
    event.starts_at = event.ends_at = datetime.datetime(2026, 3, 1, 10, tzinfo=datetime.UTC)
    event.save()
    assert "Prolong" not in desk.get(phones).content.decode()
    Assignment.objects.filter(person=guest, event=event).update(guest=True)
    before = desk.get(phones).content.decode()

    refused = hers.post(phones, {"prolong": guest.pk})
    pressed = desk.post(phones, {"prolong": guest.pk}, follow=True)

    assert "ended on 3 Mar, 1" in before
    assert refused.status_code in (403, 404)
    assert said(pressed).startswith("Rosa Lind reaches this event until ")
    assert "ended on" not in pressed.content.decode()
    assert Assignment.objects.get(person=guest, event=event).guest_until > timezone.now()


def test_a_guest_needs_an_event_that_ends(desk, event, people):
    event.ends_at = None
    event.save()
    fields = open_form(desk, event)
    row = next(
        name
        for name, value in fields.items()
        if name.endswith("-person") and value == str(people["reporter"].pk)
    )

    response = desk.post(change_url(event), {**fields, row.replace("-person", "-guest"): "on"})

    assert "Say when the event ends first" in response.content.decode()
    assert not Assignment.objects.filter(guest=True).exists()
