"""Turns a parsed live-blog page into an event with posts in time order and pictures awaited."""

import datetime
import hashlib
import html
import re
import uuid
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from coverage.interchange.liveblog import MissingFact, ParsedLiveBlog, ParsedPost, days_later
from coverage.models import Event, Post
from coverage.publishing import filing, programme, publication, review
from coverage.publishing.head import head_of
from coverage.publishing.release import PLACES
from media import ingest
from media.models import Image, ImageState
from newsroom.editorial.audit import write_audit
from newsroom.editorial.states import EventState, PostState

NAMESPACE = uuid.UUID("6f0f6a52-6f0b-5d0c-9a5c-0d1a8d6b9b5e")
# Abbreviations that mean one offset wherever they are printed (minutes east of UTC).
OFFSETS = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "BST": 60,
    "WET": 0,
    "WEST": 60,
    "CET": 60,
    "CEST": 120,
    "EET": 120,
    "EEST": 180,
    "EST": -300,
    "EDT": -240,
    "PST": -480,
    "PDT": -420,
}
PRINTED_OFFSET = re.compile(r"(?:UTC|GMT)([+-])(\d{1,2}?):?(\d{2})?")


@dataclass
class Imported:
    """What an import made, and what of the page's posts is left to a person, whichever run made them."""

    event: Event
    event_made: bool = False
    posts_made: int = 0
    posts_known: int = 0
    published: int = 0
    awaited: list[Image] = field(default_factory=list)
    undescribed: int = 0  # pictures that have their bytes and no alternative text
    unpublished: int = 0


@transaction.atomic
def import_page(
    page: ParsedLiveBlog,
    event: Event,
    *,
    zone_of_times: zoneinfo.ZoneInfo | None = None,
    publish: bool = False,
    progress: Callable[[list], Iterable] = iter,
) -> Imported:
    """Makes what is not there yet, in one transaction: a post has an id made of the event and its words.

    `event` may be unsaved. `zone_of_times`: where the printed times are from; None: as printed, else the event's.
    `publish` announces a draft event and releases this page's posts that still wait, without pictures that lack
    credit or alternative text until they are complete; an event it announced is ended if its date is past.
    Raises MissingFact for a time zone it cannot know; an EditorialError if the verbs refuse.
    """
    done = Imported(event, event_made=event.pk is None)
    # First of all: it may ask, and this comes again with an event that must not look as if it were saved.
    moments = resolve_times(page, event.zone, zone_of_times)
    if done.event_made:
        event.starts_at = datetime.datetime.combine(page.date, datetime.time(), tzinfo=event.zone)
        event.full_clean()
        event.save()
        write_audit("import", event, by=None)
    seen: Counter[str] = Counter()
    position = _position_at(datetime.datetime.combine(page.date, datetime.time(), tzinfo=event.zone)) - 1
    made: list[Post] = []
    ids: list[uuid.UUID] = []
    for parsed, moment in zip(page.posts, moments, strict=True):
        position = max(position + 1, _position_at(moment)) if moment else position + 1
        post_id = _post_id(event, parsed, seen)
        ids.append(post_id)
        known = Post.objects.filter(pk=post_id).first()
        if known:
            position = max(position, known.position or 0)
            done.posts_known += 1
            continue
        while Post.objects.filter(event=event, position=position).exists():
            position += 1
        made.append(_make_post(event, post_id, parsed, moment, position))
    done.posts_made = len(made)
    for post in made:
        review.submit(post, by=None)
    if publish:
        done.published = _publish(event, page.date, ids, progress)
    _note_what_is_left(done, ids)
    return done


def _note_what_is_left(done: Imported, ids: list[uuid.UUID]) -> None:
    posts = Post.objects.filter(pk__in=ids)
    images = Image.objects.filter(post_images__post__in=posts).distinct()
    done.awaited = list(images.filter(state=ImageState.AWAITED))
    has_bytes = images.filter(state__in=(ImageState.RECEIVED, ImageState.READY))
    done.undescribed = has_bytes.filter(alt_text="").count()
    done.unpublished = posts.filter(first_released_at=None).exclude(state=PostState.SPIKED).count()


def resolve_times(
    page: ParsedLiveBlog, zone: zoneinfo.ZoneInfo, zone_of_times: zoneinfo.ZoneInfo | None
) -> list[datetime.datetime | None]:
    """The moment of each post, oldest first; None where the page prints no time. Days follow over midnight."""
    day, last, moments = page.date, None, []
    for post in page.posts:
        if post.time is None:
            moments.append(None)
            continue
        if post.date:
            day = post.date
        elif last:
            day += datetime.timedelta(days=days_later(last, post.time))
        last = post.time
        tz = zone_of_times or _printed_zone(post.time_zone_hint) or zone
        moments.append(datetime.datetime.combine(day, post.time, tzinfo=tz))
    return moments


def _printed_zone(hint: str) -> datetime.tzinfo | None:
    if not hint:
        return None
    minutes = _offset(hint.upper())
    if minutes is not None:
        return datetime.timezone(datetime.timedelta(minutes=minutes))
    raise MissingFact(
        "--tz-of-times",
        f"The page's times are marked “{hint}”, which means different things in different places. "
        "Say where they are from: --tz-of-times Europe/Paris.",
    )


def _offset(name: str) -> int | None:
    """Minutes east of UTC; None for a name that means several offsets, or none."""
    if not (printed := PRINTED_OFFSET.fullmatch(name)):
        return OFFSETS.get(name)
    sign, hours, minutes = printed.groups()
    east = int(hours) * 60 + int(minutes or 0)
    return None if east >= 24 * 60 else east if sign == "+" else -east


def _post_id(event: Event, parsed: ParsedPost, seen: Counter[str]) -> uuid.UUID:
    """The same words at the same event have the same id; the second of two identical posts has another."""
    words = hashlib.sha256("\n".join((parsed.headline, *parsed.paragraphs)).encode()).hexdigest()
    seen[words] += 1
    return uuid.uuid5(NAMESPACE, f"{event.slug}/{words}/{seen[words]}")


def _position_at(moment: datetime.datetime) -> int:
    return round(moment.timestamp() * 1000) * PLACES


def _make_post(
    event: Event,
    post_id: uuid.UUID,
    parsed: ParsedPost,
    moment: datetime.datetime | None,
    position: int,
) -> Post:
    images = []
    for number, picture in enumerate(parsed.pictures):
        image, _ = ingest.expect(
            image_id=uuid.uuid5(post_id, str(number)), by=None, credit=picture.credit, caption=picture.caption
        )
        images.append({"image": image, "caption": picture.caption})
    return filing.create_post(
        event,
        by=None,
        post_id=post_id,
        kind="photo" if images else "update",
        headline=parsed.headline,
        body="".join(f"<p>{html.escape(text, quote=False)}</p>" for text in parsed.paragraphs),
        happened_at=moment,
        time_unknown=moment is None,
        position=position,
        images=images,
    )


def _publish(
    event: Event, date: datetime.date, ids: list[uuid.UUID], progress: Callable[[list], Iterable]
) -> int:
    announced_here = head_of(event).state == EventState.DRAFT
    if announced_here:
        programme.announce(event, by=None)
    filed = Post.objects.filter(pk__in=ids, state=PostState.SUBMITTED).order_by("position")
    waiting = list(filed.select_related("event"))
    for post in progress(waiting):
        publication.publish(post, by=None, words_now=True)
    if announced_here and date < datetime.datetime.now(event.zone).date():
        programme.end(event, by=None)
    return len(waiting)
