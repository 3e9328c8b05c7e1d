"""One spelling put in another's place, in plain text and between the tags of HTML, and a preview of it."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

# A `>` inside a quoted attribute does not end the tag.
_TAG = re.compile(r'(<(?:"[^"]*"|[^">])*>)')
_BLOCK_END = re.compile(r"</(?:p|li|blockquote)>|<br ?/?>")
_MARKS = {"\x02": "<del>", "\x03": "</del> <ins>", "\x04": "</ins>"}
Replacement = Callable[[re.Match], str]


@dataclass(frozen=True)
class Respelling:
    """Finds `old` as whole words, case-sensitive, however its words are spaced. Both are plain text on one line."""

    old: str
    new: str

    @cached_property
    def _plain(self) -> re.Pattern:
        return re.compile(rf"(?<!\w){_spaced(self.old.split(), r'\s+')}(?!\w)")

    @cached_property
    def _html(self) -> re.Pattern:
        words = [html.escape(word, quote=False) for word in self.old.split()]
        return re.compile(rf"(?<![\w&]){_spaced(words, r'(?:\s|&nbsp;)+')}(?!\w)")

    def is_in(self, text: str) -> bool:
        return bool(self._plain.search(text))

    def is_in_html(self, markup: str) -> bool:
        return self.in_html(markup) != markup

    def in_text(self, text: str) -> str:
        return self._plain.sub(lambda found: self.new, text)

    def in_html(self, markup: str) -> str:
        """The same HTML with the new spelling in its words; tags and their attributes stay as they are."""
        return self._between_tags(markup, lambda found: html.escape(self.new, quote=False))

    def marked(self, text: str) -> str:
        """HTML of a plain text, what goes in `<del>` and what comes in `<ins>`."""
        return self.marked_html(html.escape(text, quote=False))

    def marked_html(self, markup: str) -> str:
        """As `marked`, of an HTML text: the paragraphs that change, without their tags, separated by line breaks."""
        new = html.escape(self.new, quote=False)
        marked = self._between_tags(_unmarked(markup), lambda found: f"\x02{found[0]}\x03{new}\x04")
        changed = [block for block in _BLOCK_END.split(marked) if "\x02" in block]
        text = "<br>".join(_TAG.sub("", block).strip() for block in changed)
        for sign, tag in _MARKS.items():
            text = text.replace(sign, tag)
        return text

    def _between_tags(self, markup: str, replacement: Replacement) -> str:
        parts = _TAG.split(markup)  # words and tags by turns, words first
        parts[::2] = [self._html.sub(replacement, words) for words in parts[::2]]
        return "".join(parts)


def _spaced(words: list[str], space: str) -> str:
    return space.join(map(re.escape, words))


def _unmarked(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _MARKS)))
