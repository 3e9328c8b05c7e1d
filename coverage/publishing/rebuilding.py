"""An exported event's rows in the record, made again from its values: same numbers, places, ids, times and words.

Nothing of it is HTML from elsewhere: fragments, titles and what machines are told are rendered here, as at a release,
from values that were cleaned. Earlier wordings are not in an export, so entries that no longer stand are blank, as
after a removal. Call these in one transaction, in their order; the desk's rows are there already.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from coverage.models import Appearance, Event, Keynote, Post, Wrap
from coverage.publishing import cards
from coverage.publishing.programme import HEAD_COLUMNS
from coverage.record import documents
from coverage.record.cards import words
from coverage.record.described import describe
from coverage.record.fragment import render_head, render_post, render_programme
from coverage.record.models import (
    EventHead,
    MovedAddress,
    Op,
    Release,
    ReleasedAppearance,
    ReleasedArticle,
    ReleasedKeynote,
    ReleasedParagraph,
    ReleasedPicture,
    ReleasedPost,
    ReleasedSpeaker,
    WithdrawnFolder,
)
from newsroom.editorial.errors import Invalid


@dataclass
class Given:
    """A post's values as an export has them, beside the desk's row. `pictures` and `speakers` are unsaved rows."""

    post: Post
    values: dict[str, Any]
    card: str | None = None
    pictures: list[ReleasedPicture] = field(default_factory=list)
    speakers: list[ReleasedSpeaker] = field(default_factory=list)


def bring_head(
    event: Event, *, seq: int, state: str, unlisted: bool, times: dict[str, datetime | None]
) -> EventHead:
    """The event's head under its number, with an epoch of its own: pages that are open elsewhere begin anew."""
    columns = {name: getattr(event, name) for name in HEAD_COLUMNS}
    head = EventHead(desk_id=event.pk, seq=seq, state=state, unlisted=unlisted, **columns, **times)
    return _saved(head)


def bring_keynote(
    head: EventHead, keynote: Keynote, cast: Iterable[tuple[Appearance, dict]], values: dict[str, Any]
) -> ReleasedKeynote:
    row = _saved(ReleasedKeynote(head=head, desk_id=keynote.pk, order=keynote.order, **values))
    documents.keep_in_programme(row)
    for appearance, billed in cast:
        documents.keep_in_programme(
            _saved(ReleasedAppearance(keynote=row, desk_id=appearance.pk, order=appearance.order, **billed))
        )
    return row


def bring_post(head: EventHead, given: Given) -> ReleasedPost:
    """A post that stands."""
    row = ReleasedPost(head=head, desk_id=given.post.pk, **given.values)
    seen = [one.as_picture() for one in given.pictures]
    row.fragment = render_post(row, head, seen, given.speakers)
    describe(row, head, seen)
    _saved(row)
    for children in (given.pictures, given.speakers):
        for order, child in enumerate(children):
            child.post, child.order = row, order
            _check(child)
    ReleasedPicture.objects.bulk_create(given.pictures)
    ReleasedSpeaker.objects.bulk_create(given.speakers)
    documents.keep_post(row, given.pictures, given.speakers)
    shows = any(picture.place == "shown" for picture in seen) and not row.quotes
    cards.bring(given.card, None if shows else words.of_post(row, head), head=head, post=row)
    cards.settle_post(row, head, seen, at=row.changed_at)
    return row


def bring_withdrawn(head: EventHead, post: Post, values: dict[str, Any]) -> None:
    """A post that was taken back: its address, when and why."""
    _saved(ReleasedPost(head=head, desk_id=post.pk, **values))


def bring_article(head: EventHead, wrap: Wrap, values: dict[str, Any], paragraphs: list[dict]) -> None:
    article = _saved(ReleasedArticle(head=head, desk_id=wrap.pk, **values))
    for order, one in enumerate(paragraphs):
        _saved(ReleasedParagraph(article=article, order=order, **one))


def finish_head(head: EventHead, *, card: str | None, keynote_cards: dict[str, str | None]) -> None:
    """What the page's head and run of show print, with their cards; needs all the other rows."""
    keynotes = list(ReleasedKeynote.objects.filter(head=head).prefetch_related("appearances"))
    cards.bring(card, words.of_event(head), head=head)
    for keynote in keynotes:
        says = words.of_keynote(keynote, keynote.appearances.all(), head)
        cards.bring(keynote_cards[keynote.slug], says, head=head, keynote=keynote)
    head.head_fragment = render_head(head)
    head.programme_fragment = render_programme(head, keynotes)
    cards.settle_programme(head, keynotes, at=head.changed_at)
    head.save()
    documents.keep_event(head)


def bring_entries(head: EventHead, entries: Iterable[dict[str, Any]]) -> None:
    """The changes readers learnt of, under their numbers; only what stands now has its HTML again."""
    fragments = dict(head.posts.live().values_list("seq", "fragment"))
    entries = list(entries)
    latest = {entry["part"]: entry["seq"] for entry in entries if entry["op"] == Op.HEADER}
    fragments |= {
        latest[part]: html
        for part, html in (("head", head.head_fragment), ("programme", head.programme_fragment))
        if part in latest
    }
    rows = []
    for entry in entries:
        html = None if entry["op"] == Op.WITHDRAW else fragments.get(entry["seq"])
        blanked = html is None and entry["op"] != Op.WITHDRAW
        rows.append(Release(head=head, html=html, blanked=blanked, **entry))
        _check(rows[-1])
    Release.objects.bulk_create(rows, batch_size=500)


def bring_addresses(head: EventHead, moved: Iterable[dict[str, Any]], gone: Iterable[dict[str, Any]]) -> None:
    """Where old addresses lead, and folders of pictures that are gone; what is known already stays as it is."""
    redirects = [MovedAddress(head=head, **one) for one in moved]
    folders = [WithdrawnFolder(head=head, **one) for one in gone]
    for row in [*redirects, *folders]:
        _check(row)
    MovedAddress.objects.bulk_create(redirects, ignore_conflicts=True)
    WithdrawnFolder.objects.bulk_create(folders, ignore_conflicts=True)


def picture_row(image: uuid.UUID, values: dict[str, Any], *, folder: str, edition: int) -> ReleasedPicture:
    return ReleasedPicture(image=image, folder=folder, edition=edition, **values)


def _saved(row: Model) -> Any:
    _check(row)
    row.save()
    return row


def _check(row: Model) -> None:
    """Raises Invalid for a value that its column does not hold, with the column's name; relations are not looked up."""
    for column in row._meta.concrete_fields:
        if column.is_relation:
            continue
        value = getattr(row, column.attname)
        try:
            if isinstance(value, str | int):
                column.run_validators(value)
            if column.choices and value not in {choice for choice, _ in column.choices}:
                raise ValidationError("Unknown.")
        except ValidationError as refused:
            what = f"{row._meta.verbose_name}, {column.name}"
            raise Invalid(
                {column.name: [f"{what}: {' '.join(refused.messages)} ({str(value)[:60]})"]}
            ) from refused
