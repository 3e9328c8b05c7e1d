"""Web push (RFC 8030, 8291, 8292): tells the browsers that asked for it of an event's key events.

What is due is read from the record and from our own rows, so that a lost task costs seconds and nothing more. A
worker killed in between tells a browser twice; the second replaces the first there, for it has the same tag.
"""

import json
import logging
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

import requests
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from pywebpush import WebPusher

from coverage.following.models import Follower, Notice
from coverage.following.notices import FRESH, note, title_told
from coverage.following.sending import LONGEST_LOOK, TIMEOUT, Session, after, turn
from coverage.following.services import is_push_service, signed
from coverage.front.links import absolute
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.paths import event_path

log = logging.getLogger(__name__)
MOST = 3  # notices one browser is given at once: who was away is not told of a whole morning
AT_ONCE, THREADS = 160, 16  # browsers told side by side
LEASE = timedelta(minutes=2)  # so long another worker leaves a follower to the one that took her
GIVEN_UP = 12  # failures in a row
GONE = (404, 410)  # the browser left, or its site's permission was taken away
_local = threading.local()


class Message(NamedTuple):
    """What one browser is sent about one notice."""

    notice: int
    topic: str  # the push service keeps one message of a topic for a browser that is away
    text: str
    amends: bool  # only for who was told of the post before


class Outcome(NamedTuple):
    """`told`: the newest notice that got there. `status` None: no answer came."""

    follower: Follower
    told: int
    failed: bool = False
    status: int | None = None
    retry_after: str | None = None


def push_key_events(*, at: datetime) -> int:
    """One look: notes new key events, and tells those who follow. Returns how many browsers got what was theirs."""
    if not settings.PUSH_SERVICES:
        return 0
    note(at=at)
    if not _due(at).exists():
        return 0
    told, end = 0, time.monotonic() + LONGEST_LOOK
    with (
        turn("push", 90, at=at) as is_mine,
        ThreadPoolExecutor(THREADS) as pool,
    ):  # no thread asks the database
        while is_mine and time.monotonic() < end and (taken := _take(at)):
            messages = _messages(taken, at=at)
            outcomes = list(pool.map(lambda one, sent=messages: _send(one, sent[one.pk]), taken))
            _settle(outcomes, at=at)
            told += sum(not outcome.failed for outcome in outcomes)
    return told


def _due(at: datetime) -> QuerySet[Follower]:
    fresh = Q(head__notices__at__gt=at - FRESH, head__notices__pk__gt=F("told"))
    return Follower.objects.filter(fresh, next_at__lte=at)


@transaction.atomic
def _take(at: datetime) -> list[Follower]:
    """Followers with something to be told, for this worker alone until the lease is over; each knows its `newest`."""
    newest = Notice.objects.filter(at__gt=at - FRESH).values("head").annotate(newest=Max("pk"))
    heads = EventHead.objects.defer("head_fragment", "programme_fragment", "structured").in_bulk(
        [row["head"] for row in newest]
    )
    taken: list[Follower] = []
    for row in newest:
        waiting = Follower.objects.filter(head=row["head"], told__lt=row["newest"], next_at__lte=at)
        locked = waiting.select_for_update(skip_locked=True).order_by("next_at", "pk")
        for follower in locked[: AT_ONCE - len(taken)]:
            follower.head, follower.newest = heads[row["head"]], row["newest"]
            taken.append(follower)
    Follower.objects.filter(pk__in=[one.pk for one in taken]).update(next_at=at + LEASE)
    return taken


def _messages(followers: list[Follower], *, at: datetime) -> dict[int, list[Message]]:
    """By follower, oldest first: the newest few she has not had.

    Of a post one message, the last. That it was withdrawn, or is called otherwise, is for those who were told of it.
    """
    heads = {follower.head_id: follower.head for follower in followers}
    notices = list(Notice.objects.filter(head__in=heads, at__gt=at - FRESH).order_by("pk"))
    names = {notice.public_id for notice in notices}
    posts = {
        (post.head_id, post.public_id): post
        for post in ReleasedPost.objects.filter(public_id__in=names, head__in=heads)
    }
    made = {}
    for notice in notices:
        post = posts.get((notice.head_id, notice.public_id))
        if post and (post.withdrawn_at or post.key_event or notice.amends):
            made[notice.pk] = _message(notice, post, heads[notice.head_id])
    by_head = {head: [notice for notice in notices if notice.head_id == head] for head in heads}
    return {one.pk: _theirs(one, by_head[one.head_id], made)[-MOST:] for one in followers}


def _theirs(follower: Follower, notices: list[Notice], made: dict[int, Message]) -> list[Message]:
    had = {one.public_id for one in notices if one.pk <= follower.told and one.at >= follower.since}
    last = {}
    for notice in notices:
        message = made.get(notice.pk)
        if notice.pk > follower.told and message and (notice.public_id in had or not message.amends):
            last.pop(notice.public_id, None)
            last[notice.public_id] = message
    return list(last.values())


def _message(notice: Notice, post: ReleasedPost, head: EventHead) -> Message:
    title = title_told(post)
    with translation.override(head.language):
        text = {
            "title": Truncator(title).chars(150) or _("This was withdrawn"),
            "body": head.title,
            "tag": f"post-{post.public_id}",
            "url": absolute(f"{event_path(head)}?at={post.public_id}#post-{post.public_id}"),
            "lang": head.language,
            "leave": {
                "title": _("Stop telling me"),
                "url": absolute(reverse("following:leave", args=[head.slug])),
            },
        }
    amends = notice.amends or not title
    return Message(notice.pk, post.public_id, json.dumps(text, ensure_ascii=False), amends)


def _send(follower: Follower, messages: list[Message]) -> Outcome:
    told = follower.told
    if not is_push_service(follower.endpoint):  # it was one when she came
        return Outcome(follower, told, True, GONE[0])
    for message in messages:
        try:
            answer = _pushed(follower, message)
        except requests.RequestException as error:
            log.info("a push service did not answer: %s", type(error).__name__)
            return Outcome(follower, told, failed=True)
        except Exception:  # one that cannot be told must not keep the others from it
            log.exception("follower %d could not be told", follower.pk)
            return Outcome(follower, told, failed=True)
        if not 200 <= answer.status_code < 300:
            return Outcome(follower, told, True, answer.status_code, answer.headers.get("Retry-After"))
        told = message.notice
    return Outcome(follower, max(told, follower.newest))


def _pushed(follower: Follower, message: Message) -> requests.Response:
    keys = {"p256dh": follower.p256dh, "auth": follower.auth}
    pusher = WebPusher({"endpoint": follower.endpoint, "keys": keys}, requests_session=_session())
    headers = {**signed(follower.endpoint), "Topic": message.topic, "Urgency": "normal"}
    return pusher.send(message.text, headers, ttl=int(FRESH.total_seconds()), timeout=TIMEOUT)


@transaction.atomic
def _settle(outcomes: list[Outcome], *, at: datetime) -> None:
    done = defaultdict(list)
    for outcome in outcomes:
        if outcome.failed:
            _settle_failed(outcome, at=at)
        else:
            done[outcome.told].append(outcome.follower.pk)
    for told, followers in done.items():
        Follower.objects.filter(pk__in=followers).update(told=told, tries=0, next_at=at)


def _settle_failed(outcome: Outcome, *, at: datetime) -> None:
    follower, mine = outcome.follower, Follower.objects.filter(pk=outcome.follower.pk)
    if outcome.status in GONE or follower.tries + 1 >= GIVEN_UP:
        mine.delete()
        return
    if outcome.status in (400, 401, 403, 413):
        log.warning(
            "a push service refuses what we send with %d: is VAPID_PRIVATE_KEY a new one?", outcome.status
        )
    mine.update(
        told=outcome.told,
        tries=F("tries") + 1,
        next_at=after(follower.tries, outcome.retry_after, at=at),
    )


def _session() -> Session:
    """One a thread, which keeps its connections to the few push services there are."""
    if not hasattr(_local, "session"):
        # A name may lead to public addresses alone; an origin written out is where the operator says it is.
        _local.session = Session(origin for origin in settings.PUSH_SERVICES if "://" in origin)
    return _local.session
