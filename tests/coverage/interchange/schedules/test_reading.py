"""Schedules as pretalx and Sessionize hand them out, and what is said of a file that is none."""

import datetime
import json
import zoneinfo
from pathlib import Path

import pytest

from coverage.interchange.schedules.reading import read_schedule
from coverage.interchange.schedules.shapes import ParsedSpeaker, UnreadableSchedule

HERE = Path(__file__).parent
ZURICH = zoneinfo.ZoneInfo("Europe/Zurich")


def given(name: str) -> dict:
    return json.loads((HERE / f"{name}.json").read_text())


def read(data: object):
    return read_schedule(json.dumps(data).encode(), ZURICH)


def local(day: int, clock: str) -> datetime.datetime:
    return datetime.datetime.combine(
        datetime.date(2026, 6, day), datetime.time.fromisoformat(clock), tzinfo=ZURICH
    )


def test_pretalx_gives_rooms_times_and_people():
    schedule = read(given("pretalx"))

    opening, panel, lunch = schedule.sessions
    assert schedule.system == "pretalx"
    assert (opening.key, opening.format, panel.format, lunch.format) == (
        "7a1f1b6e-3d0a-5f55-9c6e-0c5d1f1f0001",
        "opening",
        "panel",
        "break",
    )
    assert (panel.starts_at, panel.ends_at, panel.room) == (local(11, "09:30"), local(11, "10:30"), "Seesaal")
    assert panel.speakers == [ParsedSpeaker("Ngozi Okafor"), ParsedSpeaker("Regula Meier")]
    assert (lunch.starts_at, lunch.room, opening.summary) == (
        local(12, "12:00"),
        "Loft",
        "Welcome, and how the day goes.",
    )


def test_sessionize_gives_what_has_no_time_yet_last():
    doors, keynote, demo = read(given("sessionize")).sessions

    assert (doors.format, keynote.format, demo.format) == ("break", "keynote", "demo")
    assert (keynote.starts_at, keynote.ends_at) == (local(11, "09:00"), local(11, "09:45"))
    assert (keynote.room, demo.starts_at, demo.room) == ("Main stage", None, "")
    assert keynote.speakers == [ParsedSpeaker("Tomás Herrera", billed="Principal Engineer, Quiet Data")]


def changed(name: str, change) -> dict:
    data = given(name)
    change(
        data["schedule"]["conference"]["days"][0]["rooms"]["Seesaal"]
        if name == "pretalx"
        else data["sessions"]
    )
    return data


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("sessionize", lambda all: all[0].update(startsAt="nine"), "boring databases”: “startsAt” is “nine”"),
        ("sessionize", lambda all: all[0].update(speakers=["x"]), "names x, and the file has no such speaker"),
        ("sessionize", lambda all: all[0].update(title=["a"]), "sessions 1: “title” should be text and is a list"),
        ("sessionize", lambda all: all[0].update(title=""), "has no title"),
        ("sessionize", lambda all: all[0].update(id="512002"), "has the id 512002, as another one has"),
        ("sessionize", lambda all: all[0].update(endsAt="2026-06-11T08:00:00"), "ends before it starts"),
        ("sessionize", lambda all: all[0].update(startsAt="0001-01-01T00:00:00"), "its start is 0001-01-01"),
        ("sessionize", lambda all: all.append("x"), "sessions 4 should be an object with fields, and is text"),
        ("pretalx", lambda all: all[0].update(duration="long"), "“duration” is “long”: no length like 00:30"),
        ("pretalx", lambda all: all[0].update(guid="", code="", id=None), "has no id"),
        ("pretalx", lambda all: all[0].update(persons={}), "“persons” should be a list and is an object"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_named_with_session_and_field(name, change, sentence):
    with pytest.raises(UnreadableSchedule) as refused:
        read(changed(name, change))

    assert sentence in " ".join(refused.value.problems)


def test_a_length_is_counted_in_hours_that_pass_not_on_the_clock():
    data = given("pretalx")
    talk = data["schedule"]["conference"]["days"][0]["rooms"]["Seesaal"][0]
    talk.update(date="2026-03-29T01:30:00", duration="01:00")

    session = read(data).sessions[0]

    assert session.ends_at - session.starts_at == datetime.timedelta(hours=1)
    assert not session.missing


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'{\n "sessions": [\n}', "Line 3, column 1"),
        (b"\n\xff\xfe", "Line 2 is no UTF-8 text"),
        (b"[1, 2]", "no schedule we know"),
        (b'{"schedule": {"conference": 3}}', "The conference should be an object"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5_000, "a number that is too long"),
        (b"", "Line 1, column 1"),
    ],
)
def test_a_file_that_is_no_schedule_is_told_from_its_content(data, sentence):
    with pytest.raises(UnreadableSchedule, match=sentence):
        read_schedule(data, ZURICH)
