"""Filters for the record's rows: times kept as text, titles, who is named besides those quoted."""

import datetime

from django import template

from coverage.record import titles
from coverage.record.models import ReleasedPost, ReleasedSpeaker

register = template.Library()
register.filter("plain", titles.plain)
MARKS = '“”„«»"'


@register.filter
def moment(text: str | None) -> datetime.datetime | None:
    """A time the record keeps as ISO 8601 text, ready for `|date`."""
    return datetime.datetime.fromisoformat(text) if text else None


@register.filter
def title_of(post: ReleasedPost) -> str:
    return titles.title_of(post)


@register.filter
def unmarked(text: str) -> str:
    """A quote without the quotation marks its reporter typed round the whole of it."""
    inner = text.strip()
    if inner[:1] in MARKS and inner[-1:] in MARKS and not any(mark in inner[1:-1] for mark in MARKS):
        return inner[1:-1].strip()
    return inner


@register.filter
def unquoted(speakers: list[ReleasedSpeaker], quotes: list[dict]) -> list[ReleasedSpeaker]:
    """The speakers a post names without quoting them: the others are named under their quotes."""
    quoted = {quote.get("speaker") for quote in quotes}
    return [speaker for speaker in speakers if speaker.speaker not in quoted]
