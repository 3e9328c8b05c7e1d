"""Which format a schedule has, told from its content and never from its name."""

import json
import zoneinfo

from coverage.interchange.schedules.ical import is_ical, read_ical
from coverage.interchange.schedules.pretalx import is_pretalx, read_pretalx
from coverage.interchange.schedules.sessionize import is_sessionize, read_sessionize
from coverage.interchange.schedules.shapes import (
    ParsedSchedule,
    UnreadableSchedule,
    check,
    in_utc,
    trimmed,
)

KNOWN = "a pretalx export (schedule.json), Sessionize’s JSON (…/view/All) or an iCalendar file"


def read_schedule(data: bytes, zone: zoneinfo.ZoneInfo) -> ParsedSchedule:
    """The sessions by time, in UTC; times without an offset are meant in `zone`. Raises UnreadableSchedule."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = data[: broken.start].count(b"\n") + 1
        raise UnreadableSchedule(f"Line {line} is no UTF-8 text: save the file as UTF-8.") from broken
    schedule = read_ical(text, zone) if is_ical(text) else _read_json(text, zone)
    schedule.sessions = [in_utc(trimmed(session)) for session in schedule.sessions]
    return check(schedule)


def _read_json(text: str, zone: zoneinfo.ZoneInfo) -> ParsedSchedule:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as broken:
        raise UnreadableSchedule(
            f"Line {broken.lineno}, column {broken.colno}: {broken.msg}. The file should be {KNOWN}."
        ) from broken
    except RecursionError as deep:
        raise UnreadableSchedule("The file is nested too deeply to be a schedule.") from deep
    except ValueError as long:
        raise UnreadableSchedule("The file has a number that is too long for a schedule.") from long
    if is_pretalx(data):
        return read_pretalx(data, zone)
    if is_sessionize(data):
        return read_sessionize(data, zone)
    raise UnreadableSchedule(f"This JSON is no schedule we know: it should be {KNOWN}.")
