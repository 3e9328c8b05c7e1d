"""A browser follows an event, leaves it, moves: what it has to send, and what we take from nobody."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.following import followers, notices
from coverage.following.models import Follower, Look
from coverage.following.services import is_push_service, public_key
from coverage.publishing import programme
from coverage.record.models import EventHead
from newsroom.environment import PUSH_SERVICES

FOLLOW = "/events/summit/follow/"


@pytest.fixture
def send(client):
    def make(path: str, body, kind: str = "application/json", **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(path, body, content_type=kind, headers=headers)

    return make


def test_the_page_offers_it_while_there_is_something_to_come(client, event, service):
    page = client.get("/events/summit/").text

    assert f'data-address="{FOLLOW}"' in page
    assert f'data-address="{FOLLOW}"' not in client.get("/embed/events/summit/").text
    programme.end(event, by=None)
    assert f'data-address="{FOLLOW}"' not in client.get("/events/summit/").text


def test_the_page_offers_nothing_without_a_push_service(client, event, settings):
    settings.PUSH_SERVICES = []

    assert FOLLOW not in client.get("/events/summit/").text


def test_it_gives_the_key_to_subscribe_with(client, event, service):
    assert client.get(FOLLOW).json() == {"key": public_key()}
    assert len(public_key()) == 87


def test_a_subscription_is_kept_once_with_its_newest_keys(event, service, send):
    browser, again = service.browser(), service.browser()

    first = send(FOLLOW, browser.subscription())
    second = send(FOLLOW, again.subscription())

    assert (first.status_code, second.status_code) == (204, 204)
    assert first["Cache-Control"] == "private, no-store"
    assert first.cookies == {}
    row = Follower.objects.get()
    assert (row.endpoint, row.p256dh) == (browser.endpoint, again.keys["p256dh"])
    assert row.p256dh != browser.keys["p256dh"]


def test_one_tap_leaves(event, service, send):
    send(FOLLOW, service.browser("one").subscription())
    send(FOLLOW, service.browser("two").subscription())

    answers = [send(f"{FOLLOW}leave/", {"endpoint": service.browser().endpoint}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert Follower.objects.get().endpoint == service.browser("two").endpoint


def test_it_leaves_one_event_and_follows_the_other(event, make_event, service, send):
    programme.announce(make_event("other"), by=None)
    for path in (FOLLOW, "/events/other/follow/"):
        send(path, service.browser().subscription())

    send(f"{FOLLOW}leave/", {"endpoint": service.browser().endpoint})

    assert Follower.objects.get().head.slug == "other"


def test_a_browser_that_moves_is_followed_in_all_events(event, make_event, service, send):
    programme.announce(make_event("other"), by=None)
    old, new = service.browser("old"), service.browser("new")
    send(FOLLOW, old.subscription())
    send("/events/other/follow/", old.subscription())
    send(FOLLOW, new.subscription())

    answer = send("/push/moved/", {"old": old.endpoint, **new.subscription()})

    assert answer.status_code == 204
    rows = [(row.head.slug, row.endpoint) for row in Follower.objects.all()]
    assert sorted(rows) == [("other", new.endpoint), ("summit", new.endpoint)]


def test_new_keys_at_the_same_address_are_kept(event, service, send):
    browser, again = service.browser(), service.browser()
    send(FOLLOW, browser.subscription())

    answer = send("/push/moved/", {"old": browser.endpoint, **again.subscription()})

    assert answer.status_code == 204
    assert Follower.objects.get().p256dh == again.keys["p256dh"]


def test_an_event_that_is_over_takes_none(event, service, send):
    programme.end(event, by=None)

    answer = send(FOLLOW, service.browser().subscription())

    assert answer.status_code == 409
    assert answer.json()["detail"] == "This event is over: there is nothing to be told of any more."
    assert answer["Content-Type"] == "application/problem+json"


def test_a_draft_answers_like_an_event_that_never_was(make_event, service, send, client):
    make_event("draft")

    for path in ("follow/", "follow/leave/"):
        draft, nothing = (send(f"/events/{slug}/{path}", {}) for slug in ("draft", "nothing"))
        assert draft.status_code == nothing.status_code == 404
        assert draft.content == nothing.content


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"\xff\xfe", "body"),
        (b"[]", "body"),
        (b"{" + b" " * 9000 + b"}", "body"),
        ({}, "endpoint"),
        ({"endpoint": 7}, "endpoint"),
        ({"endpoint": "here"}, "p256dh"),
        ({"endpoint": "here", "keys": []}, "p256dh"),
        ({"endpoint": "here", "keys": {"p256dh": "x"}}, "auth"),
        ({"endpoint": "he\0re", "keys": {"p256dh": "x", "auth": "y"}}, "endpoint"),
    ],
)
def test_what_is_no_subscription_is_refused_by_name(event, service, send, body, field):
    answer = send(FOLLOW, body)

    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {field}
    assert not Follower.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": "https://elsewhere.example/push"}, "endpoint"),
        ({"endpoint": "x" * 2000}, "endpoint"),
        ({"p256dh": "A" * 87}, "p256dh"),
        ({"p256dh": "é"}, "p256dh"),
        ({"p256dh": "!" * 20}, "p256dh"),
        ({"p256dh": "A" * 5000}, "p256dh"),
        ({"auth": "AAAA"}, "auth"),
        ({"auth": "?"}, "auth"),
    ],
)
def test_what_no_push_could_be_sent_to_is_refused(event, service, send, change, field):
    browser = service.browser()
    given = {"endpoint": browser.endpoint, **browser.keys, **change}

    answer = send(FOLLOW, {"endpoint": given.pop("endpoint"), "keys": given})

    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {field}


def test_another_sites_form_cannot_send_one(event, service, send):
    assert send(FOLLOW, service.browser().subscription(), kind="text/plain").status_code == 400
    assert not Follower.objects.exists()


@pytest.mark.parametrize(
    ("endpoint", "is_one"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:def", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=abc", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/fcm/send/abc", False),
        ("https://somebody@fcm.googleapis.com/", False),
        ("https://fcm.googleapis.com.elsewhere.example/", False),
        ("https://elsewhere.example/#fcm.googleapis.com", False),
        ("https://push.apple.com.elsewhere.example/", False),
        ("https://evilpush.apple.com/", False),
        ("https://127.0.0.1/", False),
        ("https://[", False),
        ("https://evil.example\\.push.apple.com/x", False),
        ("https://evil.example\\@fcm.googleapis.com/", False),
        ("https://fcm.googleapis.com/a b", False),
        ("https://fcm.googleapis.com/\n", False),
        ("https://fcm.googleapis.com", False),
        ("https://évil.push.apple.com/", False),
        ("//fcm.googleapis.com/", False),
        ("", False),
    ],
)
def test_only_push_services_are_ever_asked(settings, endpoint, is_one):
    settings.PUSH_SERVICES = PUSH_SERVICES

    assert is_push_service(endpoint) is is_one


def test_one_line_cannot_fill_the_table(event, service, send, monkeypatch):
    monkeypatch.setattr(followers, "FROM_ONE_LINE", 2)
    for name in ("one", "two"):
        send(FOLLOW, service.browser(name).subscription())

    refused = send(FOLLOW, service.browser("three").subscription())
    repeated = send(FOLLOW, service.browser("two").subscription())

    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert repeated.status_code == 204
    assert Follower.objects.count() == 2


def test_where_it_came_from_is_a_hash_and_forgotten_within_the_hour(event, service, send):
    send(FOLLOW, service.browser().subscription())
    assert "127.0.0.1" not in Follower.objects.get().sender
    assert len(Follower.objects.get().sender) == 64

    notices.forget(at=timezone.now() + timedelta(minutes=61))

    assert Follower.objects.get().sender == ""


def test_an_event_that_is_over_forgets_who_followed_it_the_day_after(event, service, send):
    send(FOLLOW, service.browser().subscription())
    programme.end(event, by=None)

    assert notices.forget(at=timezone.now() + timedelta(hours=23)) == 0
    assert notices.forget(at=timezone.now() + timedelta(hours=25)) == 1
    assert not Follower.objects.exists()
    assert not Look.objects.exists()


def test_what_nobody_follows_is_not_looked_at(event, service, send):
    send(FOLLOW, service.browser().subscription())
    followers.leave(EventHead.objects.get(slug="summit"), service.browser().endpoint)

    notices.forget(at=timezone.now())

    assert not Look.objects.exists()


def test_the_worker_answers_for_every_page(client, db):
    answer = client.get("/push-worker.js")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "max-age=0" in answer["Cache-Control"]
    assert b"notificationclick" in answer.content
