"""Web push (RFC 8030, 8291, 8292): tells the browsers that asked for it of an event's key events.

What is due is read from the record and from our own rows, so that a lost task costs seconds and nothing more. A
worker killed in between tells a browser twice; the second replaces the first there, for it has the same tag.
"""

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

import requests
from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from pywebpush import WebPusher

from coverage.following.models import Follower, Notice
from coverage.following.notices import FRESH, note
from coverage.following.sending import TIMEOUT, Session, after
from coverage.following.services import signed
from coverage.front.links import absolute
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.paths import event_path
from coverage.record.titles import title_of

log = logging.getLogger(__name__)
MOST = 3  # notices one browser is given at once: who was away is not told of a whole morning
AT_ONCE, THREADS = 160, 16  # browsers told side by side
LONGEST = 45  # seconds after which a look begins no further round
LEASE = timedelta(minutes=2)  # so long another worker leaves a follower to the one that took her
GIVEN_UP = 12  # failures in a row
GONE = (404, 410)  # the browser left, or its site's permission was taken away
_local = threading.local()


class Message(NamedTuple):
    """What one browser is sent about one notice."""

    notice: int
    topic: str  # the push service keeps one message of a topic for a browser that is away
    text: str


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
    told, end = 0, time.monotonic() + LONGEST
    with ThreadPoolExecutor(THREADS) as pool:  # no thread touches the database
        while time.monotonic() < end and (taken := [one for one in _due(at)[:AT_ONCE] if _take(one, at=at)]):
            messages = _messages(taken, at=at)
            for outcome in pool.map(lambda one, sent=messages: _send(one, sent[one.pk]), taken):
                _settle(outcome, at=at)
                told += not outcome.failed
    return told


def _due(at: datetime) -> QuerySet[Follower]:
    newest = Notice.objects.filter(head=OuterRef("head"), at__gt=at - FRESH).order_by("-pk")
    waiting = Follower.objects.filter(next_at__lte=at).annotate(newest=Subquery(newest.values("pk")[:1]))
    return waiting.filter(newest__gt=F("told")).select_related("head").order_by("next_at", "pk")


def _take(follower: Follower, *, at: datetime) -> bool:
    return bool(
        Follower.objects.filter(pk=follower.pk, next_at=follower.next_at, told=follower.told).update(
            next_at=at + LEASE
        )
    )


def _messages(followers: list[Follower], *, at: datetime) -> dict[int, list[Message]]:
    """By follower, oldest first: the newest few she has not had, of posts that still stand as key events."""
    heads = {follower.head_id: follower.head for follower in followers}
    notices = list(Notice.objects.filter(head__in=heads, at__gt=at - FRESH).order_by("pk"))
    names = [notice.public_id for notice in notices]
    posts = {
        post.public_id: post
        for post in ReleasedPost.objects.live().filter(public_id__in=names, key_event=True)
        if post.head_id in heads
    }
    made = {
        notice.pk: (notice.head_id, _message(notice, posts[notice.public_id], heads[notice.head_id]))
        for notice in notices
        if notice.public_id in posts
    }
    return {
        follower.pk: [
            message
            for key, (head, message) in made.items()
            if head == follower.head_id and key > follower.told
        ][-MOST:]
        for follower in followers
    }


def _message(notice: Notice, post: ReleasedPost, head: EventHead) -> Message:
    with translation.override(head.language):
        text = {
            "title": Truncator(post.title or title_of(post)).chars(150),
            "body": head.title,
            "tag": f"post-{post.public_id}",
            "url": absolute(f"{event_path(head)}?at={post.public_id}#post-{post.public_id}"),
            "lang": head.language,
            "leave": {
                "title": _("Stop telling me"),
                "url": absolute(reverse("following:leave", args=[head.slug])),
            },
        }
    return Message(notice.pk, post.public_id, json.dumps(text, ensure_ascii=False))


def _send(follower: Follower, messages: list[Message]) -> Outcome:
    told = follower.told
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


def _settle(outcome: Outcome, *, at: datetime) -> None:
    follower, mine = outcome.follower, Follower.objects.filter(pk=outcome.follower.pk)
    if not outcome.failed:
        mine.update(told=outcome.told, tries=0, next_at=at)
        return
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
        _local.session = Session()
    return _local.session
