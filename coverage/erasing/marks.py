"""What is looked for when something is erased, and what stands in its place."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.html import escape

# Nomen nescio: the old sign for a name that is not given, in any language and as short as a name may be.
UNNAMED = "N. N."
ERASED = "[erased]"
# Characters. A shorter text may well be somebody else's, too: it is found only where it is a whole value.
TELLING = 16
_WORD = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True)
class Marks:
    """`within` is found wherever it stands as whole words, `whole` only as a whole value, in capitals or not;
    `by` takes their place."""

    within: frozenset[str]
    whole: frozenset[str]
    by: str

    @classmethod
    def of_words(cls, texts: Iterable[str]) -> "Marks":
        """What repeats the texts of a post or a picture."""
        said = {text.strip() for text in texts}
        return cls(frozenset(text for text in said if len(text) >= TELLING), frozenset(), ERASED)

    @classmethod
    def of_names(cls, names: Iterable[str]) -> "Marks":
        """What names a person: a name of one word may be any word, and counts only as a whole value."""
        said = {" ".join(name.split()) for name in names} - {"", UNNAMED}
        within = frozenset(name for name in said if " " in name or "@" in name)
        return cls(within, said - within, UNNAMED)

    def __bool__(self) -> bool:
        return bool(self.within or self.whole)

    def clean(self, value: Any) -> Any:
        """The same value without them; lists and dictionaries are gone through, whose keys may be titles."""
        if isinstance(value, dict):
            return {self._without(key): self.clean(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.clean(one) for one in value]
        if not isinstance(value, str):
            return value
        return self.by if value.strip().casefold() in self._whole else self._without(value)

    def _without(self, text: str) -> str:
        return self._pattern.sub(lambda found: self.by, text) if self.within else text

    def is_in(self, value: Any) -> bool:
        return self.clean(value) != value

    def hints(self) -> set[str]:
        """Of each mark the longest word of plain letters: whatever holds the mark has it, in HTML and in JSON too."""
        return {max(_WORD.findall(mark) or [""], key=len) for mark in self.within | self.whole}

    @cached_property
    def _whole(self) -> set[str]:
        return {mark.casefold() for mark in self.whole}

    @cached_property
    def _pattern(self) -> re.Pattern:
        written = {way(mark) for mark in self.within for way in (str, escape, _escaped_words)}
        spaced = [
            r"(?:\s|&nbsp;)+".join(map(re.escape, mark.split()))
            for mark in sorted(written, key=len, reverse=True)
        ]
        return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE)


def _escaped_words(text: str) -> str:
    """As the sanitiser leaves it: quotation marks stand as they are."""
    return html.escape(text, quote=False)


def forget(value: Any, ids: set[str]) -> Any:
    """The value without what its dictionaries say of the things of these ids: that they were there stays."""
    if isinstance(value, list):
        return [forget(one, ids) for one in value]
    if not isinstance(value, dict):
        return value
    speaks = any(isinstance(one, str) and any(key in one for key in ids) for one in value.values())
    return {
        name: "" if speaks and name in _SAYS and isinstance(one, str) else forget(one, ids)
        for name, one in value.items()
    }


_SAYS = {"title", "caption", "alt", "alt_text", "credit", "headline", "body", "text", "why"}
