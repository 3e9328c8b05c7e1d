"""Wrong passwords are counted for the address our own proxies saw, never for one that somebody wrote."""

import pytest
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.test import RequestFactory

from tests.coverage.desk.pages import client_of, fields_of

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, None, PROXY),
        (0, "198.51.100.7", PROXY),  # nobody of ours wrote it
        (1, None, PROXY),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "192.0.2.1, 198.51.100.7", "198.51.100.7"),  # the left one is the sender's own invention
        (1, "192.0.2.1,2001:db8::7", "2001:db8::7"),
        (2, "192.0.2.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "198.51.100.7", "198.51.100.7"),
        (1, "192.0.2.1, unknown", PROXY),
        (1, "192.0.2.1, ", PROXY),
    ],
)
def test_who_is_counted(proxies, forwarded, seen, settings):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY)

    assert get_client_ip_address(request) == seen


def test_a_socket_without_an_address_is_nobodys():
    assert get_client_ip_address(RequestFactory().get("/", REMOTE_ADDR="")) is None


def test_changing_the_header_does_not_escape_the_count(people, settings):
    settings.TRUSTED_PROXIES = 1
    client = client_of(None)
    fields = fields_of(client.get("/admin/login/"), "login-form")
    typed = {**fields, "username": "rosa", "password": "wrong"}

    for number in range(settings.AXES_FAILURE_LIMIT):
        forged = f"192.0.2.{number}, 198.51.100.7"
        response = client.post("/admin/login/", typed, headers={"X-Forwarded-For": forged})

    assert response.status_code == 429
    assert AccessAttempt.objects.get().ip_address == "198.51.100.7"
