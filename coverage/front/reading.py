"""What every page asks of the record first: which event, and in what state the record is."""

import hashlib

from django.http import Http404

from coverage.record.described import describe
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.querysets import EventHeadQuerySet, Printed, ReleasedPostQuerySet

Row = Printed | ReleasedPost


def public_head(slug: str) -> EventHead:
    """An announced event, rehearsals included. Raises Http404, alike for a draft and for none. One query."""
    head = EventHead.objects.public().filter(slug=slug).first()
    if head is None:
        raise Http404
    return head


def stamp_of(head: EventHead) -> str:
    """Names the state of one event's record, and the editions its page leads on to: they change without a number."""
    editions = [head.previous_edition, head.next_edition]
    return f"{head.epoch}-{head.seq}{f'-{_digest(editions)}' if any(editions) else ''}"


def site_stamp() -> str:
    """Names the state of all announced events' records: drafts leave no trace in it. One query."""
    states = EventHead.objects.public().order_by("pk").values_list("epoch", "seq", "unlisted")
    return _digest(list(states))


def _digest(values: list) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def described(posts: list[Row], head: EventHead) -> list[Row | ReleasedPost]:
    """The same posts, with what machines are told also of those released before that was kept; no query without one."""
    missing = [post.public_id for post in posts if not post.structured]
    if not missing:
        return posts
    made = {row.public_id: row for row in head.posts.live().filter(public_id__in=missing)}
    for row in made.values():
        describe(row, head, row.pictures())
    return [made.get(post.public_id, post) for post in posts]


def listed_posts() -> ReleasedPostQuerySet:
    """Posts of events that stand in lists: what site-wide pages, search and feeds may show."""
    return posts_of(EventHead.objects.listed())


def posts_of(heads: EventHeadQuerySet) -> ReleasedPostQuerySet:
    """Posts of these events that stand, each with its event."""
    return ReleasedPost.objects.live().filter(head__in=heads).select_related("head")
