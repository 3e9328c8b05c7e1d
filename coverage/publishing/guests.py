"""Guests: people invited to one event, who reach it until 48 hours after it, or as long as the desk prolongs it.

Their phones stay signed in: what waits there stays, is refused with a reason, and goes once the desk has prolonged it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format

from coverage.models import Assignment, Event, Post
from coverage.models.event import GUESTS_STAY
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.roles import edits_pictures, is_editor


def check_event(person: User, event: Event | None) -> None:
    """Raises NotAllowed, with what to do, for a guest whose invitation to it has lapsed. One query."""
    over = Assignment.objects.lapsed().filter(person=person, event=event).select_related("event").first()
    if over is not None:
        raise NotAllowed(sentence_of(over))


def check_post(person: User, post_id: UUID) -> None:
    """The same of the event of a post that she wrote."""
    post = Post.objects.filter(pk=post_id, author=person).select_related("event").first()
    if post is not None:
        check_event(person, post.event)


def check_sender(person: User) -> None:
    """Raises NotAllowed for somebody who was a guest and covers nothing any more. One query, or two."""
    over = over_everywhere(person)
    if over is not None and not edits_pictures(person):
        raise NotAllowed(sentence_of(over))


def over_everywhere(person: User) -> Assignment | None:
    """The last invitation of a guest who covers nothing any more; None for everybody else."""
    over = list(Assignment.objects.lapsed().filter(person=person).select_related("event"))
    if not over or Assignment.objects.standing().filter(person=person).exists():
        return None
    return max(over, key=lambda one: one.lapses_at() or one.event.created_at)


def sentence_of(over: Assignment) -> str:
    at = over.lapses_at()
    when = f" on {date_format(at.astimezone(over.event.zone), 'j F, H:i T')}" if at else ""
    return (
        f"Your invitation to “{over.event}” ended{when}. Nothing was sent, and what you have stays with you: "
        "ask the desk to prolong it, then try again."
    )


def event_ended(event: Event, *, at: datetime) -> None:
    """Its guests stay 48 hours from then, if that is longer than was planned."""
    until = at + GUESTS_STAY
    for one in Assignment.objects.filter(event=event, guest=True).select_related("event"):
        if (one.lapses_at() or at) < until:
            one.guest_until = until
            one.save(update_fields=["guest_until"])


@transaction.atomic
def prolong(assignment: Assignment, *, by: User, at: datetime | None = None) -> datetime:
    """Gives a guest another 48 hours, from now or from when it would have ended. Answers until when.

    Writes the audit. Raises NotAllowed for who is no editor, or if she is no guest.
    """
    if not is_editor(by):
        raise NotAllowed("An invitation is prolonged by an editor.")
    locked = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if not locked.guest:
        raise NotAllowed(f"{locked.person.desk_name()} is no guest: there is nothing to prolong.")
    at = at or clock.now()
    locked.guest_until = max(at, locked.lapses_at() or at) + GUESTS_STAY
    locked.save(update_fields=["guest_until"])
    until = date_format(locked.guest_until.astimezone(locked.event.zone), "j F Y, H:i T")
    write_audit("prolong invitation", locked.person, by=by, note=f"{locked.event}, until {until}")
    return locked.guest_until
