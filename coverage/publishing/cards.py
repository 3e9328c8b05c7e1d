"""Share cards: given to a page in the transaction that releases its words, and taken back in the one that ends them.

A page names its card's address from the first moment on; until the file is drawn (`card_drawing`) that address
answers 503. Only rows of the record are read, so nothing can be drawn that was not released.
"""

import datetime
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from coverage.record.cards import words
from coverage.record.cards.drawing import SIZE
from coverage.record.described import for_script, share_card
from coverage.record.models import EventHead, ReleasedKeynote, ReleasedPost, ShareCard, WithdrawnFolder
from coverage.record.staged import event_item
from media import hints, storage
from media.picture import Picture

DRAW = "publishing.draw_cards"


def settle_post(
    row: ReleasedPost, head: EventHead, pictures: Iterable[Picture], *, at: datetime.datetime
) -> None:
    """Gives a released post, already saved, the card of what it says now.

    One that shows a picture and quotes nobody has its picture's crop instead (`described.share_card`).
    """
    shown = [picture for picture in pictures if picture.place == "shown"]
    says = None if shown and not row.quotes else words.of_post(row, head)
    drawn = _settle(ShareCard.objects.filter(post=row), says, at=at, head=head, post=row)
    card = drawn or share_card(shown)
    if card != row.card:
        row.card = card
        ReleasedPost.objects.filter(pk=row.pk).update(card=card)


def settle_programme(head: EventHead, keynotes: Iterable[ReleasedKeynote], *, at: datetime.datetime) -> None:
    """Gives the event and its keynotes their cards, and sets the head's `structured`; the head is not saved.

    A post's card names the event: where its title changed, posts have new ones soon (`card_drawing.exchange`).
    """
    own = ShareCard.objects.filter(head=head, post=None, keynote=None)
    head.card = _settle(own, words.of_event(head), at=at, head=head)
    keynotes = list(keynotes)
    for keynote in keynotes:
        says = words.of_keynote(keynote, keynote.appearances.all(), head)
        card = _settle(ShareCard.objects.filter(keynote=keynote), says, at=at, head=head, keynote=keynote)
        if card != keynote.card:
            ReleasedKeynote.objects.filter(pk=keynote.pk).update(card=card)
    head.structured = for_script(event_item(head, keynotes))
    of_posts = ShareCard.objects.filter(head=head, post__isnull=False, stale=False)
    if of_posts.exclude(says__event=words.shown_title(head)).update(stale=True):
        _draw_after_commit(head)


def discard(cards: QuerySet[ShareCard], *, at: datetime.datetime, withdrawn: bool = False) -> None:
    """Takes cards away: their addresses answer 410 from the commit on, and their files are removed after it."""
    gone = list(cards)
    if not gone:
        return
    WithdrawnFolder.objects.bulk_create(
        WithdrawnFolder(folder=card.folder, at=at, withdrawn=withdrawn, head_id=card.head_id) for card in gone
    )
    ShareCard.objects.filter(pk__in=[card.pk for card in gone]).delete()
    for card in gone:
        transaction.on_commit(partial(storage.remove, storage.renditions(), card.file), robust=True)


def _settle(present: QuerySet[ShareCard], says: dict | None, *, at: datetime.datetime, **of) -> dict | None:
    """The card that says this, as pages name it: the present one, or a new one in its place.

    None: there is none, or it cannot be drawn.
    """
    card = present.first()
    if card is None or card.says != says or card.head_id != of["head"].pk:
        discard(present, at=at)
        card = says and _new(says, of)
    elif card.stale:  # the event has its old title back
        present.update(stale=False)
    if not card or card.given_up:
        return None
    return {
        "url": f"/pictures/{card.folder}/card.png",
        "width": SIZE[0],
        "height": SIZE[1],
        "alt": words.alt_of(says),
    }


def _new(says: dict, of: dict) -> ShareCard:
    _draw_after_commit(of["head"])
    return ShareCard.objects.create(folder=secrets.token_hex(16), says=says, **of)


@dataclass(frozen=True)
class Hint:
    """Has the cards of an event drawn; two of one event are equal."""

    head: int

    def __call__(self) -> None:
        hints.send(DRAW, self.head, queue="images")


def _draw_after_commit(head: EventHead) -> None:
    """Once a transaction, however many cards it makes."""
    hint = Hint(head.pk)
    if hint not in [waiting for _, waiting, _ in transaction.get_connection().run_on_commit]:
        transaction.on_commit(hint, robust=True)


def bring(folder: str | None, says: dict | None, **of) -> None:
    """Makes the card of what an export brought back, under the address it had; it is drawn soon.

    `folder` None: its page names none, and goes on naming none. `says` None: there is nothing to draw.
    """
    if says:
        ShareCard.objects.create(
            folder=folder or secrets.token_hex(16), says=says, given_up=folder is None, **of
        )
        _draw_after_commit(of["head"])
