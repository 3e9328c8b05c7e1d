"""What a reader typed into the search, understood: words, "phrases", -words to leave out; never an error."""

import re
from dataclasses import dataclass

from coverage.record.words import words

MOST_TERMS = 12
MOST_SIGNS = 200
# Phones and other languages put these where " is meant.
QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
_PIECE = re.compile(r'(?P<out>-*)"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]\S*)')


@dataclass(frozen=True)
class Term:
    """One word, or several that stand side by side; `is_begun`: the last may go on."""

    words: tuple[str, ...]
    is_begun: bool = False


@dataclass(frozen=True)
class Query:
    """Every one of `wanted` and none of `unwanted`; without any wanted nothing is found."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()


def understood(typed: str) -> Query:
    """The first terms of what was typed. What holds no letter or digit says nothing.

    A word with signs in it (`R&D`) is a phrase. The last word wanted, if it is not quoted and has two letters or
    more, may be the beginning of one.
    """
    wanted, unwanted, is_open = [], [], False
    for piece in _PIECE.finditer(typed[:MOST_SIGNS].translate(QUOTATION_MARKS)):
        out = piece["out"] or (piece["word"] or "").startswith("-")
        said = tuple(words(piece["word"] if piece["phrase"] is None else piece["phrase"]))
        if not said or len(wanted) + len(unwanted) == MOST_TERMS:
            continue
        (unwanted if out else wanted).append(Term(said))
        is_open = is_open if out else piece["phrase"] is None
    if is_open and len(wanted[-1].words[-1]) > 1:
        wanted[-1] = Term(wanted[-1].words, is_begun=True)
    return Query(tuple(wanted), tuple(unwanted))
