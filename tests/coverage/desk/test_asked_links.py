"""A link to choose a password is written so often and no more, and who asks is told the same."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from coverage.desk import invitations
from coverage.desk.asked_links import FOR_ONE_ADDRESS, FROM_ONE_LINE, WINDOW, admit
from coverage.models import AskedLink
from tests import factories
from tests.coverage.desk.pages import client_of, fields_of

pytestmark = pytest.mark.django_db
HALL, HOME = "192.0.2.7", "2001:db8::7"


@pytest.fixture
def rosa():
    return factories.make_person(username="rosa", email="rosa@example.org")


def _ask(address: str) -> tuple[int, str]:
    client: Client = client_of(None)
    fields = fields_of(client.get("/admin/password_reset/"))
    answer = client.post("/admin/password_reset/", {**fields, "email": address}, follow=True)
    invitations.mailing.submit(lambda: None).result()  # after what was there before
    return answer.status_code, answer.redirect_chain


@pytest.mark.parametrize("typed", ["rosa@example.org", "ROSA@example.org"])
def test_one_address_gets_three_and_the_answer_stays_the_same(typed, rosa, caplog):
    first = [_ask("rosa@example.org") for _ in range(FOR_ONE_ADDRESS)]

    with caplog.at_level(logging.WARNING):
        more = _ask(typed)

    assert {one[0] for one in first} == {200}
    assert more == first[0]
    assert len(mail.outbox) == FOR_ONE_ADDRESS
    assert "asked for too often" in caplog.text
    assert "rosa" not in caplog.text.lower()


def test_one_line_asks_twenty_times_for_whomever():
    now = timezone.now()
    asked = [admit(f"{n}@example.org", sender=HALL, at=now) for n in range(FROM_ONE_LINE + 1)]

    assert asked == [True] * FROM_ONE_LINE + [False]
    assert admit("20@example.org", sender=HOME, at=now)
    assert AskedLink.objects.count() == FROM_ONE_LINE + 1


def test_an_ipv6_line_is_its_64():
    now = timezone.now()
    asked = [admit(f"{n}@example.org", sender=f"2001:db8::{n:x}", at=now) for n in range(FROM_ONE_LINE + 1)]

    assert asked[-1] is False


def test_an_hour_later_there_is_room_and_nothing_of_it_is_kept():
    now = timezone.now()
    for _ in range(FOR_ONE_ADDRESS):
        assert admit("rosa@example.org", sender=HALL, at=now)

    assert not admit("rosa@example.org", sender=HOME, at=now + WINDOW - timedelta(seconds=1))
    assert admit("rosa@example.org", sender=HOME, at=now + WINDOW)
    assert AskedLink.objects.count() == 1


def test_so_many_mails_wait_and_one_more_is_logged(rosa, caplog):
    for _ in range(invitations.WAITING):
        assert invitations.places.acquire(blocking=False)
    try:
        said = _ask("rosa@example.org")
    finally:
        invitations.places.release(invitations.WAITING)

    assert said[0] == 200
    assert mail.outbox == []
    assert f"{invitations.WAITING} wait for the mail server" in caplog.text
    assert _ask("rosa@example.org") == said
    assert len(mail.outbox) == 1
