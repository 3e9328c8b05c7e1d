"""Posts scheduled by a keynote's time: they move with it, in the transaction that moves it."""

import datetime

from django.db.models import Q, QuerySet

from coverage.models import Event, Keynote, Post
from coverage.models.alert import AlertKind
from coverage.models.post import Anchor
from coverage.publishing.alerts import settle
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid
from newsroom.editorial.people import User
from newsroom.editorial.states import PostState

FARTHEST = 600  # minutes
NO_ANCHOR = {"anchor_keynote": None, "anchor": "", "anchor_minutes": 0}
_COLUMN = {
    Anchor.PLANNED_START: "starts_at",
    Anchor.PLANNED_END: "ends_at",
    Anchor.ACTUAL_START: "actual_start",
    Anchor.ACTUAL_END: "actual_end",
}
ACTUAL = (Anchor.ACTUAL_START, Anchor.ACTUAL_END)


def moment_of(keynote: Keynote, anchor: str, minutes: int) -> datetime.datetime | None:
    """So many minutes after that time of the keynote (before it, if negative); None while it is unknown."""
    known = getattr(keynote, _COLUMN[Anchor(anchor)])
    return known and known + datetime.timedelta(minutes=minutes)


def anchor_named(post: Post, keynote: str, anchor: str, minutes: int) -> dict:
    """The columns for scheduling a post by a keynote of its event, named by its slug. Raises Invalid."""
    errors: dict[str, list[str]] = {}
    found = post.event.keynotes.filter(slug=keynote).first()
    if found is None:
        errors["anchor_keynote"] = [f"There is no keynote “{keynote}” at {post.event}."]
    elif found.cancelled_at:
        errors["anchor_keynote"] = [f"“{found}” is cancelled: choose another keynote, or a time."]
    if anchor not in Anchor.values:
        errors["anchor"] = [f"Choose one of: {', '.join(Anchor.values)}."]
    if not -FARTHEST <= minutes <= FARTHEST:
        errors["anchor_minutes"] = [f"At most {FARTHEST} minutes before or after."]
    elif minutes < 0 and anchor in ACTUAL:
        errors["anchor_minutes"] = [
            "Before it begins or ends nobody knows when it will: choose a planned time."
        ]
    if errors:
        raise Invalid(errors)
    return {"anchor_keynote": found, "anchor": anchor, "anchor_minutes": minutes}


def follow(event: Event) -> None:
    """Moves every post scheduled by a time of this event's keynotes to where that time is now, never into the past.

    Under the head's lock.
    """
    now = clock.now()
    anchored = Post.objects.filter(anchor_keynote__event=event, state=PostState.SCHEDULED)
    for post in anchored.select_related("anchor_keynote"):
        at = _followed(post, now)
        if at != post.publish_at:
            reschedule(post, at, by=None)


def _followed(post: Post, now: datetime.datetime) -> datetime.datetime | None:
    at = moment_of(post.anchor_keynote, post.anchor, post.anchor_minutes)
    if at is None or at > now:
        return at
    # What was due already stays as it is; what was to come is due now, for no reader had it before.
    return min(post.publish_at or now, now)


def reschedule(post: Post, at: datetime.datetime | None, *, by: User | None) -> None:
    """Gives a scheduled post another time, unless its schedule is no more as it was read.

    Its version stays: nobody changed the post. Writes the audit.
    """
    same = {name: getattr(post, name) for name in (*NO_ANCHOR, "publish_at")}
    still = Post.objects.filter(pk=post.pk, state=PostState.SCHEDULED, **same)
    if still.update(publish_at=at, release_problem=""):
        before, after = ({"publish_at": moment and moment.isoformat()} for moment in (post.publish_at, at))
        post.publish_at = at
        settle(post, AlertKind.RELEASE)
        write_audit("reschedule", post, by=by, before=before, after=after)


def scheduled_with(keynote: Keynote) -> QuerySet[Post]:
    """What is scheduled in a keynote, or by its time; what has a time first."""
    concerned = Q(keynote=keynote) | Q(anchor_keynote=keynote)
    posts = Post.objects.filter(concerned, state=PostState.SCHEDULED)
    return posts.select_related("event", "pinned_revision").order_by("publish_at", "created_at")
