"""What differs between two texts, word by word, line beside line. Knows nothing of posts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, REMOVED, ADDED = "same", "removed", "added"
# A word with its apostrophes, the space between words, or one other sign.
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|\s+|[^\w\s]|_")
ALIKE = 0.5  # two lines that have half their words in common are one line that was changed


@dataclass(frozen=True)
class Line:
    """A paragraph, a quote, a picture. Lines of different `identity` are never one line that was changed."""

    text: str
    identity: str = ""


@dataclass(frozen=True)
class Run:
    kind: str
    text: str


def compare(old: Iterable[Line], new: Iterable[Line]) -> list[list[Run]]:
    """The lines of both in one order, each as runs of words that stayed, went or came."""
    old, new = list(old), list(new)
    rows: list[list[Run]] = []
    for tag, i, i2, j, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [[Run(SAME, line.text)] for line in old[i:i2]]
        else:
            rows += _changed_lines(old[i:i2], new[j:j2])
    return rows


def _changed_lines(old: list[Line], new: list[Line]) -> list[list[Run]]:
    """Each old line beside the first new one that is like it, in order; the others went or came."""
    rows, after = [], 0
    for line in old:
        match = next((n for n in range(after, len(new)) if _are_one(line, new[n])), None)
        if match is None:
            rows.append([Run(REMOVED, line.text)])
            continue
        rows += [[Run(ADDED, came.text)] for came in new[after:match]]
        rows.append(words(line.text, new[match].text))
        after = match + 1
    return rows + [[Run(ADDED, came.text)] for came in new[after:]]


def _are_one(old: Line, new: Line) -> bool:
    if old.identity or new.identity:
        return old.identity == new.identity
    matcher = SequenceMatcher(None, _TOKEN.findall(old.text), _TOKEN.findall(new.text), autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def words(old: str, new: str) -> list[Run]:
    """One line as runs of words. Words that stayed between two changes count as changed if they are only a space."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    runs: list[Run] = []
    went = came = ""
    for tag, i, i2, j, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        stayed = "".join(before[i:i2]) if tag == "equal" else ""
        if stayed.isspace() and (went or came):
            went, came = went + stayed, came + stayed
        elif stayed:
            runs += _settled(went, came)
            runs.append(Run(SAME, stayed))
            went = came = ""
        else:
            went, came = went + "".join(before[i:i2]), came + "".join(after[j:j2])
    return runs + _settled(went, came)


def _settled(went: str, came: str) -> list[Run]:
    return [run for run in (Run(REMOVED, went), Run(ADDED, came)) if run.text]
