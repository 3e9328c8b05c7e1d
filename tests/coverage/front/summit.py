"""An event as readers meet it: announced, live, with posts released through the one door."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from coverage.models import Appearance, Event, Keynote, Organisation, Post, Speaker
from coverage.publishing import filing, programme, publication
from coverage.record.models import ReleasedPost
from newsroom.editorial.people import User

STARTS = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def chief(db) -> User:
    return User.objects.create_superuser("chief", "chief@example.org", "a password", byline="Ada Chief")


@pytest.fixture
def make_event(db) -> Callable[..., Event]:
    def make(slug: str = "summit", **columns) -> Event:
        given = {"title": "The Summit", "time_zone": "Europe/Paris", "starts_at": STARTS, "city": "Paris"}
        return Event.objects.create(slug=slug, **{**given, **columns})

    return make


@pytest.fixture
def event(make_event) -> Event:
    """Live, with two keynotes, one of them sponsored, and a speaker who appears by video."""
    event = make_event()
    acme = Organisation.objects.create(slug="acme", name="Acme")
    vera = Speaker.objects.create(slug="vera-k", name="Vera K.", job_title="Engineer", organisation=acme)
    opening = Keynote.objects.create(
        event=event, slug="opening", title="Opening words", order=1, starts_at=STARTS, room="Hall 1"
    )
    Keynote.objects.create(event=event, slug="paid", title="A word from Acme", order=2, sponsor=acme)
    Appearance.objects.create(keynote=opening, speaker=vera, by_video=True)
    programme.announce(event, by=None)
    programme.open_event(event, by=None)
    return event


@pytest.fixture
def release(chief) -> Callable[..., Post]:
    """Files and releases a post; `minute` says when it happened, counted from the start."""

    def make(
        event: Event, body: str = "<p>Something happened.</p>", minute: int | None = None, **fields
    ) -> Post:
        if minute is not None:
            fields["happened_at"] = STARTS + timedelta(minutes=minute)
        post = filing.create_post(event, by=chief, body=body, **fields)
        return publication.publish(post, by=chief)

    return make


def release_everything(release, event: Event, *images: dict, body: str = "", **changed) -> Post:
    """A post that holds every kind of thing: a link, a list, a keynote with its sponsor, quotes, and these pictures."""
    vera = Speaker.objects.get(slug="vera-k")
    fields = {
        "headline": "Everything",
        "minute": 1,
        "key_event": True,
        "keynote": Keynote.objects.get(slug="paid"),
        "speakers": [vera],
        "quotes": [
            {"speaker": vera, "text": "Yes.", "verbatim": True},
            {"attribution": "a guest", "text": "no"},
        ],
        "images": list(images),
    }
    words = body or "<p>Words <a href='https://example.org/'>there</a>.</p><ul><li>One</li></ul>"
    return release(event, words, **{**fields, **changed})


def released(post: Post) -> ReleasedPost:
    return ReleasedPost.objects.get(desk_id=post.pk)


def address(post: Post) -> str:
    return f"/events/{post.event.slug}/posts/{post.public_id}/"
