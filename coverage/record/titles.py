"""Words for a post where its HTML does not go: page titles, key events, feeds, structured data."""

import html
import re

from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext

from coverage.record.models import ReleasedPost

_BLOCK_END = re.compile(r"</(p|li|blockquote)>|<br ?/?>")
_SPACE = re.compile(r"\s+")


def plain(markup: str) -> str:
    """The words of an HTML text on one line, entities resolved."""
    return _SPACE.sub(" ", html.unescape(strip_tags(_BLOCK_END.sub(" ", markup)))).strip()


def title_of(post: ReleasedPost, words: int = 14) -> str:
    """The headline; without one the first words of the body, of a quote, or the keynote's title."""
    said = next((quote["text"] for quote in post.quotes), "")
    opening = plain(post.body) or said
    if post.headline or not opening:
        return post.headline or post.keynote_title or gettext("Picture")
    return Truncator(opening).words(words)


def text_of(post: ReleasedPost) -> str:
    """Body and quotes as plain text, each quote with its speaker; one line."""
    quotes = (f"{said_by(quote)}: {quote['text']}" for quote in post.quotes)
    return " ".join(filter(None, [plain(post.body), *quotes]))


def said_by(quote: dict) -> str:
    """The name as billed, or the description of somebody who was not identified."""
    return quote.get("name") or quote["attribution"]
