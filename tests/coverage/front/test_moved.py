"""Old addresses lead on."""

import pytest

from coverage.publishing import amending
from coverage.record.models import EventHead, MovedAddress
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved():
    """A post that went from one event to another."""
    post = factories.make_published(factories.make_event(slug="summit"), by=factories.make_editor())
    factories.make_event(slug="forum")
    return amending.move(post, by=factories.make_editor(), event="forum")


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_moved_post_is_found_at_its_old_address(method, moved, client):
    answer = getattr(client, method)(f"/events/summit/posts/{moved.public_id}/")

    assert answer.status_code == 301
    assert answer["Location"] == f"/events/forum/posts/{moved.public_id}/"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert client.get(answer["Location"]).status_code == 200


def test_what_was_asked_for_there_is_led_along(client):
    event = factories.make_event(slug="summit")
    MovedAddress.objects.create(
        old="/events/top/", new="/events/summit/", head=EventHead.objects.get(desk_id=event.pk)
    )

    answer = client.get("/events/top/?at=abc&order=oldest")

    assert answer["Location"] == "/events/summit/?at=abc&order=oldest"


def test_the_old_event_loses_it_and_the_new_one_has_it(moved, client):
    assert moved.public_id not in client.get("/events/summit/").text
    assert f'id="post-{moved.public_id}"' in client.get("/events/forum/").text


@pytest.mark.parametrize("path", ["/events/summit/posts/nothing000/", "/speakers/nobody/", "/nowhere/"])
def test_what_never_was_is_not_found(path, moved, client):
    assert client.get(path).status_code == 404


def test_a_page_that_is_there_is_not_led_away(moved, client):
    MovedAddress.objects.create(old="/events/forum/", new="/events/summit/")

    assert client.get("/events/forum/").status_code == 200
