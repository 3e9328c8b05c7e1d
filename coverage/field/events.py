"""Which event a reporter files to."""

import datetime
from collections.abc import Sequence

from coverage.models import Event
from coverage.publishing.access import events_for
from newsroom.editorial.people import User

FAR = datetime.datetime.max.replace(tzinfo=datetime.UTC)


def open_to(person: User) -> list[Event]:
    """The events she may file to, the newest first."""
    return list(events_for(person))


def named(events: Sequence[Event], slug: str | None) -> Event | None:
    """The one with that slug; None if she may not file to it."""
    return next((event for event in events if event.slug == slug), None)


def nearest(events: Sequence[Event], *, at: datetime.datetime) -> Event | None:
    """The event on at `at`, else the next to come, else the last that was; None without events."""
    return min(events, key=lambda event: _distance(event, at), default=None)


def _distance(event: Event, at: datetime.datetime) -> tuple[int, datetime.timedelta]:
    """How far from `at`: on (0), to come (1), over (2), without dates (3)."""
    starts, ends = event.starts_at, event.ends_at or event.starts_at
    if starts is None:
        return 3, FAR - at
    if starts > at:
        return 1, starts - at
    return (0, at - starts) if ends and at <= ends else (2, at - ends)
