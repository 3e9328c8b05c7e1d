"""A post's HTML as the plain text a phone's textarea holds, and whether that loses anything."""

import html
import re

import nh3

from coverage.models.markup import clean_html, paragraphs

_BREAK = re.compile(r"<br ?/?>")
_BLOCK_END = re.compile(r"</(p|li|blockquote)>")


def text_of(body: str) -> str:
    """The words, with a blank line between paragraphs."""
    spaced = _BLOCK_END.sub("\n\n", _BREAK.sub("\n", body))
    words = html.unescape(nh3.clean(spaced, tags=set()))
    return re.sub(r"\n{3,}", "\n\n", words).strip()


def body_of(text: str) -> str:
    """Typed text as it will stand in a post."""
    return clean_html(paragraphs(text))


def is_plain(body: str) -> bool:
    """False if somebody gave it links, lists or emphasis, which a change made here would drop."""
    return body_of(text_of(body)) == body


def same_words(one: str, other: str) -> bool:
    """Whether two typed texts are equal but for line endings and space at the ends."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
