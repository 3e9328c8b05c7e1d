"""Draws the share cards that wait for it, and puts right what lost messages, killed workers and old rows left."""

import datetime
import functools
import logging
from contextlib import suppress

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from coverage.publishing import cards
from coverage.publishing.release import add_header_entry
from coverage.record.cards import drawing, words
from coverage.record.described import describe
from coverage.record.models import CARDS, EventHead, ReleasedKeynote, ReleasedPost, ShareCard
from media import storage
from newsroom.editorial import clock

log = logging.getLogger(__name__)
TRIES = 3
CLAIM = datetime.timedelta(minutes=2)  # longer than any task may take
BATCH = 100  # posts that one transaction gives cards
AT_ONCE = 100  # cards drawn by one task, at a tenth of a second each; the next look has the others
STRAY_AGE = datetime.timedelta(hours=1)


def draw_waiting(head_id: int | None = None) -> int:
    """Draws the cards of one event that wait, or of all, the newest first. Returns how many.

    Before that it exchanges those that name their event by an older title.
    """
    exchange(head_id)
    waiting = _undrawn(ShareCard.objects.all()).filter(tries__lt=TRIES)
    if head_id is not None:
        waiting = waiting.filter(head=head_id)
    return sum(draw(card) for card in waiting.order_by("-pk")[:AT_ONCE])


def exchange(head_id: int | None = None) -> None:
    """Gives the posts whose cards are stale new ones, a hundred in a transaction, so that no release waits long."""
    stale = ShareCard.objects.filter(stale=True)
    if head_id is not None:
        stale = stale.filter(head=head_id)
    for key in set(stale.values_list("head", flat=True)):
        while _exchange_some(key):
            pass


@transaction.atomic
def _exchange_some(head_id: int) -> bool:
    """Whether there were any. They take a number, for pages are kept by it."""
    head, now = EventHead.objects.select_for_update().filter(pk=head_id).first(), clock.now()
    stale = ShareCard.objects.filter(head=head_id, stale=True).select_related("post").order_by("-pk")
    batch = list(stale.prefetch_related("post__picture_rows")[:BATCH])
    if head is None or not batch:
        return False
    for card in batch:
        cards.settle_post(card.post, head, card.post.pictures(), at=now)
    add_header_entry(head, "head", head.head_fragment, at=now)
    return True


@functools.lru_cache(maxsize=1)  # one query a process: what is released from then on names the house as it is
def call_house(name: str) -> None:
    """Exchanges the cards that call the newsroom otherwise than it is called now. They take a number.

    `name` is NEWSROOM_NAME: under each it is done once.
    """
    others = ShareCard.objects.exclude(says__house=words.shown_house())
    others.filter(post__isnull=False).update(stale=True)
    for key in set(others.filter(post=None).values_list("head", flat=True)):
        with transaction.atomic():
            head, now = EventHead.objects.select_for_update().get(pk=key), clock.now()
            _settle_programme(head, at=now)
            add_header_entry(head, "head", head.head_fragment, at=now)


def draw(card: ShareCard) -> bool:
    """Writes its file; False if it could not, or it was taken back meanwhile: then no file is left behind.

    One worker draws it at a time. A try is counted before the work, so that a card that kills its worker is given up;
    not one that the storage fails.
    """
    mine = ShareCard.objects.filter(pk=card.pk)
    if not _undrawn(mine).update(tries=F("tries") + 1, claimed_at=clock.now()):
        return False
    try:
        content = drawing.draw(card.says)
    except (MemoryError, SoftTimeLimitExceeded):  # not the card's fault alone: the worker has to know
        raise
    except Exception:
        log.exception("share card %s could not be drawn", card.folder)
        mine.update(claimed_at=None)
        _give_up(mine.filter(tries__gte=TRIES))
        return False
    files = storage.renditions()
    try:
        storage.write(files, card.file, content)
    except OSError as error:
        mine.update(tries=F("tries") - 1, claimed_at=None)
        log.warning("share card %s was not written, and is tried again: %s", card.folder, error)
        return False
    if mine.update(drawn_at=clock.now(), claimed_at=None):
        return True
    storage.remove(files, card.file)
    return False


def sweep() -> None:
    """One look: gives cards to what was released before there were any, exchanges those of another name of the house,
    draws what waits, and gives up what kills its workers."""
    for key in _without_card().values_list("desk_id", flat=True):
        give_cards(key)
    call_house(settings.NEWSROOM_NAME)
    draw_waiting()
    _give_up(_undrawn(ShareCard.objects.filter(tries__gte=TRIES)))


def _undrawn(cards: QuerySet[ShareCard]) -> QuerySet[ShareCard]:
    """Those nobody is drawing."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=clock.now() - CLAIM)
    return cards.filter(free, drawn_at=None, given_up=False)


def _give_up(those: QuerySet[ShareCard]) -> None:
    for card in those:
        log.error("share card %s is given up after %d tries", card.folder, card.tries)
        _take_off(card)


@transaction.atomic
def _take_off(card: ShareCard) -> None:
    """Its page shows what a page without a card shows. It takes a number, for pages are kept by it."""
    head, now = EventHead.objects.select_for_update().get(pk=card.head_id), clock.now()
    if not ShareCard.objects.filter(pk=card.pk, drawn_at=None, given_up=False).update(given_up=True):
        return
    if card.post_id:
        row = ReleasedPost.objects.get(pk=card.post_id)
        cards.settle_post(row, head, row.pictures(), at=now)
    else:
        _settle_programme(head, at=now)
    add_header_entry(head, "head", head.head_fragment, at=now)


def _settle_programme(head: EventHead, *, at: datetime.datetime) -> None:
    keynotes = ReleasedKeynote.objects.filter(head=head).prefetch_related("appearances")
    cards.settle_programme(head, keynotes, at=at)
    head.save(update_fields=["card", "structured"])


def give_cards(desk_id: int) -> None:
    """Describes an event anew that was released by an older newsroom: its keynotes and posts have cards then.

    A hundred posts in a transaction, so that no release waits long; the event itself last, which says that all is done.
    Each takes a number, for pages are kept by it.
    """
    while _give_some(desk_id):
        pass


@transaction.atomic
def _give_some(desk_id: int) -> bool:
    """Whether anything is left to do."""
    head, now = EventHead.objects.select_for_update().get(desk_id=desk_id), clock.now()
    undescribed = ReleasedPost.objects.live().filter(head=head, structured="").newest_first()
    rows = list(undescribed.prefetch_related("picture_rows")[:BATCH])
    for row in rows:
        describe(row, head, row.pictures())
        row.save(update_fields=["title", "structured"])
        cards.settle_post(row, head, row.pictures(), at=now)
    if not rows and head.structured:  # by a release of the programme meanwhile
        return False
    if not rows:
        _settle_programme(head, at=now)
    add_header_entry(head, "head", head.head_fragment, at=now)
    return bool(rows)


def tidy() -> None:
    """Has lost files drawn again, and deletes files of the last hour before this that no card names.

    The rows are read first: what is drawn after that is a young file that no row names, and not a lost one.
    """
    files, rows = storage.renditions(), ShareCard.objects.values_list("folder", "pk", "drawn_at")
    known = {f"{folder}.png": (key, drawn) for folder, key, drawn in rows}
    there = set(storage.files_in(files, CARDS))
    lost = [key for name, (key, drawn) in known.items() if drawn and name not in there]
    ShareCard.objects.filter(pk__in=lost).update(drawn_at=None, tries=0)
    before = storage.older_than(STRAY_AGE)
    for name in sorted(there - known.keys()):
        with suppress(FileNotFoundError):  # its card was taken away meanwhile
            if files.get_modified_time(f"{CARDS}/{name}") < before:
                log.info("deleting %s: no share card has it", name)
                storage.remove(files, f"{CARDS}/{name}")


def _without_card():
    """Public events that were never given one: `structured` is set with it, and stays where our type lacks letters."""
    return EventHead.objects.public().filter(structured="")
