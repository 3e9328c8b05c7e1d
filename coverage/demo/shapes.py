"""The plain shapes the demo event is written in. No model is touched here: whoever loads it decides how."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Organisation:
    slug: str
    name: str
    url: str = ""


@dataclass(frozen=True)
class Speaker:
    """A person; `organisation` is a slug, and it and `job_title` are empty where we do not know them."""

    slug: str
    name: str
    organisation: str = ""
    job_title: str = ""


@dataclass(frozen=True)
class Event:
    slug: str
    title: str
    standfirst: str
    summary: str
    venue: str
    city: str
    country: str
    time_zone: str
    organiser: str
    starts_on: date
    ends_on: date
    default_credit: str
    language: str


@dataclass(frozen=True)
class Appearance:
    """A speaker in a keynote, as billed that day; `role` is speaker, host, moderator or panellist."""

    speaker: str
    role: str
    job_title: str
    organisation: str
    name_as_billed: str
    by_video: bool = False


@dataclass(frozen=True)
class Keynote:
    """An item of the running order; the times are planned ones, "HH:MM" in the event's zone."""

    slug: str
    title: str
    format: str
    starts_at: str
    ends_at: str
    summary: str
    appearances: tuple[Appearance, ...] = ()
    sponsor: str | None = None
    room: str = "Keynote theatre"


@dataclass(frozen=True)
class Quote:
    """What somebody said, told in our words; without `speaker` the attribution alone says who."""

    speaker: str | None
    attribution: str
    text: str
    verbatim: bool = False


@dataclass(frozen=True)
class Correction:
    """The words readers see about a correction, and the body that replaces the first one."""

    note: str
    body: str


@dataclass(frozen=True)
class Post:
    """A post as first published; `time` is "HH:MM:SS" in the event's zone, None where it was not noted."""

    key: str
    time: str | None
    keynote: str | None
    kind: str
    body: str
    headline: str = ""
    key_event: bool = False
    speakers: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()
    author: str = "reporter"
    correction: Correction | None = None
