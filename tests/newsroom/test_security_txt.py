"""Whoever finds a weakness is told whom to tell, or the newsroom is told that nobody is named."""

from datetime import UTC, datetime

import pytest

from newsroom.checks import somebody_can_be_told
from tests.newsroom.test_environment import settings_with

PATH = "/.well-known/security.txt"
SHOW = "from django.conf import settings as s; print(s.SECURITY_CONTACT, s.SECURITY_TXT_EXPIRES)"


@pytest.fixture
def named(settings):
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    settings.SECURITY_TXT_EXPIRES = datetime(2099, 6, 30, 23, 59, 59, tzinfo=UTC)
    return settings


def test_it_says_whom_to_tell_and_until_when(client, named):
    answer = client.get(PATH)

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        "Contact: mailto:security@example.org",
        "Expires: 2099-06-30T23:59:59Z",
        "Preferred-Languages: en",
        f"Canonical: {named.PUBLIC_URL}{PATH}",
    ]
    assert somebody_can_be_told() == []


def test_without_a_contact_there_is_none_and_a_check_says_so(client, db):
    assert client.get(PATH).status_code == 404
    assert somebody_can_be_told()[0].msg == f"{PATH} names nobody, and is not served."


def test_one_that_is_out_of_date_is_not_served_and_a_check_says_so(client, db, named):
    named.SECURITY_TXT_EXPIRES = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)

    assert client.get(PATH).status_code == 404
    assert somebody_can_be_told()[0].msg == f"{PATH} was good until 2026-01-31, and is not served."


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ("security@example.org", "mailto:security@example.org"),
        ("https://example.org/tell-us", "https://example.org/tell-us"),
    ],
)
def test_a_contact_is_an_address(tmp_path, given, contact):
    shown = settings_with(tmp_path, code=SHOW, SECURITY_CONTACT=given, SECURITY_TXT_EXPIRES="2027-06-30")

    assert shown.stdout == f"{contact} 2027-06-30 23:59:59+00:00\n"


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"SECURITY_CONTACT": "a@example.org"}, "set both or neither"),
        ({"SECURITY_TXT_EXPIRES": "2027-06-30"}, "set both or neither"),
        ({"SECURITY_CONTACT": "us", "SECURITY_TXT_EXPIRES": "2027-06-30"}, "SECURITY_CONTACT is 'us'"),
        (
            {
                "SECURITY_CONTACT": "https://e.example/\nHiring: https://evil.example/",
                "SECURITY_TXT_EXPIRES": "2027-06-30",
            },
            "an address that begins with https://",
        ),
    ],
)
def test_a_contact_that_is_none_stops_the_start(tmp_path, variables, sentence):
    shown = settings_with(tmp_path, code=SHOW, **variables)

    assert shown.returncode != 0
    assert sentence in shown.stderr
