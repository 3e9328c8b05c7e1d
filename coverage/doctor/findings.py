"""What a look found."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    GOOD = "good"
    MIND = "mind"  # works, and could be better
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """`what` was looked at, what was `seen`, and what to do about it; no secret is in either."""

    what: str
    grade: Grade
    seen: str
    mend: str = ""


def good(what: str, seen: str) -> Finding:
    return Finding(what, Grade.GOOD, seen)


def mind(what: str, seen: str, mend: str) -> Finding:
    return Finding(what, Grade.MIND, seen, mend)


def bad(what: str, seen: str, mend: str) -> Finding:
    return Finding(what, Grade.BAD, seen, mend)
