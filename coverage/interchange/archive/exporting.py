"""An announced event written into a folder, as its readers have it: to open without a server, to keep, to check.

Only the record is read, all of it at one moment. What is taken back while the export is written is not in it: then it
is begun again.
"""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from django.http import Http404

from coverage.front.reading import public_head
from coverage.interchange.archive.assets import check_prepared
from coverage.interchange.archive.errors import FileGone, NotExported
from coverage.interchange.archive.folder import beside
from coverage.interchange.archive.snapshot import is_taken_back_since, mark_of, one_moment
from coverage.interchange.archive.target import check_target
from coverage.interchange.archive.writing import Export
from coverage.record.models import EventHead

TRIES = 5

Progress = Callable[[Iterable, int, str], Iterable]


class Exported(NamedTuple):
    folder: Path
    posts: int
    withdrawn: int
    pictures: int
    files: int


class TakenBack(Exception):
    """Something in the export is not for readers any more."""


def export_event(slug: str, folder: Path, progress: Progress) -> Exported:
    """Writes the event into `folder`, which is made, is empty, or holds an older export of this event.

    `progress` gets items, how many they will be and what they are, and yields them. Effects: nothing but the folder,
    which is replaced at the very end. Raises NotExported, Unavailable and OSError, with nothing changed.
    """
    target = folder.expanduser().resolve()
    check_prepared()
    for _ in range(TRIES):
        try:
            return _export_once(slug, target, progress)
        except TakenBack:
            continue
    raise NotExported("Something was withdrawn again and again while the export was written. Try later.")


def _export_once(slug: str, target: Path, progress: Progress) -> Exported:
    """Raises TakenBack; a file that went missing may be one of what was taken back, or of what was replaced."""
    with beside(target, partial(check_target, target, slug)) as draft:
        missing = None
        with one_moment():
            head = _head(slug)
            before = mark_of(head.pk)
            export = Export(head, draft, progress)
            try:
                export.write()
            except FileGone as gone:
                missing = gone
        now = mark_of(head.pk)
        if is_taken_back_since(before, now) or (missing and now != before):
            raise TakenBack
        if missing:
            raise NotExported(
                f"{missing} is not in the storage, although the record shows it. The workers make lost pictures again "
                "within minutes, while the newsroom runs: try then."
            )
    return Exported(target, **export.counts, files=len(draft.digests) + 1)


def _head(slug: str) -> EventHead:
    try:
        return public_head(slug)
    except Http404:
        raise NotExported(
            f"There is no announced event “{slug}”: an export holds what readers have."
        ) from None
