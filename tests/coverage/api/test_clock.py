import datetime

import pytest
import time_machine

from coverage.models import Post

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2024, 3, 20, 10, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("clock", "happened", "kept"),
    [
        # The clock is right, or as right as the way allows.
        ("2024-03-20T10:00:00Z", "2024-03-20T09:30:00Z", "2024-03-20T09:30:00Z"),
        ("2024-03-20T09:59:58Z", "2024-03-20T09:30:00Z", "2024-03-20T09:30:00Z"),
        # Seven minutes fast, five slow, an hour wrong by its zone.
        ("2024-03-20T10:07:00Z", "2024-03-20T09:37:00Z", "2024-03-20T09:30:00Z"),
        ("2024-03-20T09:55:00Z", "2024-03-20T09:25:00Z", "2024-03-20T09:30:00Z"),
        ("2024-03-20T10:00:00+01:00", "2024-03-20T09:30:00+01:00", "2024-03-20T09:30:00Z"),
        ("2024-03-19T10:00:00Z", "2024-03-19T09:30:00Z", "2024-03-20T09:30:00Z"),
        (None, "2024-03-20T09:37:00Z", "2024-03-20T09:37:00Z"),
    ],
)
def test_the_time_it_happened_is_corrected_by_the_clocks_error(clock, happened, kept, event, phone, address):
    headers = {"Client-Time": clock} if clock else {}

    answer = phone.put(address, {"event": "kubecon", "happened_at": happened}, **headers).json()

    assert answer["happened_at"] == kept


def test_a_clock_more_than_a_day_wrong_corrects_nothing_and_is_said(event, phone, address):
    headers = {"Client-Time": "1970-01-01T00:00:10Z"}

    refused = phone.put(address, {"event": "kubecon", "happened_at": "1970-01-01T00:00:00Z"}, **headers)
    filed = phone.put(address, {"event": "kubecon", "body": "<p>x</p>"}, **headers)

    assert refused.status_code == 400
    assert "clock is more than a day wrong" in refused.json()["errors"]["happened_at"][0]
    assert filed.status_code == 201


@pytest.mark.parametrize("clock", ["noon", "2024-03-20T10:00:00", ""])
def test_a_clock_that_cannot_be_read_is_refused(clock, event, phone, address):
    response = phone.put(address, {"event": "kubecon"}, **{"Client-Time": clock})

    assert list(response.json()["errors"]) == ["Client-Time"]
    assert not Post.objects.exists()


def test_null_is_the_time_of_release(event, phone, address):
    phone.put(address, {"event": "kubecon", "happened_at": "2024-03-20T09:00:00Z"})

    answer = phone.put(address, {"happened_at": None}, **{"Client-Time": "2024-03-20T10:07:00Z"}).json()

    assert answer["happened_at"] is None
