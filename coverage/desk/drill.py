"""The withdrawal drill: a post of its own is published, met by readers, withdrawn, and timed until it is gone.

Places are asked over HTTP at PUBLIC_URL as a reader asks, with whatever stands in front of the newsroom. What does not
answer is not gone.
"""

import io
import secrets
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image as Drawing
from PIL import ImageDraw

from coverage.desk.surfaces import surfaces_of
from coverage.models import Event, Keynote, Post
from coverage.publishing import filing, programme, publication
from coverage.publishing.head import head_of
from coverage.publishing.life import clear_rehearsal
from coverage.record.models import ReleasedPicture, ReleasedPost
from media import ingest
from media.models import Image, ImageState
from newsroom.editorial.errors import WrongState
from newsroom.editorial.people import User
from newsroom.editorial.states import EventState

OWN = "withdrawal-drill"  # the slug of the rehearsal it makes itself
IMAGE = uuid.UUID("5d6a2d0c-4a55-5c1e-9b2f-7d1f6a0c9e41")
PUBLISHED_WITHIN = 60.0  # seconds: a worker may have to make the picture first
GONE_WITHIN = 5.0  # seconds a shared cache may keep what was withdrawn
EVERY = 0.05  # seconds between two looks
# No proxy of this machine's stands between the drill and the newsroom.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Place:
    """An address at which readers could meet the post. `expected`: a rehearsal's post must be there."""

    title: str
    path: str
    expected: bool


@dataclass(frozen=True)
class Gone:
    """How many seconds after the withdrawal began a place was without the post; None: it was not in time."""

    place: Place
    seconds: float | None


@dataclass(frozen=True)
class Fixture:
    """The post of a drill. `marks`: an answer that has one of them shows it."""

    post: Post
    marks: tuple[str, ...]


def ask(path: str) -> tuple[int, bytes]:
    """Status and body a reader gets; 0 if nothing answers within ten seconds."""
    try:
        with _opener.open(settings.PUBLIC_URL + path, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, b""
    except OSError:
        return 0, b""


def answers() -> bool:
    """Whether a newsroom runs at PUBLIC_URL."""
    return ask("/livez")[0] == 200


def rehearsal(by: User) -> Event:
    """The drill's own rehearsal, empty and open, with one keynote. Raises as the verbs do."""
    event, _ = Event.objects.get_or_create(
        slug=OWN, defaults={"title": "Withdrawal drill", "rehearsal": True, "time_zone": "UTC"}
    )
    if head_of(event).state != EventState.DRAFT:  # a drill before this one was killed
        clear_rehearsal(event, by=by)
    Keynote.objects.get_or_create(event=event, slug="drill", defaults={"title": "Drill"})
    programme.announce(event, by=by)
    programme.open_event(event, by=by)
    return event


def publish_fixture(event: Event, *, by: User) -> Fixture:
    """Publishes a post with a picture of the drill's own, in the first keynote readers know.

    Raises WrongState for an event in earnest or not announced, and what the verbs raise.
    """
    if not event.rehearsal:
        raise WrongState("This event is in earnest: a drill needs a rehearsal.")
    word, image = f"drill{secrets.token_hex(6)}", picture(by)
    keynote = event.keynotes.filter(held=False, cancelled_at=None).order_by("order", "id").first()
    with transaction.atomic():  # refused, it leaves no draft behind
        post = filing.create_post(
            event,
            by=by,
            headline="A drill: this post will be withdrawn",
            body=f"<p>Nothing happened. {word}</p>",
            keynote=keynote,
            outside_keynote=keynote is None,
            speakers=[one.speaker for one in keynote.appearances.filter(held=False)] if keynote else [],
            images=[{"image": image, "caption": ""}],
        )
        post = publication.publish(publication.post_by_id(post.pk), by=by)
    marks = (f"post-{post.public_id}", f"/posts/{post.public_id}/", word)
    return Fixture(publication.post_by_id(post.pk), marks)


def picture(by: User) -> Image:
    """The drill's picture, the same in every drill."""
    known = Image.objects.filter(pk=IMAGE).exclude(state=ImageState.AWAITED).first()
    if known:
        return known
    drawing = Drawing.new("RGB", (1280, 800), "#b0361b")
    ImageDraw.Draw(drawing).ellipse((440, 200, 840, 600), outline="#faf7f1", width=40)
    file = io.BytesIO()
    drawing.save(file, "JPEG", quality=88)
    upload = ContentFile(file.getvalue(), name="drill.jpg")
    texts = {"credit": "Newsroom", "alt_text": "A white ring on red, drawn for a drill."}
    return ingest.receive(upload, image_id=IMAGE, by=by, **texts)


def places_of(post: Post) -> list[Place]:
    """Where the desk looks after a withdrawal, then what only a reader's browser asks for: pages' news and files.

    A rehearsal is unlisted: of the pages about all events none has to have it.
    """
    row = ReleasedPost.objects.select_related("head").get(desk_id=post.pk)
    event = f"/events/{row.head.slug}/"
    listed = {surface.url: surface.title for surface in surfaces_of(post)}
    listed |= {event: "Event page, first page", f"{event}updates.json?after={row.seq - 1}": "Updates"}
    shown = ReleasedPicture.objects.filter(post=row)
    files = [source["url"] for one in shown for source in one.sources]
    listed |= {path: f"Picture {path.rpartition('/')[2]}" for path in files}
    return [
        Place(
            title,
            path,
            expected=path.startswith((event, f"/embed{event}", "/oembed/", "/api/", "/pictures/")),
        )
        for path, title in listed.items()
    ]


def wait_for_files(post: Post, *, seconds: float = PUBLISHED_WITHIN) -> bool:
    """Whether readers have its picture within so many seconds, with all files there will be."""
    shown = ReleasedPicture.objects.filter(post__desk_id=post.pk).exclude(folder="")

    def all_are_out() -> bool:
        image = Image.objects.get(pk=IMAGE)
        return image.state == ImageState.READY and shown.filter(edition=image.edition).exists()

    return _until(all_are_out, seconds) is not None


def seen_at(places: list[Place], marks: tuple[str, ...], *, seconds: float = 10) -> list[Place]:
    """The places that have the post: where it is expected after so many seconds at most, elsewhere now."""

    def is_seen(place: Place) -> bool:
        return _until(lambda: shows(place, marks), seconds if place.expected else 0) is not None

    with ThreadPoolExecutor(len(places) or 1) as pool:
        return [place for place, seen in zip(places, pool.map(is_seen, places), strict=True) if seen]


def time_until_gone(
    places: list[Place], marks: tuple[str, ...], *, since: float, seconds: float = GONE_WITHIN
) -> list[Gone]:
    """Asks all places at once, again and again; `since` is the monotonic time at which the withdrawal began."""

    def wait(place: Place) -> Gone:
        left = max(0.0, since + seconds - time.monotonic())
        moment = _until(lambda: is_gone(place, marks), left)
        return Gone(place, None if moment is None else moment - since)

    with ThreadPoolExecutor(len(places) or 1) as pool:
        return list(pool.map(wait, places))


def shows(place: Place, marks: tuple[str, ...]) -> bool:
    """Whether a reader gets the post there, or the file: a picture's address has nothing else."""
    status, body = ask(place.path)
    return status == 200 and _holds(place, body, marks)


def is_gone(place: Place, marks: tuple[str, ...]) -> bool:
    """Whether there is an answer, and it is without the post."""
    status, body = ask(place.path)
    return status in (404, 410) or (status == 200 and not _holds(place, body, marks))


def _holds(place: Place, body: bytes, marks: tuple[str, ...]) -> bool:
    return place.path.startswith("/pictures/") or any(mark.encode() in body for mark in marks)


def _until(condition: Callable[[], bool], seconds: float) -> float | None:
    """The monotonic time at which it came true; None: it did not. It is asked once at least."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return None
        time.sleep(EVERY)
    return time.monotonic()
