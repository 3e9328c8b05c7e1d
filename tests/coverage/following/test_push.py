"""Key events reach the browsers that asked for them: once, while they are news, and nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.following import followers, push
from coverage.following.models import Follower, Notice
from coverage.following.notices import note
from coverage.following.sending import turn
from coverage.following.services import public_key
from coverage.publishing import amending, filing, programme, publication
from coverage.record.models import EventHead, Release
from tests.coverage.front.summit import released

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def head(event) -> EventHead:
    return EventHead.objects.get(slug=event.slug)


@pytest.fixture
def follow(service):
    def make(head, name: str = "one"):
        browser = service.browser(name)
        followers.follow(head, browser.endpoint, **browser.keys, address="192.0.2.1")
        return browser

    return make


def look(seconds: int = 0) -> int:
    return push.push_key_events(at=timezone.now() + timedelta(seconds=seconds))


def titles(service, browser) -> list[str]:
    return [message["title"] for message in service.told(browser)]


def test_a_key_event_reaches_who_follows(event, head, release, follow, service):
    browser = follow(head)
    post = released(release(event, headline="Doors open", key_event=True))

    assert look() == 1

    assert service.told(browser) == [
        {
            "title": "Doors open",
            "body": "The Summit",
            "tag": f"post-{post.public_id}",
            "url": f"{SITE}/events/summit/?at={post.public_id}#post-{post.public_id}",
            "lang": "en-gb",
            "leave": {"title": "Stop telling me", "url": f"{SITE}/events/summit/follow/leave/"},
        }
    ]


def test_it_is_signed_and_kept_for_an_hour_at_most(event, head, release, follow, service):
    follow(head)
    post = released(release(event, headline="Doors open", key_event=True))
    look()

    [sent] = service.sent
    assert sent.signer == public_key()
    assert sent.claims["aud"] == service.origin
    assert sent.claims["sub"] == "mailto:newsroom@127.0.0.1"
    assert sent.headers["content-encoding"] == "aes128gcm"
    assert (sent.headers["ttl"], sent.headers["topic"]) == ("3600", post.public_id)
    assert b"Doors" not in sent.body


def test_nobody_is_told_of_anything_else(event, head, release, follow, service, chief, make_event):
    browser = follow(head)
    release(event, headline="An ordinary post")
    filing.create_post(event, by=chief, headline="A draft", key_event=True)
    look()

    assert service.told(browser) == []


def test_who_follows_another_event_is_not_told(event, head, release, follow, service, make_event):
    other = make_event("other", title="The other")
    programme.announce(other, by=None)
    browser = follow(EventHead.objects.get(slug="other"))
    follow(head, "two")
    release(event, headline="Doors open", key_event=True)

    assert look() == 1
    assert service.told(browser) == []


def test_it_is_told_once_however_often_it_is_looked_corrected_or_marked(
    event, head, release, follow, service, chief
):
    browser = follow(head)
    post = release(event, headline="Doors open", key_event=True)
    look()
    look()
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Wide.</p>")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="They were open.")
    look()
    for marked in (False, True):
        filing.update_post(publication.post_by_id(post.pk), by=chief, key_event=marked)
        publication.publish(publication.post_by_id(post.pk), by=chief)
        look()

    assert titles(service, browser) == ["Doors open"]


def test_a_post_marked_later_is_told_then(event, head, release, follow, service, chief):
    browser = follow(head)
    post = release(event, headline="More than it seemed")
    look()

    filing.update_post(publication.post_by_id(post.pk), by=chief, key_event=True)
    publication.publish(publication.post_by_id(post.pk), by=chief)
    look()

    assert titles(service, browser) == ["More than it seemed"]


def test_who_comes_later_is_not_told_of_what_was(event, head, release, follow, service):
    first = follow(head)
    release(event, headline="Before", key_event=True)
    look()
    second = follow(head, "two")
    release(event, headline="After", key_event=True)
    look()

    assert titles(service, first) == ["Before", "After"]
    assert titles(service, second) == ["After"]


def test_what_was_withdrawn_meanwhile_is_not_told(event, head, release, follow, service, chief):
    browser = follow(head)
    post = release(event, headline="canary", key_event=True)
    release(event, headline="Doors open", key_event=True)
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Wrong.")
    look()

    assert titles(service, browser) == ["Doors open"]


def test_what_is_withdrawn_later_goes_from_the_screens_it_reached(
    event, head, release, follow, service, chief
):
    told = follow(head)
    post = release(event, headline="canary", key_event=True)
    look()
    late = follow(head, "late")
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Wrong.")
    look()

    assert titles(service, told) == ["canary", "This was withdrawn"]
    assert len({message["tag"] for message in service.told(told)}) == 1
    assert len({sent.headers["topic"] for sent in service.sent}) == 1
    assert titles(service, late) == []


def test_a_title_corrected_within_the_hour_is_told_in_the_same_place(
    event, head, release, follow, service, chief
):
    browser = follow(head)
    post = release(event, headline="Doors open", key_event=True)
    look()
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Other words.</p>")
    publication.publish(publication.post_by_id(post.pk), by=chief)
    look()
    assert titles(service, browser) == ["Doors open"]

    filing.update_post(publication.post_by_id(post.pk), by=chief, headline="Doors shut")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="They were shut.")
    look()

    assert titles(service, browser) == ["Doors open", "Doors shut"]
    assert len({message["tag"] for message in service.told(browser)}) == 1


def test_what_happened_long_ago_is_no_news_however_late_it_is_entered(event, head, release, follow, service):
    browser = follow(head)
    release(event, headline="Of March", key_event=True, minute=1)
    look()

    assert service.told(browser) == []


def test_a_key_event_that_moves_is_told_where_it_is(event, head, release, follow, service, chief, make_event):
    programme.announce(other := make_event("other", title="The other"), by=None)
    programme.open_event(other, by=None)
    here, there = follow(head), follow(EventHead.objects.get(slug="other"), "there")
    post = release(event, headline="Doors open", key_event=True)
    note(at=timezone.now())
    amending.move(publication.post_by_id(post.pk), by=chief, event="other")
    look()

    assert service.told(here) == []
    assert [message["body"] for message in service.told(there)] == ["The other"]


def test_one_worker_at_a_time_does_it(event, head, release, follow, service):
    follow(head)
    release(event, headline="Doors open", key_event=True)
    with turn("push", 90, at=timezone.now()) as is_mine:
        assert is_mine
        assert look() == 0

    assert look() == 1


def test_a_service_that_is_none_any_more_is_not_asked(event, head, release, follow, service, settings):
    follow(head)
    release(event, headline="Doors open", key_event=True)
    settings.PUSH_SERVICES = ["push.example"]

    assert look() == 0
    assert service.sent == []


def test_what_was_withdrawn_before_a_second_try_is_not_told(event, head, release, follow, service, chief):
    browser = follow(head)
    service.answers["/push/one"] = (503, {})
    post = release(event, headline="canary", key_event=True)
    look()
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Wrong.")
    del service.answers["/push/one"]
    service.sent.clear()

    assert look(60) == 1
    assert service.told(browser) == []
    assert look(120) == 0


def test_after_a_long_silence_only_the_newest_are_told(event, head, release, follow, service):
    browser = follow(head)
    for number in range(5):
        release(event, headline=f"Number {number}", key_event=True)
    look()

    assert titles(service, browser) == ["Number 2", "Number 3", "Number 4"]


def test_old_news_is_none(event, head, release, follow, service):
    browser = follow(head)
    release(event, headline="Doors open", key_event=True)

    assert look(2 * 3600) == 0
    assert service.told(browser) == []


def test_a_backfilled_record_with_a_new_epoch_tells_nothing(event, head, release, follow, service):
    browser = follow(head)
    look()
    release(event, headline="Doors open", key_event=True)
    EventHead.objects.filter(pk=head.pk).update(epoch="abcdef")
    look()

    assert service.told(browser) == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_left_is_forgotten(event, head, release, follow, service, status):
    follow(head)
    service.answers["/push/one"] = (status, {})
    release(event, headline="Doors open", key_event=True)

    assert look() == 0
    assert not Follower.objects.exists()


@pytest.mark.parametrize("status", [429, 500, 503, 400, 403, 301])
def test_a_service_that_fails_is_asked_again_later(event, head, release, follow, service, status):
    browser = follow(head)
    service.answers["/push/one"] = (status, {"Location": f"{service.origin}/push/two"})
    release(event, headline="Doors open", key_event=True)

    assert look() == 0
    assert look(5) == 0
    assert len(service.sent) == 1
    del service.answers["/push/one"]
    assert look(15) == 1
    assert titles(service, browser)[-1] == "Doors open"
    assert {one.path for one in service.sent} == {"/push/one"}
    assert Follower.objects.get().tries == 0


def test_the_service_says_when(event, head, release, follow, service):
    follow(head)
    service.answers["/push/one"] = (429, {"Retry-After": "300"})
    release(event, headline="Doors open", key_event=True)
    look()
    service.answers.clear()

    assert look(290) == 0
    assert look(310) == 1


def test_one_that_never_answers_is_given_up_and_keeps_nobody_waiting(event, head, release, follow, service):
    follow(head, "dead")
    Follower.objects.update(endpoint="http://127.0.0.1:9/push/dead", tries=push.GIVEN_UP - 1)
    alive = follow(head, "alive")
    release(event, headline="Doors open", key_event=True)

    assert look() == 1
    assert titles(service, alive) == ["Doors open"]
    assert [one.endpoint for one in Follower.objects.all()] == [alive.endpoint]


def test_one_that_cannot_be_told_keeps_the_others_from_nothing(event, head, release, follow, service, caplog):
    follow(head, "broken")
    Follower.objects.update(p256dh="nonsense")
    alive = follow(head, "alive")
    release(event, headline="Doors open", key_event=True)

    assert look() == 1
    assert titles(service, alive) == ["Doors open"]
    assert "could not be told" in caplog.text
    assert Follower.objects.get(p256dh="nonsense").tries == 1


def test_one_that_another_worker_took_is_left_to_it(event, head, release, follow, service):
    follow(head)
    release(event, headline="Doors open", key_event=True)
    Follower.objects.update(next_at=timezone.now() + push.LEASE)

    assert look() == 0
    assert look(push.LEASE.seconds + 1) == 1


def test_more_than_a_round_of_browsers_are_all_told(event, head, release, follow, service, monkeypatch):
    monkeypatch.setattr(push, "AT_ONCE", 2)
    browsers = [follow(head, str(number)) for number in range(5)]
    release(event, headline="Doors open", key_event=True)

    assert look() == 5
    assert [titles(service, browser) for browser in browsers] == [["Doors open"]] * 5


def test_without_services_nothing_is_asked(event, head, release, follow, service, settings):
    follow(head)
    release(event, headline="Doors open", key_event=True)
    settings.PUSH_SERVICES = []

    assert look() == 0
    assert public_key() == ""


@pytest.mark.parametrize("changes", [1, 3])
def test_a_look_without_news_is_three_queries(
    event, head, release, follow, service, django_assert_num_queries, changes
):
    for number in range(changes):
        follow(head, str(number))
        release(event, key_event=True)
    look()

    with django_assert_num_queries(3):
        look()


def test_a_title_that_is_long_fits_a_message(event, head, release, follow, service):
    browser = follow(head)
    release(event, f"<p>{'Lööng words. ' * 400}</p>", headline="ö" * 200, key_event=True)
    look()

    [message] = service.told(browser)
    assert message["title"] == "ö" * 149 + "…"
    assert len(service.sent[0].body) <= 4096


def test_notices_and_followers_name_only_the_record(event, head, release, follow, service):
    follow(head)
    release(event, headline="Doors open", key_event=True)
    look()

    for model in (Follower, Notice):
        tables = {field.related_model._meta.app_label for field in model._meta.fields if field.related_model}
        assert tables == {"record"}
    assert Release.objects.filter(public_id=Notice.objects.get().public_id).exists()
