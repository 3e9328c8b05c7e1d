"""Scheduling, and the release of what is due. Beat, the web process, the worker and a command may all call it."""

import datetime
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from coverage.models import Appearance, Event, Keynote, Post
from coverage.models.alert import AlertKind
from coverage.publishing import leases, pictures
from coverage.publishing.alerts import raise_about, settle
from coverage.publishing.anchors import NO_ANCHOR, anchor_named, moment_of
from coverage.publishing.checks import check_ready
from coverage.publishing.filing import check_says_something
from coverage.publishing.head import head_of, lock_head
from coverage.publishing.programme import announce_held
from coverage.publishing.publication import post_by_id, publish
from coverage.publishing.transition import advance, check
from media.models import Image
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.crash import crash_at
from newsroom.editorial.errors import EditorialError, Invalid, StaleState, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.states import EventState, PostState

logger = logging.getLogger(__name__)
FAULT = "The release failed by a fault of the software; it is tried again every second."


@transaction.atomic
def schedule(
    post: Post,
    *,
    by: User,
    publish_at: datetime.datetime | None = None,
    anchor_keynote: str = "",
    anchor: str = "",
    anchor_minutes: int = 0,
    version: int | None = None,
) -> Post:
    """Pins what will be released at `publish_at` (aware), or by a keynote's time; a scheduled post is rescheduled.

    `anchor_keynote` is the slug of a keynote of its event, `anchor` which of its times (`models.post.Anchor`),
    `anchor_minutes` how long after it (before it, if negative; at most 600). `publish_at` then follows that time, and
    is null while it is unknown.
    Raises NotAllowed, StaleState, WrongState, Invalid (a time in the past, an embargo beyond it).
    """
    check("schedule", post, by=by, version=version)
    by_time = NO_ANCHOR
    if anchor_keynote:
        if publish_at:
            raise Invalid({"publish_at": ["Give a time or a keynote’s, not both."]})
        lock_head(post.event)  # its times stand still until the post is known to follow them
        by_time = anchor_named(post, anchor_keynote, anchor, anchor_minutes)
        publish_at = moment_of(by_time["anchor_keynote"], anchor, anchor_minutes)
    elif publish_at is None:
        raise Invalid({"publish_at": ["“Schedule” needs a time, or a keynote’s."]})
    if publish_at:
        _check_time(post, publish_at, "anchor" if anchor_keynote else "publish_at")
    revision = post.pinned_revision or post.latest_revision()
    check_says_something(revision.content)
    check_ready(post, revision.content)
    if head_of(post.event).state == EventState.DRAFT:
        raise WrongState("The event is still a draft: announce it first, then schedule.")
    before = post.state
    came_from = post.state_before_schedule if before == PostState.SCHEDULED else before
    advance(
        post,
        state=PostState.SCHEDULED,
        publish_at=publish_at,
        state_before_schedule=came_from,
        pinned_revision=revision,
        release_problem="",
        **by_time,
    )
    settle(post, AlertKind.RELEASE)
    after = {"publish_at": publish_at and publish_at.isoformat(), "by": post.anchor_in_words()}
    write_audit("schedule", post, by=by, from_state=before, to_state=post.state, after=after)
    return post


def _check_time(post: Post, publish_at: datetime.datetime, field: str) -> None:
    if publish_at <= clock.now():
        raise Invalid({field: ["This time is past: choose a later one, or publish now."]})
    if post.embargo_until and post.embargo_until > publish_at:
        raise Invalid({field: ["The post is under embargo beyond this time."]})
    if post.happened_at and post.happened_at > publish_at:
        raise Invalid({field: ["It happens after this time: correct one of the two."]})


@transaction.atomic
def unschedule(post: Post, *, by: User, version: int | None = None) -> Post:
    """Takes a post off the schedule, back to the state it came from."""
    check("unschedule", post, by=by, version=version)
    back = post.state_before_schedule or PostState.DRAFT
    pinned = post.pinned_revision if back == PostState.APPROVED else None
    advance(
        post,
        state=back,
        publish_at=None,
        state_before_schedule="",
        pinned_revision=pinned,
        release_problem="",
        **NO_ANCHOR,
    )
    settle(post, AlertKind.RELEASE)
    write_audit("unschedule", post, by=by, from_state=PostState.SCHEDULED, to_state=post.state)
    return post


@dataclass(frozen=True)
class Due:
    """One thing whose time has come: a post, keynote, appearance or picture; `key` its primary key as text."""

    kind: str
    key: str
    at: datetime.datetime


def due(at: datetime.datetime | None = None) -> list[Due]:
    """What is due at `at` (None: now, by the database's clock), the longest due first; one SELECT over four indexes.

    Of an event that is held (`holding`) pictures alone: a right that ends, ends. Of a keynote that is cancelled
    nothing is announced by itself.
    """
    at = at or clock.now()
    runs = Post.objects.due(at).filter(event__held_since=None)
    posts = _as_due("post", runs.order_by(), "publish_at")
    keynotes = _as_due("keynote", _keynotes().filter(announce_at__lte=at).order_by(), "announce_at")
    appearances = _as_due("appearance", _guests().filter(announce_at__lte=at).order_by(), "announce_at")
    images = _as_due("picture", Image.objects.filter(due_at__lte=at).order_by(), "due_at")
    rows = posts.union(keynotes, appearances, images, all=True).order_by()
    return sorted((Due(*row) for row in rows), key=lambda item: item.at)


def _keynotes() -> QuerySet[Keynote]:
    """Held back, and announced when their time comes."""
    return Keynote.objects.filter(held=True, cancelled_at=None, event__held_since=None)


def _guests() -> QuerySet[Appearance]:
    return Appearance.objects.filter(held=True, keynote__cancelled_at=None, keynote__event__held_since=None)


def _as_due(kind: str, rows, time_column: str):
    return rows.annotate(
        due_kind=Value(kind, output_field=CharField()),
        due_key=Cast("pk", CharField()),
        due_time=F(time_column),
    ).values_list("due_kind", "due_key", "due_time")


def release_due(at: datetime.datetime | None = None) -> list[str]:
    """Releases everything due, each in a transaction of its own, and says what in one line each.

    What another process released first is passed over. What cannot be released keeps its schedule, says why on
    the desk, and is tried again at the next call; it holds up nothing else.
    """
    released = []
    for item in due(at):
        crash_at("due.found")
        try:
            line = RELEASES[item.kind](item)
        except StaleState:
            continue
        except EditorialError as refused:
            if item.kind != "post":
                logger.warning("%s %s is due and was refused: %s", item.kind, item.key, refused)
            _note_problem(item, refused.message)
            continue
        except Exception:
            logger.exception("release of %s %s failed; it stays due", item.kind, item.key)
            _note_problem(item, FAULT)
            continue
        if line:
            released.append(line)
    return released


@transaction.atomic
def _release_post(item: Due) -> str | None:
    lock_head(post_by_id(item.key).event)
    post = post_by_id(item.key)
    if post.state != PostState.SCHEDULED or post.publish_at != item.at:  # its keynote was moved meanwhile
        return None
    if post.event.held_since:
        return None
    at = max(post.publish_at, post.embargo_until or post.publish_at)
    publish(post, by=None, at=at, words_now=True)  # what is on time waits for no picture
    return f"post {post} ({post.public_id})"


@transaction.atomic
def _release_keynote(item: Due) -> str | None:
    lock_head(Event.objects.get(keynotes=item.key))
    keynote = _keynotes().select_related("event").filter(pk=item.key, announce_at=item.at).first()
    return f"keynote {keynote}" if keynote and announce_held(keynote, by=None) else None


@transaction.atomic
def _release_appearance(item: Due) -> str | None:
    lock_head(Event.objects.get(keynotes__appearances=item.key))
    guest = _guests().select_related("keynote__event").filter(pk=item.key, announce_at=item.at).first()
    return f"appearance {guest}" if guest and announce_held(guest, by=None) else None


def _release_picture(item: Due) -> str | None:
    image_id = uuid.UUID(item.key)  # SQLite's text of it has no hyphens
    at = clock.now()
    warned = leases.warn(Image.objects.select_related("same_as").get(pk=image_id), at=at)
    changed = pictures.look_again(image_id, at=at)
    if not (changed or warned):
        return None
    return f"picture {image_id} in {changed} posts" + (", warned of its lease" if warned else "")


RELEASES: dict[str, Callable[[Due], str | None]] = {
    "post": _release_post,
    "keynote": _release_keynote,
    "appearance": _release_appearance,
    "picture": _release_picture,
}


def _note_problem(item: Due, sentence: str) -> None:
    """Says on the desk, once, why a post did not come out, and raises the alert. The others are only logged."""
    if item.kind != "post":
        return
    post = Post.objects.select_related("event").filter(pk=item.key, state=PostState.SCHEDULED).first()
    if post is None:
        return
    Post.objects.filter(pk=post.pk, state=PostState.SCHEDULED).exclude(release_problem=sentence[:300]).update(
        release_problem=sentence[:300]
    )
    raise_about(
        post,
        f"release {post.pk} {item.at:%Y-%m-%dT%H:%M:%S}",
        AlertKind.RELEASE,
        "Not published in time",
        text=f"{sentence} It stays scheduled and is tried again every second.",
    )
