"""Calendars as conferences publish them: zones, folded lines, lengths, whole days."""

import datetime
import zoneinfo
from pathlib import Path

import pytest

from coverage.interchange.schedules.reading import read_schedule
from coverage.interchange.schedules.shapes import UnreadableSchedule

GIVEN = (Path(__file__).parent / "lakeside.ics").read_bytes()
ZURICH = zoneinfo.ZoneInfo("Europe/Zurich")


def utc(hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2026, 6, 11, hour, minute, tzinfo=datetime.UTC)


def test_each_event_is_a_session():
    opening, panel, lunch, _ = read_schedule(GIVEN, ZURICH).sessions

    assert (opening.key, opening.room) == ("lakeside-2026-open@talks.example.org", "Seesaal")
    assert (opening.starts_at, opening.ends_at) == (utc(7), utc(7, 20))
    assert opening.summary.endswith("that the file folds it in the middle of a word.")
    assert opening.summary.startswith("Welcome, and how")
    assert (panel.starts_at, panel.ends_at, panel.cancelled) == (utc(7, 30), utc(8, 30), True)
    assert [one.format for one in (opening, panel, lunch)] == ["opening", "panel", "break"]
    assert not opening.cancelled


def test_a_time_without_a_zone_is_the_events_and_a_whole_day_is_none():
    *_, lunch, walk = read_schedule(GIVEN, ZURICH).sessions

    assert (lunch.starts_at, lunch.ends_at) == (utc(10), None)
    assert (walk.title, walk.starts_at) == ("Walk around the lake", None)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (b"DTSTART:20260611T120000", b"DTSTART:noon", r"“Lunch by the water”.*DTSTART"),
        (b"DURATION:PT1H", b"DURATION:long", r"who pays.*DURATION"),
        (b"DURATION:PT1H", b"RRULE:FREQ=DAILY;COUNT=2", "is repeated"),
        (b"DTSTART:20260611T120000", b"DTSTART;TZID=Moon/Base:20260611T120000", "Moon/Base"),
        (b"UID:lakeside-2026-day@talks.example.org\n", b"", "has no id"),
        (b"SUMMARY:Lunch by the water\n", b"", "has no title"),
        (b"END:VCALENDAR", b"", "cannot be read"),
    ],
)
def test_what_cannot_be_right_is_named(before, after, sentence):
    with pytest.raises(UnreadableSchedule, match=sentence):
        read_schedule(GIVEN.replace(before, after, 1), ZURICH)
