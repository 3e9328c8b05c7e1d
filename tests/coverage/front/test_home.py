"""The home page: live, coming and past events, each in its place."""

import re
from datetime import timedelta

import pytest

from coverage.front import home
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


def test_older_events_are_on_further_pages_each_with_its_own_address(client, event, make_event, monkeypatch):
    monkeypatch.setattr(home, "PAST", 2)
    for number in range(5):
        past = make_event(f"e{number}", title=f"Event {number}", starts_at=STARTS - timedelta(days=number))
        programme.announce(past, by=None)
        programme.end(past, by=None)

    pages = [client.get(f"/?page={number}").text for number in (1, 2, 3)]

    found = [re.findall(r'href="/events/(e\d)/"', page) for page in pages]
    assert found == [["e0", "e1"], ["e2", "e3"], ["e4"]]
    assert ["The Summit" in page for page in pages] == [True, False, False]
    assert [re.search('rel="canonical" href="(.*?)"', page)[1] for page in pages] == [
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000/?page=2",
        "http://127.0.0.1:8000/?page=3",
    ]
    assert 'rel="next" href="?page=2"' in pages[0]
    assert 'rel="next"' not in pages[2]
