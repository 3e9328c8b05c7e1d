"""Holding everything: nothing of an event comes out by schedule until the hold is lifted."""

from django.db import transaction
from django.utils import timezone

from coverage.models import Event
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor


@transaction.atomic
def hold(event: Event, *, by: User, reason: str) -> None:
    """Stops scheduled posts and announcements of an event; what is published by hand is not stopped, and what a
    picture's lease or embargo says is done. Raises NotAllowed, Invalid, WrongState."""
    _check(by)
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": ["Say why: whoever comes to the desk next has to know."]})
    if not Event.objects.filter(pk=event.pk, held_since=None).update(held_since=timezone.now()):
        raise WrongState("Everything is held already.")
    event.refresh_from_db(fields=["held_since"])
    write_audit("hold", event, by=by, note=reason)


@transaction.atomic
def lift(event: Event, *, by: User) -> None:
    """Lets the schedule run again: what became due meanwhile comes out within a second.

    Raises NotAllowed, WrongState.
    """
    _check(by)
    if not Event.objects.filter(pk=event.pk, held_since__isnull=False).update(held_since=None):
        raise WrongState("Nothing is held.")
    event.refresh_from_db(fields=["held_since"])
    write_audit("lift", event, by=by)


def _check(by: User) -> None:
    if not is_editor(by):
        raise NotAllowed("Holding everything, and lifting it, is for an editor.")
