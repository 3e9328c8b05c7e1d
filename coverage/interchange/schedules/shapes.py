"""A schedule as read from a file, whatever its format: what an import needs of it, and what is wrong with it."""

import datetime
import re
from dataclasses import dataclass, field

from coverage.models.keynote import KeynoteFormat
from newsroom.editorial.local_time import times_shown

LONGEST_TITLE = 200
# What a source calls a session, and the format that is.
_FORMATS = (
    (KeynoteFormat.BREAK, r"break|lunch|coffee|breakfast|pause|registration"),
    (KeynoteFormat.PANEL, r"panel"),
    (KeynoteFormat.FIRESIDE, r"fireside"),
    (KeynoteFormat.OPENING, r"opening|welcome"),
    (KeynoteFormat.CLOSING, r"closing|farewell"),
    (KeynoteFormat.DEMO, r"demo|demonstration"),
)


class UnreadableSchedule(Exception):
    """The file is no schedule we know, or something in it cannot be right. `problems`: a sentence for each."""

    def __init__(self, *problems: str):
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class ParsedSpeaker:
    """As billed in the file; `billed` is job title and organisation in one line where it does not part them."""

    name: str
    billed: str = ""
    job_title: str = ""
    organisation: str = ""


@dataclass
class ParsedSession:
    """`key` is the source's own id. Times are aware; None: not known yet. `cancelled`: the file says so.

    `missing` and `doubled`: a sentence for each of its local times that no clock shows, or that comes twice.
    """

    key: str
    title: str
    starts_at: datetime.datetime | None = None
    ends_at: datetime.datetime | None = None
    room: str = ""
    summary: str = ""
    format: str = KeynoteFormat.KEYNOTE
    speakers: list[ParsedSpeaker] = field(default_factory=list)
    cancelled: bool = False
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


@dataclass
class ParsedSchedule:
    system: str
    sessions: list[ParsedSession]


def format_of(*words: str) -> KeynoteFormat:
    """From what the source calls its kind and, failing that, from its title."""
    for word in words:
        for format, pattern in _FORMATS:
            if re.search(rf"\b({pattern})\b", word, re.IGNORECASE):
                return format
    return KeynoteFormat.KEYNOTE


def check(schedule: ParsedSchedule) -> ParsedSchedule:
    """The schedule, by time. Raises UnreadableSchedule for what no keynote could hold, all of it at once."""
    problems, seen = [], set()
    for number, session in enumerate(schedule.sessions, start=1):
        where = f"Session {number} (“{session.title or session.key}”)"
        if not session.title:
            problems.append(f"{where} has no title.")
        if not session.key:
            problems.append(f"{where} has no id.")
        elif session.key in seen:
            problems.append(f"{where} has the id {session.key}, as another one has.")
        if not session.missing and _is_backwards(session):
            problems.append(f"{where} ends before it starts.")
        seen.add(session.key)
    if problems:
        raise UnreadableSchedule(*problems)
    latest = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    schedule.sessions.sort(key=lambda session: session.starts_at or latest)
    return schedule


def _is_backwards(session: ParsedSession) -> bool:
    return bool(session.starts_at and session.ends_at and session.ends_at < session.starts_at)


def in_utc(session: ParsedSession) -> ParsedSession:
    """With its times in UTC, where they compare; of a local time that comes twice the first.

    Raises UnreadableSchedule for a time at the very edge of the calendar.
    """
    for name, word in (("starts_at", "start"), ("ends_at", "end")):
        moment = getattr(session, name)
        if moment is not None:
            _note_clock(session, word, moment)
            try:
                setattr(session, name, moment.astimezone(datetime.UTC))
            except OverflowError as beyond:
                raise UnreadableSchedule(
                    f"“{session.title}”: its {word} is {moment}, which is no time."
                ) from beyond
    return session


def _note_clock(session: ParsedSession, word: str, moment: datetime.datetime) -> None:
    shown = times_shown(moment)
    where = f"its {word}, {moment:%H:%M} on {moment:%-d %B %Y} in {moment.tzinfo}"
    if shown == 0:
        session.missing.append(f"{where}, does not exist: the clocks go forward then")
    elif shown == 2:
        session.doubled.append(f"{where}, comes twice: the first was taken, {moment:%H:%M %Z (UTC%:z)}")


def trimmed(session: ParsedSession) -> ParsedSession:
    """In one line and no longer than a keynote's columns."""
    session.title = " ".join(session.title.split())[:LONGEST_TITLE]
    session.room = " ".join(session.room.split())[:100]
    session.summary = session.summary.strip()
    return session
