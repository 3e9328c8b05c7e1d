"""Draws the share cards that wait for it, and puts right what lost messages, killed workers and old rows left."""

import datetime
import logging

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from coverage.publishing import cards
from coverage.publishing.release import add_header_entry
from coverage.record.cards import drawing
from coverage.record.described import describe
from coverage.record.models import CARDS, EventHead, ReleasedKeynote, ReleasedPost, ShareCard
from media import storage

log = logging.getLogger(__name__)
TRIES = 3
AT_ONCE = 100  # cards drawn by one task, at a tenth of a second each; the next look has the others
STRAY_AGE = datetime.timedelta(hours=1)


def draw_waiting(head_id: int | None = None) -> int:
    """Draws the cards of one event that wait, or of all, the newest first. Returns how many."""
    waiting = ShareCard.objects.filter(drawn_at=None, tries__lt=TRIES)
    if head_id is not None:
        waiting = waiting.filter(head=head_id)
    return sum(draw(card) for card in waiting.order_by("-pk")[:AT_ONCE])


def draw(card: ShareCard) -> bool:
    """Writes its file; False if it could not, or it was taken back meanwhile: then no file is left behind.

    A try is counted before the work, so that a card that kills its worker is given up; not one that the storage fails.
    """
    mine = ShareCard.objects.filter(pk=card.pk)
    if not mine.filter(drawn_at=None).update(tries=F("tries") + 1):
        return False
    files = storage.renditions()
    try:
        storage.write(files, card.file, drawing.draw(card.says))
    except OSError as error:
        mine.update(tries=F("tries") - 1)
        log.warning("share card %s was not written, and is tried again: %s", card.folder, error)
        return False
    except (MemoryError, SoftTimeLimitExceeded):  # not the card's fault alone: the worker has to know
        raise
    except Exception:
        log.exception("share card %s could not be drawn", card.folder)
        return False
    if mine.update(drawn_at=timezone.now()):
        return True
    storage.remove(files, card.file)
    return False


def sweep() -> None:
    """One look: gives cards to what was released before there were any, and draws what waits."""
    for key in _without_card().values_list("desk_id", flat=True):
        give_cards(key)
    draw_waiting()


@transaction.atomic
def give_cards(desk_id: int) -> None:
    """Describes an event anew that was released by an older newsroom: its keynotes and posts have cards then.

    It takes a number, for pages are kept by it.
    """
    head = EventHead.objects.select_for_update().get(desk_id=desk_id)
    if head.structured:
        return
    now = timezone.now()
    for row in ReleasedPost.objects.live().filter(head=head).prefetch_related("picture_rows"):
        describe(row, head, row.pictures())
        row.save(update_fields=["title", "structured"])
        cards.settle_post(row, head, row.pictures(), at=now)
    keynotes = ReleasedKeynote.objects.filter(head=head).prefetch_related("appearances")
    cards.settle_programme(head, keynotes, at=now)
    head.save(update_fields=["card", "structured"])
    add_header_entry(head, "head", head.head_fragment, at=now)


def tidy() -> None:
    """Has lost files drawn again, and deletes files of the last hour before this that no card names."""
    files = storage.renditions()
    there = set(storage.files_in(files, CARDS))
    known = {card.file.removeprefix(f"{CARDS}/"): card.pk for card in ShareCard.objects.only("folder")}
    lost = [known[name] for name in known.keys() - there]
    ShareCard.objects.filter(pk__in=lost, drawn_at__isnull=False).update(drawn_at=None, tries=0)
    before = timezone.now() - STRAY_AGE
    for name in sorted(there - known.keys()):
        if files.get_modified_time(f"{CARDS}/{name}") < before:
            log.info("deleting %s: no share card has it", name)
            storage.remove(files, f"{CARDS}/{name}")


def _without_card():
    """Public events that were never given one: `structured` is set with it, and stays where our type lacks letters."""
    return EventHead.objects.public().filter(structured="")
