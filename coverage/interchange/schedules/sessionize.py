"""Sessionize's API (`/api/v2/…/view/All`): sessions, and the speakers and rooms they name by id."""

import zoneinfo

from coverage.interchange.schedules.fields import Fields
from coverage.interchange.schedules.shapes import ParsedSchedule, ParsedSession, ParsedSpeaker, format_of
from coverage.models.keynote import KeynoteFormat


def is_sessionize(data: object) -> bool:
    return isinstance(data, dict) and isinstance(data.get("sessions"), list) and "speakers" in data


def read_sessionize(data: dict, zone: zoneinfo.ZoneInfo) -> ParsedSchedule:
    """Raises UnreadableSchedule. Its times have no offset: they are meant in `zone`, the event's."""
    whole = Fields(data, "The file")
    speakers = {one.text("id"): _speaker(one) for one in whole.objects("speakers")}
    rooms = {one.text("id"): one.text("name") for one in whole.objects("rooms")}
    return ParsedSchedule(
        "sessionize", [_session(one, speakers, rooms, zone) for one in whole.objects("sessions")]
    )


def _speaker(person: Fields) -> ParsedSpeaker:
    name = person.text("fullName") or " ".join(
        filter(None, (person.text("firstName"), person.text("lastName")))
    )
    return ParsedSpeaker(name, billed=person.text("tagLine"))


def _session(
    one: Fields, speakers: dict[str, ParsedSpeaker], rooms: dict[str, str], zone: zoneinfo.ZoneInfo
) -> ParsedSession:
    title = one.text("title")
    one.where = f"“{title}”" if title else one.where
    strangers = [str(key) for key in one.items("speakers") if str(key) not in speakers]
    if strangers:
        one.refuse("speakers", f"names {', '.join(strangers)}, and the file has no such speaker")
    format = format_of(title)
    if one.flag("isServiceSession") and format == KeynoteFormat.KEYNOTE:
        format = KeynoteFormat.BREAK
    return ParsedSession(
        key=one.text("id"),
        title=title,
        starts_at=one.moment("startsAt", zone),
        ends_at=one.moment("endsAt", zone),
        room=rooms.get(one.text("roomId"), one.text("room")),
        summary=one.text("description"),
        format=format,
        speakers=[speakers[str(key)] for key in one.items("speakers")],
        cancelled=one.text("status").lower() in ("canceled", "cancelled"),
    )
