"""The hub is told of what changed, of nothing else, and again if it was not there."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone

from coverage.following.hub import tell_hub
from coverage.following.models import HubNotice
from coverage.publishing import programme

SITE = "http://127.0.0.1:8000"
FEEDS = [f"{SITE}/events/summit/feed.atom", f"{SITE}/events/summit/feed.json"]


@pytest.fixture
def hub(service, settings):
    settings.WEBSUB_HUB = f"{service.origin}/hub"
    return service


def look(seconds: int = 0) -> int:
    return tell_hub(at=timezone.now() + timedelta(seconds=seconds))


def topics(hub) -> list[str]:
    """What the hub was told changed, in order."""
    told = [dict(parse_qsl(one.body.decode())) for one in hub.sent]
    assert all(form["hub.mode"] == "publish" and form["hub.url"] == form["hub.topic"] for form in told)
    return [form["hub.topic"] for form in told]


def test_it_is_told_of_both_feeds_once_a_change(event, release, hub):
    release(event)
    assert look() == 1
    assert look() == 0
    assert topics(hub) == FEEDS

    release(event)
    assert look() == 1
    assert topics(hub) == FEEDS * 2


def test_a_draft_and_a_rehearsal_are_not_told(make_event, hub):
    make_event("draft")
    programme.announce(make_event("rehearsal", rehearsal=True), by=None)

    assert look() == 0
    assert hub.sent == []


def test_a_hub_that_is_down_is_told_later(event, release, hub):
    release(event)
    hub.answers["/hub"] = (503, {})
    assert (look(), look(5)) == (0, 0)
    assert len(hub.sent) == 1
    hub.answers.clear()

    assert look(15) == 1
    assert topics(hub) == [FEEDS[0], *FEEDS]
    assert HubNotice.objects.get().tries == 0


def test_a_hub_that_says_when_is_asked_then(event, hub):
    hub.answers["/hub"] = (429, {"Retry-After": "120"})
    look()
    hub.answers.clear()

    assert (look(110), look(130)) == (0, 1)


def test_a_hub_that_is_not_there_costs_no_error(event, hub, settings, caplog):
    settings.WEBSUB_HUB = "http://127.0.0.1:9/hub"

    assert look() == 0
    assert "the hub was not told of summit" in caplog.text


def test_a_redirect_is_not_followed(event, hub):
    hub.answers["/hub"] = (307, {"Location": f"{hub.origin}/elsewhere"})

    assert look() == 0
    assert {one.path for one in hub.sent} == {"/hub"}


def test_without_a_hub_nothing_is_asked_and_no_feed_names_one(
    client, event, settings, django_assert_num_queries
):
    settings.WEBSUB_HUB = ""

    with django_assert_num_queries(0):
        assert look() == 0
    for feed in ("feed.atom", "feed.json"):
        answer = client.get(f"/events/summit/{feed}")
        assert "hub" not in answer.text
        assert "Link" not in answer


def test_feeds_say_where_to_subscribe(client, event, hub):
    address = f"{hub.origin}/hub"

    atom, json_feed = (client.get(f"/events/summit/{feed}") for feed in ("feed.atom", "feed.json"))

    assert f'<link rel="hub" href="{address}"/>' in atom.text
    assert json_feed.json()["hubs"] == [{"type": "WebSub", "url": address}]
    for answer, own in zip((atom, json_feed), FEEDS, strict=True):
        assert answer["Link"] == f'<{address}>; rel="hub", <{own}>; rel="self"'


def test_a_rehearsals_feeds_name_no_hub(client, make_event, hub):
    programme.announce(make_event("rehearsal", rehearsal=True), by=None)

    assert "Link" not in client.get("/events/rehearsal/feed.atom")


@pytest.mark.parametrize("count", [1, 3])
def test_a_look_without_news_is_two_queries(event, make_event, hub, django_assert_num_queries, count):
    for number in range(count - 1):
        programme.announce(make_event(f"event-{number}"), by=None)
    assert look() == count

    with django_assert_num_queries(2):
        look()
