"""What a rehearsal did to the run of show, and putting it back: for the real event nothing has begun or come out."""

from django.db.models import Q, QuerySet

from coverage.models import Appearance, Event, Keynote
from newsroom.editorial import clock
from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.people import User


def put_back(event: Event, *, by: User) -> None:
    """Takes back what was pressed in a rehearsal, by the audit since its announcement; under the head's lock.

    Effects, in order: no keynote has begun or is over; those cancelled in it take place; those announced in it, and
    guests, are held back again, with an audit row each. What was typed into a form stays.
    """
    pressed = _since_announced(event)
    keynotes, guests = event.keynotes.all(), Appearance.objects.filter(keynote__event=event)
    keynotes.update(actual_start=None, actual_end=None)
    _named_by(pressed.filter(verb="cancel"), keynotes).update(cancelled_at=None)
    announced = pressed.filter(Q(verb="announce") | Q(verb="start", before__held=True))
    for things in (keynotes, guests):
        for thing in _named_by(announced, things).filter(held=False):
            _hold_back(thing, by)


def _since_announced(event: Event) -> QuerySet[AuditRow]:
    rows = AuditRow.objects.filter(event_id=event.pk)
    began = rows.filter(thing_type=event._meta.label_lower, verb="announce").values_list("pk", flat=True)
    return rows.filter(pk__gt=began.first() or 0)


def _named_by(rows: QuerySet[AuditRow], things: QuerySet) -> QuerySet:
    """Those of these things that the rows speak of."""
    keys = rows.filter(thing_type=things.model._meta.label_lower).values_list("thing_id", flat=True)
    return things.filter(pk__in=[int(key) for key in keys])


def _hold_back(thing: Keynote | Appearance, by: User) -> None:
    """Until it is announced by hand, or at its time if that is still to come: a past one would announce it at once."""
    at = thing.announce_at
    thing.held, thing.announce_at = True, at if at and at > clock.now() else None
    thing.save(update_fields=["held", "announce_at"])
    before = {"held": False, "announce_at": at and at.isoformat()}
    after = {"held": True, "announce_at": thing.announce_at and thing.announce_at.isoformat()}
    write_audit("clear", thing, by=by, before=before, after=after)
