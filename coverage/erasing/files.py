"""The files of what was erased: removed after the commit, one by one, each struck off its row when it is gone."""

import logging
from collections.abc import Callable

from coverage.live import files as pages
from coverage.record.models import EventHead
from media import storage
from newsroom.editorial.erasures import Erasure

log = logging.getLogger(__name__)
ORIGINALS, RENDITIONS, CARD, PARTIAL, PAGES = "originals", "renditions", "card", "partial", "pages"


def _page(slug: str) -> None:
    """A web process that runs writes it anew within a second; one it has written since the erasure stays."""
    head = EventHead.objects.filter(slug=slug).first()
    pages.remove_older(slug, epoch=head.epoch if head else "")


REMOVE: dict[str, Callable[[str], None]] = {
    ORIGINALS: lambda folder: storage.remove_folder(storage.originals(), folder),
    RENDITIONS: lambda folder: storage.remove_folder(storage.renditions(), folder),
    CARD: lambda name: storage.remove(storage.renditions(), name),
    PARTIAL: lambda name: storage.remove(storage.partials(), name),
    PAGES: _page,
}


def remove(erasure: Erasure) -> None:
    """Removes what is left of an erasure's files. Stopped in between, it goes on where it was.

    Raises OSError, with the rest noted, if a storage does not answer.
    """
    while erasure.left:
        kind, name = erasure.left[0]
        REMOVE[kind](name)
        erasure.left = erasure.left[1:]
        erasure.save(update_fields=["left"])


def sweep() -> int:
    """Finishes erasures whose files were not all removed; answers how many it finished."""
    done = 0
    for erasure in list(Erasure.objects.exclude(left=[]).order_by("pk")):
        try:
            remove(erasure)
            done += 1
        except OSError as error:
            log.warning("files of an erased %s are still there, and are tried again: %s", erasure, error)
    return done
