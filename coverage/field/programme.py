"""What is on at a moment: what somebody said has begun, and else by planned times; and what she may press."""

import datetime
from collections.abc import Iterable, Sequence

from coverage.models import Event, Keynote
from coverage.models.keynote import KeynoteFormat
from coverage.publishing import presses
from coverage.publishing.head import head_of
from newsroom.editorial.people import User

# A keynote without a planned end lasts until the next planned start, but no longer than this; one of which nobody
# said that it is over, so long beyond its end.
LONGEST = datetime.timedelta(hours=2)
# A press can be taken back on the phone just after; later the desk does it, for readers have seen it by then.
JUST_AFTER = datetime.timedelta(minutes=10)


def run_of_show(event: Event) -> list[Keynote]:
    """The event's keynotes in running order, each with its appearances."""
    return list(event.keynotes.prefetch_related("appearances__speaker").order_by("order", "starts_at", "id"))


def of_the_day(keynotes: Sequence[Keynote], event: Event, *, at: datetime.datetime) -> list[Keynote]:
    """Those planned for the day of `at` in the event's zone; all of them if that day has none."""
    day = at.astimezone(event.zone).date()
    today = [k for k in keynotes if k.starts_at and k.starts_at.astimezone(event.zone).date() == day]
    return today or list(keynotes)


def on_now(keynotes: Iterable[Keynote], *, at: datetime.datetime) -> list[Keynote]:
    """The keynotes under way at `at`, the one that began last first. Several may be on at once.

    Those somebody said are on come before those that are by plan alone.
    """
    taking_place = [k for k in keynotes if not k.cancelled_at]
    begun = (k for k in taking_place if k.actual_start and k.actual_start <= at and not k.actual_end)
    said = [k for k in begun if at < max(k.ends_at or k.actual_start, k.actual_start) + LONGEST]
    planned = sorted((k for k in taking_place if k.starts_at), key=lambda k: k.starts_at)
    starts = [k.starts_at for k in planned]
    running = [k for k in planned if not k.actual_start and k.starts_at <= at < _end_of(k, starts)]
    return sorted(said, key=lambda k: k.actual_start, reverse=True) + running[::-1]


def preselected(keynotes: Iterable[Keynote], *, at: datetime.datetime) -> Keynote | None:
    """The keynote a new filing most likely is about; None in a break or when nothing is on."""
    running = (k for k in on_now(keynotes, at=at) if k.format != KeynoteFormat.BREAK)
    return next(running, None)


def offer_presses(
    keynotes: Sequence[Keynote], event: Event, person: User, *, publishes: bool, at: datetime.datetime
) -> None:
    """Gives each keynote `presses`: those that stand as buttons beside it for her. One query if there may be any."""
    hers = [keynote for keynote in keynotes if publishes or keynote.writer_id == person.pk]
    state = head_of(event).state if hers else ""
    may = presses.offered(hers, person, publishes=publishes, state=state, at=at)
    for keynote in keynotes:
        offered = (presses.PRESSES[name] for name in may.get(keynote.pk, ()))
        keynote.presses = [press for press in offered if not _is_past_undoing(press, keynote, at)]


def _is_past_undoing(press: presses.Press, keynote: Keynote, at: datetime.datetime) -> bool:
    return press.is_undo and at - getattr(keynote, press.about) > JUST_AFTER


def _end_of(keynote: Keynote, starts: list[datetime.datetime]) -> datetime.datetime:
    if keynote.ends_at:
        return keynote.ends_at
    later = (start for start in starts if start > keynote.starts_at)
    return min(next(later, keynote.starts_at + LONGEST), keynote.starts_at + LONGEST)
