"""Filters for the record's rows: times kept as text, titles, who is named besides those quoted."""

import datetime

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from coverage.record import embeds, titles
from coverage.record.models import EventHead, ReleasedPost, ReleasedSpeaker

register = template.Library()
register.filter("plain", titles.plain)
register.filter("with_cards", embeds.with_cards)
MARKS = '“”„«»"'
LATE = datetime.timedelta(minutes=15)  # after what it tells of; sooner nobody calls it late


@register.filter
def moment(text: str | None) -> datetime.datetime | None:
    """A time the record keeps as ISO 8601 text, ready for `|date`."""
    return datetime.datetime.fromisoformat(text) if text else None


@register.filter
def filed_late(post: ReleasedPost, head: EventHead) -> bool:
    """Whether it came long after what it tells of; what was before coverage began is no delay."""
    if post.happened_at is None or head.opened_at is None or post.happened_at < head.opened_at:
        return False
    return post.released_at - post.happened_at >= LATE


@register.filter
def short_day(moment: datetime.datetime) -> str:
    """ "20 Mar", in the language and the zone that are active: `M` of Django has a capital in every language."""
    local = timezone.localtime(moment)
    name = str(MONTHS_3[local.month])
    return f"{local.day} {name.title() if get_language().startswith('en') else name}"


@register.filter
def filed_at(post: ReleasedPost) -> SafeString:
    """When it was first released, with the day if that is not the day of what it tells of."""
    filed = timezone.localtime(post.released_at)
    day = ""
    if filed.date() != timezone.localtime(post.happened_at).date():
        day = format_html(' <span class="day">{}</span>', short_day(filed))
    return format_html('<time datetime="{}">{}{}</time>', filed.isoformat(), f"{filed:%H:%M}", day)


@register.filter
def spoken(language: str) -> SafeString:
    """The attributes of an element whose words are in this language, and run the way it is written."""
    way = "rtl" if language.partition("-")[0] in settings.LANGUAGES_BIDI else "ltr"
    return format_html('lang="{}" dir="{}"', language, way)


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
