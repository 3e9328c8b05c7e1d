"""Fragments: HTML made once, at release, from the record's rows alone. Page, updates and feeds reuse them."""

import zoneinfo
from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils import translation

from coverage.record.models import EventHead, ReleasedArticle, ReleasedKeynote, ReleasedPost, ReleasedSpeaker
from media.picture import Picture


def render_post(
    row: ReleasedPost, head: EventHead, pictures: Iterable[Picture], speakers: Iterable[ReleasedSpeaker]
) -> str:
    """The `<article>` of a post. `row` need not be saved yet; times are printed in the event's zone."""
    return _render(
        "record/post.html", head, {"post": row, "pictures": list(pictures), "speakers": list(speakers)}
    )


def render_head(head: EventHead) -> str:
    """The head of the event's page: title, standfirst, state, place, dates, and where its wrap is. One query."""
    article = ReleasedArticle.objects.live().filter(head=head).first() if head.pk else None
    return _render("record/head.html", head, {"article": article})


def render_programme(head: EventHead, keynotes: Iterable[ReleasedKeynote]) -> str:
    """The run of show; expects `appearances` to be prefetched."""
    return _render("record/programme.html", head, {"keynotes": list(keynotes)})


def _render(template: str, head: EventHead, context: dict) -> str:
    zone = zoneinfo.ZoneInfo(head.time_zone)
    with translation.override(head.language):
        return render_to_string(template, {**context, "head": head, "zone": zone}).strip()
