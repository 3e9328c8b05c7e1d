"""Words as a search compares them, the same for both databases: neither splits or folds a text by itself.

Small letters without accents: `Francois` finds `François`. No stemming, for the record is in many languages. Where a
script puts no spaces between words each of its signs stands for itself, and a word is a phrase of them.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST = 64  # characters of a word that count; PostgreSQL refuses a lexeme of more than 2,046 bytes
# Letters of their own that are also written without their stroke, and no decomposition says so.
PLAIN_LETTERS = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "ŧ": "t",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
}
# Thai and Lao, Burmese, Khmer, kana, Han.
WITHOUT_SPACES = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF)),
    *((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
)


class Spot(NamedTuple):
    """A folded word, and where it stands in the text as it was written."""

    word: str
    start: int
    end: int


def words(text: str) -> list[str]:
    """The folded words of a text, in order. They hold letters, digits and vowel signs of scripts, nothing else."""
    return [spot.word for spot in spots(text)]


def spots(text: str) -> Iterator[Spot]:
    """The same with their places."""
    word, start, end = "", 0, 0
    for place, sign in enumerate(text):
        pieces = _pieces(sign)
        for number, piece in enumerate(pieces):
            if number and word:
                yield Spot(word[:LONGEST], start, end)
                word = ""
            if piece and not word:
                start = place
            if piece or len(pieces) == 1:  # an accent of its own belongs to the letter before it
                word, end = word + piece, place + 1
    if word:
        yield Spot(word[:LONGEST], start, end)


@lru_cache(maxsize=4096)
def _pieces(sign: str) -> tuple[str, ...]:
    """What a character adds to the word before it, and then the beginning of each further word; "½" is 1 and 2."""
    folded = unicodedata.normalize("NFKC", sign).casefold()
    return tuple("".join(map(_folded, folded)).split(" "))


def _folded(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cf" or _is_accent(sign):  # Cf: a soft hyphen, a joiner
        return ""
    if category[0] not in "LNM":
        return " "
    decomposed = unicodedata.normalize("NFKD", sign)
    bare = unicodedata.normalize("NFC", "".join(part for part in decomposed if not _is_accent(part)))
    return f" {bare} " if _is_without_spaces(sign) else PLAIN_LETTERS.get(bare, bare)


def _is_accent(sign: str) -> bool:
    """By canonical combining class: points of Hebrew and Arabic, accents. What is lower makes another letter."""
    return 10 <= unicodedata.combining(sign) <= 36 or unicodedata.combining(sign) >= 200


def _is_without_spaces(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in WITHOUT_SPACES)
