"""Speakers who may be one person under two rows: the same name written otherwise, an initial, a slip of a letter."""

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from coverage.models import Speaker
from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor

# From this length on a second slip of a letter is likelier than a second person.
LONG = 10
TWO_PEOPLE = "two-people"


@dataclass(frozen=True)
class Likely:
    """Two speakers and why they may be one; the one with more to her first."""

    first: Speaker
    second: Speaker
    why: str


def likely_duplicates(people: list[Speaker]) -> list[Likely]:
    """Pairs among `people` (with `organisation` and `aliases` prefetched) that nobody has said are two; by name.

    Only names that share a word, or begin alike, are compared: time grows with the people of one surname, not with
    all of them squared. One query.
    """
    apart = _said_apart()
    found = []
    for one, other in _near(people):
        why = _why(one, other)
        if why and frozenset((one.pk, other.pk)) not in apart:
            found.append(Likely(*sorted((one, other), key=lambda speaker: speaker.pk), why))
    return sorted(found, key=lambda pair: (pair.first.name, pair.second.pk))


@transaction.atomic
def keep_apart(one: Speaker, other: Speaker, *, by: User) -> None:
    """Writes down that two speakers are two people: they are not offered again. Raises NotAllowed."""
    if not is_editor(by):
        raise NotAllowed("Saying that two speakers are two people is for an editor.")
    if frozenset((one.pk, other.pk)) not in _said_apart():
        note = f"{other} is somebody else."
        write_audit(TWO_PEOPLE, one, by=by, note=note, after={"other": other.pk})


def _said_apart() -> set[frozenset[int]]:
    rows = AuditRow.objects.filter(verb=TWO_PEOPLE, thing_type=Speaker._meta.label_lower)
    return {frozenset((int(key), after["other"])) for key, after in rows.values_list("thing_id", "after")}


def folded(name: str) -> str:
    """A name without case, accents and signs, its words spaced once."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", bare.casefold()))


def _near(people: list[Speaker]) -> Iterator[tuple[Speaker, Speaker]]:
    shelves: dict[str, dict[int, Speaker]] = defaultdict(dict)
    for speaker in people:
        for name in _names(speaker):
            for word in name.split():
                shelves[word][speaker.pk] = speaker
            shelves[f"{name[:3]}…"][speaker.pk] = speaker
    seen = set()
    for shelf in shelves.values():
        for pair in itertools.combinations(shelf.values(), 2):
            key = frozenset(speaker.pk for speaker in pair)
            if key not in seen:
                seen.add(key)
                yield pair


def _names(speaker: Speaker) -> list[str]:
    return list(
        dict.fromkeys(folded(name) for name in (speaker.name, *(a.name for a in speaker.aliases.all())))
    )


def _why(one: Speaker, other: Speaker) -> str:
    """A sentence's part; empty: nothing speaks for it."""
    colleagues = one.organisation_id is not None and one.organisation_id == other.organisation_id
    for a, b in itertools.product(_names(one), _names(other)):
        why = _alike(a, b, colleagues)
        if why:
            return f"{why}, the same employer" if colleagues else why
    return ""


def _alike(a: str, b: str, colleagues: bool) -> str:
    if not (a and b):
        return ""
    if sorted(a.split()) == sorted(b.split()):
        return "the same name"
    if _shortened(a, b):
        return "an initial for a first name"
    slips = 2 if colleagues or min(len(a), len(b)) >= LONG else 1
    return "a letter or two differ" if len(a) > 3 and distance(a, b, slips) <= slips else ""


def _shortened(a: str, b: str) -> bool:
    """Whether one gives an initial where the other has the whole first name; the surnames are the same."""
    (first, *_, last), (other_first, *_, other_last) = ([*name.split(), name.split()[-1]] for name in (a, b))
    initials = 1 in (len(first), len(other_first))
    return last == other_last and last != first and initials and first[0] == other_first[0]


def distance(a: str, b: str, most: int) -> int:
    """How many letters were left out, added, mistaken or exchanged with a neighbour; above `most` just more than it."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    last, row = [], list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        before, last, row = last, row, [i]
        for j, other in enumerate(b, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if before and j > 1 and letter == b[j - 2] and other == a[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]
