"""A keynote is late, and what comes after it with it: planned times are moved, after they were shown."""

import datetime
import hashlib
from dataclasses import dataclass

from django.db import transaction

from coverage.models import Event, Keynote
from coverage.publishing.programme import release_programme
from coverage.publishing.running_order import check_may_run, lock_keynote
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, StaleState, WrongState
from newsroom.editorial.people import User

FARTHEST = 600  # minutes
LATE_BY = (5, 10, 20)  # minutes, to choose from
Moment = datetime.datetime | None


@dataclass(frozen=True)
class Shift:
    """A keynote's planned times as they stand and as they would be."""

    keynote: Keynote
    starts_at: Moment
    ends_at: Moment

    def columns(self) -> dict[str, Moment]:
        return {"starts_at": self.starts_at, "ends_at": self.ends_at}


def planned_shift(keynote: Keynote, minutes: int) -> list[Shift]:
    """What being so many minutes late (early, if negative) moves, from this keynote on, in order of time.

    That is the rest of the same day, in the event's zone, in the same room: another hall does not wait. A keynote
    without a room is everybody's. What is over or cancelled stays; of what is on now only the end moves.
    Raises Invalid.
    """
    if not minutes or abs(minutes) > FARTHEST:
        raise Invalid({"minutes": [f"Give the minutes, at most {FARTHEST}, and not 0."]})
    if keynote.starts_at is None:
        raise Invalid({"minutes": [f"“{keynote}” has no planned time to move."]})
    later = [
        one for one in keynote.event.keynotes.order_by("starts_at", "order", "id") if _waits(one, keynote)
    ]
    moved = [_moved(one, datetime.timedelta(minutes=minutes)) for one in later]
    for one in moved:
        if one.starts_at and one.ends_at and one.ends_at < one.starts_at:
            raise Invalid({"minutes": [f"“{one.keynote}” would end before it begins."]})
    return moved


def check_can_be_late(keynote: Keynote) -> None:
    """Raises WrongState for what is over or cancelled: nothing waits for it."""
    if keynote.cancelled_at or keynote.actual_end:
        standing = "cancelled" if keynote.cancelled_at else "over"
        raise WrongState(f"“{keynote}” is {standing}: it cannot be late. Move what comes after it instead.")


def digest_of(shifts: list[Shift]) -> str:
    """Says which times a person was shown."""
    shown = [
        f"{one.keynote.pk} {one.keynote.starts_at} {one.keynote.ends_at} {one.columns()}" for one in shifts
    ]
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()[:16]


@transaction.atomic
def shift(keynote: Keynote, minutes: int, *, by: User, seen: str | None = None) -> list[Shift]:
    """Moves planned times as `planned_shift` says, and what is scheduled by them; answers what was moved.

    `seen` is the digest of what the person was shown; None: whatever it is now. Raises NotAllowed, StaleState,
    WrongState, Invalid.
    """
    check_may_run(by, keynote)
    keynote = lock_keynote(keynote)
    check_can_be_late(keynote)
    shifts = planned_shift(keynote, minutes)
    if seen not in (None, digest_of(shifts)):
        raise StaleState("Somebody changed these times meanwhile. Look at them as they stand now.")
    for one in shifts:
        _move(one, by, minutes)
    release_programme(Event.objects.get(pk=keynote.event_id))
    return shifts


def _waits(one: Keynote, late: Keynote) -> bool:
    if one.starts_at is None or one.cancelled_at or one.actual_end:
        return False
    if one.pk == late.pk:
        return True
    days = [moment.astimezone(late.event.zone).date() for moment in (one.starts_at, late.starts_at)]
    same_room = one.room == late.room or not (one.room and late.room)
    return same_room and days[0] == days[1] and one.starts_at >= late.starts_at


def _moved(one: Keynote, by: datetime.timedelta) -> Shift:
    begins = one.starts_at if one.actual_start else one.starts_at + by
    return Shift(one, begins, one.ends_at and one.ends_at + by)


def _move(one: Shift, by: User, minutes: int) -> None:
    before = {name: str(getattr(one.keynote, name)) for name in one.columns()}
    Keynote.objects.filter(pk=one.keynote.pk).update(**one.columns())
    after = {name: str(moment) for name, moment in one.columns().items()}
    write_audit("shift", one.keynote, by=by, note=f"{minutes:+d} minutes", before=before, after=after)
