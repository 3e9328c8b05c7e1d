"""The home page: live, coming and past events, each in its place."""

import re
from datetime import timedelta

import pytest

from coverage.publishing import programme
from tests.coverage.front.summit import STARTS, released


def test_events_stand_under_their_state(client, event, make_event):
    programme.announce(make_event("next", title="The Next"), by=None)
    programme.announce(past := make_event("last", title="The Last"), by=None)
    programme.end(past, by=None)

    page = client.get("/").content.decode()
    places = [
        page.index(text)
        for text in ("Live now", "The Summit", "Coming", "The Next", "Past events", "The Last")
    ]

    assert places == sorted(places)


def test_events_without_a_day_stand_last(client, make_event):
    for slug, starts_at in (("some-day", None), ("next", STARTS), ("later", STARTS + timedelta(days=9))):
        programme.announce(make_event(slug, starts_at=starts_at), by=None)

    links = re.findall(r'<h3><a href="/events/(.*?)/">', client.get("/").content.decode())

    assert links == ["next", "later", "some-day"]


def test_past_events_without_a_day_stand_last(client, make_event):
    for slug, starts_at in (("one-day", None), ("last", STARTS), ("before", STARTS - timedelta(days=9))):
        programme.announce(event := make_event(slug, starts_at=starts_at), by=None)
        programme.end(event, by=None)

    links = re.findall(r'<h3><a href="/events/(.*?)/">', client.get("/").content.decode())

    assert links == ["last", "before", "one-day"]


def test_live_event_shows_its_latest_posts(client, event, release):
    for number in range(5):
        release(event, headline=f"Headline {number}", minute=number)

    page = client.get("/").content.decode()

    assert [number for number in range(5) if f"Headline {number}" in page] == [2, 3, 4]


def test_newsroom_without_events_says_so(client, db):
    assert "No event has been announced yet." in client.get("/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_is_constant(client, make_event, release, django_assert_num_queries, count):
    for number in range(count):
        programme.announce(event := make_event(f"live-{number}", starts_at=STARTS), by=None)
        programme.open_event(event, by=None)
        assert released(release(event)).head.is_live

    with django_assert_num_queries(5):
        client.get("/")
