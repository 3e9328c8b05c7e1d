"""Holding everything: nothing of an event comes out by schedule until the hold is lifted."""

from django.db import transaction

from coverage.models import Event
from coverage.publishing.anchors import reschedule
from coverage.publishing.head import lock_head
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor


@transaction.atomic
def hold(event: Event, *, by: User, reason: str) -> None:
    """Stops scheduled posts and announcements of an event, and pictures whose embargo ends; what is published by
    hand is not stopped, and a picture's lease ends on its day. Raises NotAllowed, Invalid, WrongState."""
    _check(by)
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": ["Say why: whoever comes to the desk next has to know."]})
    lock_head(event)  # a release under way ends first, and the next finds it held
    if not Event.objects.filter(pk=event.pk, held_since=None).update(held_since=clock.now()):
        raise WrongState("Everything is held already.")
    event.refresh_from_db(fields=["held_since"])
    write_audit("hold", event, by=by, note=reason)


@transaction.atomic
def lift(event: Event, *, by: User) -> None:
    """Lets the schedule run again: posts that became due meanwhile are due now, and come out within a second.

    Raises NotAllowed, WrongState.
    """
    _check(by)
    lock_head(event)
    if not Event.objects.filter(pk=event.pk, held_since__isnull=False).update(held_since=None):
        raise WrongState("Nothing is held.")
    event.refresh_from_db(fields=["held_since"])
    write_audit("lift", event, by=by)
    now = clock.now()
    for post in event.posts.due(now):
        reschedule(post, now, by=by)


def _check(by: User) -> None:
    if not is_editor(by):
        raise NotAllowed("Holding everything, and lifting it, is for an editor.")
