"""iCalendar (RFC 5545): a session for each VEVENT, by its UID."""

import datetime
import zoneinfo

from icalendar import Calendar, Component

from coverage.interchange.schedules.shapes import (
    ParsedSchedule,
    ParsedSession,
    UnreadableSchedule,
    format_of,
)


def is_ical(text: str) -> bool:
    return text.lstrip().upper().startswith("BEGIN:VCALENDAR")


def read_ical(text: str, zone: zoneinfo.ZoneInfo) -> ParsedSchedule:
    """Raises UnreadableSchedule. A time without a zone is meant in `zone`; a whole day is no time.

    Who speaks has no field of its own there: speakers are added by hand, and stay.
    """
    try:
        events = Calendar.from_ical(text).walk("VEVENT")
    except ValueError as broken:
        raise UnreadableSchedule(f"The calendar cannot be read: {broken}.") from broken
    return ParsedSchedule(
        "icalendar", [_session(one, number, zone) for number, one in enumerate(events, start=1)]
    )


def _session(event: Component, number: int, zone: zoneinfo.ZoneInfo) -> ParsedSession:
    title = str(event.get("SUMMARY", ""))
    where = f"VEVENT {number} (“{title}”)"
    if event.errors:
        name, what = event.errors[0]
        raise UnreadableSchedule(f"{where}: {name or 'a line'} cannot be read: {what}.")
    if "RRULE" in event or "RDATE" in event:
        raise UnreadableSchedule(f"{where} is repeated (RRULE): a run of show needs each time by itself.")
    starts_at = _moment(event, "DTSTART", where, zone)
    return ParsedSession(
        key=" ".join(str(event[name]) for name in ("UID", "RECURRENCE-ID") if name in event),
        title=title,
        starts_at=starts_at,
        ends_at=_end(event, starts_at, where, zone),
        room=str(event.get("LOCATION", "")),
        summary=str(event.get("DESCRIPTION", "")),
        format=format_of(title),
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
    )


def _end(
    event: Component, starts_at: datetime.datetime | None, where: str, zone: zoneinfo.ZoneInfo
) -> datetime.datetime | None:
    if "DURATION" in event:
        length = event["DURATION"].dt
        return starts_at and (starts_at.astimezone(datetime.UTC) + length)
    return _moment(event, "DTEND", where, zone)


def _moment(event: Component, name: str, where: str, zone: zoneinfo.ZoneInfo) -> datetime.datetime | None:
    if name not in event:
        return None
    given = event[name]
    if isinstance(given, list):
        raise UnreadableSchedule(f"{where} has {name} twice.")
    if not isinstance(given.dt, datetime.datetime):
        return None
    tzid = given.params.get("TZID")
    if given.dt.tzinfo is None and tzid:
        raise UnreadableSchedule(f"{where}: {name} is in “{tzid}”, a zone nobody knows.")
    return given.dt if given.dt.tzinfo else given.dt.replace(tzinfo=zone)
