"""pretalx's schedule export (`/schedule/export/schedule.json`): days, rooms in them, sessions in those."""

import datetime
import re
import zoneinfo

from coverage.interchange.schedules.fields import Fields
from coverage.interchange.schedules.shapes import ParsedSchedule, ParsedSession, ParsedSpeaker, format_of

_DURATION = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})")


def is_pretalx(data: object) -> bool:
    return (
        isinstance(data, dict) and isinstance(data.get("schedule"), dict) and "conference" in data["schedule"]
    )


def read_pretalx(data: dict, zone: zoneinfo.ZoneInfo) -> ParsedSchedule:
    """Raises UnreadableSchedule. Times carry their offset; one without is meant in `zone`."""
    conference = Fields(data["schedule"]["conference"], "The conference")
    sessions = []
    for day in conference.objects("days"):
        rooms = Fields(day.data.get("rooms"), f"{day.where}, “rooms”")
        for room in rooms.data:
            sessions += [_session(one, room, zone) for one in rooms.objects(room)]
    return ParsedSchedule("pretalx", sessions)


def _session(talk: Fields, room: str, zone: zoneinfo.ZoneInfo) -> ParsedSession:
    title = talk.text("title")
    talk.where = f"“{title}” in {room}" if title else talk.where
    starts_at, length = talk.moment("date", zone), _length(talk)
    return ParsedSession(
        key=talk.text("guid", "code", "id"),
        title=title,
        starts_at=starts_at,
        ends_at=starts_at and length and starts_at.astimezone(datetime.UTC) + length,
        room=talk.text("room") or room,
        summary=talk.text("abstract", "description"),
        format=format_of(talk.text("type"), title),
        speakers=[ParsedSpeaker(one.text("public_name", "name")) for one in talk.objects("persons")],
    )


def _length(talk: Fields) -> datetime.timedelta | None:
    """Of "00:30" (hours and minutes) or "1:00:30" (days before them)."""
    typed = talk.text("duration")
    if not typed:
        return None
    found = _DURATION.fullmatch(typed)
    if not found:
        talk.refuse("duration", f"is “{typed}”: no length like 00:30")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return datetime.timedelta(days=days, hours=hours, minutes=minutes)
