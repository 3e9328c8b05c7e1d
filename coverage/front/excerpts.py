"""What a search found, shown in its own words: where they stand is marked, all else is escaped."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from coverage.record.query import Query, Term
from coverage.record.words import Spot, spots

LONGEST = 240  # characters of an excerpt
BEFORE = 50  # of them before the first word found
LOOKED_THROUGH = 20_000  # characters of a text


class Place(NamedTuple):
    """Where a term of the query stands in a text; `term` is its number."""

    start: int
    end: int
    term: int


def marked(text: str, query: Query) -> SafeString:
    return _with_marks(text, places_of(query, text))


def excerpt(texts: Sequence[str], query: Query, *, goes_on: bool = False) -> SafeString:
    """The part of the first text that has words of the query, where most of them are; else the first one's beginning.

    `goes_on`: the first text is the rest of something.
    """
    for number, text in enumerate(texts):
        if places := places_of(query, text):
            return _cut(text, places, goes_on=goes_on and number == 0)
    return _cut(texts[0], [], goes_on=goes_on) if texts else SafeString()


def places_of(query: Query, text: str) -> list[Place]:
    """In order of the text."""
    read = list(spots(text[:LOOKED_THROUGH]))
    found = (place for number, term in enumerate(query.wanted) for place in _places(term, number, read))
    return sorted(found)


def _places(term: Term, number: int, read: Sequence[Spot]) -> Iterable[Place]:
    size = len(term.words)
    for first in range(len(read) - size + 1):
        some = read[first : first + size]
        if _is_said(term, [spot.word for spot in some]):
            yield Place(some[0].start, some[-1].end, number)


def _is_said(term: Term, words: list[str]) -> bool:
    *before, last = words
    ends = last.startswith(term.words[-1]) if term.is_begun else last == term.words[-1]
    return ends and tuple(before) == term.words[:-1]


def _cut(text: str, places: list[Place], *, goes_on: bool) -> SafeString:
    start = _start(text, places) if len(text) > LONGEST else 0
    end = len(text) if len(text) - start <= LONGEST else text.rfind(" ", start + 1, start + LONGEST)
    end = end if end > 0 else start + LONGEST  # a script without spaces
    inside = [Place(a - start, b - start, term) for a, b, term in places if start <= a and b <= end]
    before, after = ("… " if start or goes_on else ""), ("…" if end < len(text) else "")
    return format_html("{}{}{}", before, _with_marks(text[start:end], inside), after)


def _start(text: str, places: list[Place]) -> int:
    """Before the word after which most terms follow within an excerpt; where a word begins, if there are spaces."""
    if not places:
        return 0
    reach = LONGEST - BEFORE
    best = max(places, key=lambda place: (len(_terms_within(places, place.start, reach)), -place.start))
    if best.start <= BEFORE:
        return 0
    space = text.find(" ", best.start - BEFORE, best.start)
    return space + 1 if space >= 0 else best.start


def _terms_within(places: list[Place], start: int, reach: int) -> set[int]:
    return {place.term for place in places if start <= place.start and place.end <= start + reach}


def _with_marks(text: str, places: Iterable[Place]) -> SafeString:
    """What overlaps is marked once."""
    parts, done = [], 0
    for start, end, _ in places:
        if end <= done:
            continue
        parts.append((text[done:start], text[max(start, done) : end]))
        done = end
    made = format_html_join("", "{}<mark>{}</mark>", parts)
    return format_html("{}{}", made, conditional_escape(text[done:]))
