"""What an event wants to be true of a post before it is published: hard checks hold it back, soft ones are said.

Credit and alternative text are not among them: they hold back the picture, never the words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices

from coverage.models import Event, Post
from newsroom.editorial.errors import Invalid


class Level(TextChoices):
    HARD = "hard", "holds it back"
    SOFT = "soft", "is pointed out"
    OFF = "off", "is not looked at"


@dataclass(frozen=True)
class Check:
    """`fails` answers the sentence for a post and the content of a revision, "" if all is well; `field` of a post."""

    name: str
    label: str
    field: str
    fails: Callable[[Post, dict], str]


@dataclass(frozen=True)
class Point:
    """A check that failed, and how hard."""

    check: Check
    level: str
    sentence: str


def _note(post: Post, content: dict) -> str:
    return f"The desk’s note is still open: “{post.note[:120]}”" if post.note else ""


def _keynote(post: Post, content: dict) -> str:
    if content["keynote"] or post.outside_keynote or not post.event.keynotes.exists():
        return ""
    return "No keynote is chosen: choose one, or say that it is not in a keynote."


def _quotes(post: Post, content: dict) -> str:
    unchecked = sum(not quote["checked"] for quote in content["quotes"])
    if not unchecked:
        return ""
    if unchecked == 1:
        return "A quote is not compared with the recording yet."
    return f"{unchecked} quotes are not compared with the recording yet."


CHECKS = (
    Check("note", "No open note", "note", _note),
    Check("keynote", "A keynote is chosen, or none on purpose", "keynote", _keynote),
    Check("quotes", "Quotes are compared with the recording", "quotes", _quotes),
)


def level_of(event: Event, check: Check) -> str:
    """How hard an event takes a check: soft unless it says otherwise."""
    return event.checks.get(check.name, Level.SOFT)


def points(post: Post, content: dict) -> list[Point]:
    """The checks of its event that the content of a revision fails; costs at most a query."""
    wanted = ((check, level_of(post.event, check)) for check in CHECKS)
    failed = ((check, level, check.fails(post, content)) for check, level in wanted if level != Level.OFF)
    return [Point(check, level, sentence) for check, level, sentence in failed if sentence]


def check_ready(post: Post, content: dict) -> None:
    """Raises Invalid with the sentence of every hard check that fails."""
    failed = [point for point in points(post, content) if point.level == Level.HARD]
    if failed:
        raise Invalid({point.check.field: [point.sentence] for point in failed})
