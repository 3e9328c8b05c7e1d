"""Finished first pages as files, for a web server in front: `PAGES/<event>/index.html` and `index.html.gz`.

Several processes may write. The lock beside an event's folder lets them do so one after the other, and the stamp in it
lets no older page of an epoch replace a newer one. A file is replaced by renaming, so that nobody reads half of one.
"""

import fcntl
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from coverage.live.looking import Page
from newsroom.editorial.crash import crash_at

log = logging.getLogger(__name__)
# Of one number in two builds, the page of the process that started later counts: it is the newer build's.
STARTED = time.time()
NAMES = ("index.html.gz", "index.html")
_unwritten: set[str] = set()  # events, said in the log


def put(page: Page) -> bool:
    """Writes a page, unless a newer one of its epoch is there.

    False: it could not be written, which is logged once. The one before is removed then, since it may say what was
    withdrawn: the web server in front asks the newsroom.
    """
    slug = page.head.slug
    crash_at("projection.built")
    try:
        _put(page)
    except OSError as error:
        for name in NAMES:
            with suppress(OSError):
                (_root() / slug / name).unlink()
        if slug not in _unwritten:
            log.error("the page file of %s cannot be written, and is tried again: %s", slug, error)
        _unwritten.add(slug)
        return False
    _unwritten.discard(slug)
    return True


def remove(slug: str) -> None:
    """Of an event that is not public any more, or not kept up to date by this process."""
    with _locked(slug) as folder:
        shutil.rmtree(folder, ignore_errors=True)


def remove_older(slug: str, *, epoch: str) -> None:
    """Removes an event's page unless it is of this epoch: of another one nobody keeps it up to date."""
    if slug not in known():
        return
    with _locked(slug) as folder:
        if _stamp(folder).get("epoch") != epoch:
            shutil.rmtree(folder, ignore_errors=True)


def known() -> list[str]:
    """The events that have files: somebody must keep them up to date."""
    root = _root()
    return sorted(path.name for path in root.iterdir() if path.is_dir()) if root.exists() else []


def _put(page: Page) -> None:
    head = page.head
    with _locked(head.slug) as folder:
        there = _stamp(folder)
        if there.get("epoch") == head.epoch and [there["seq"], there["started"]] > [head.seq, STARTED]:
            return
        for name, data in zip(NAMES, (page.answer.packed, page.answer.body), strict=True):
            _replace(folder / name, data)
            crash_at("projection.half")
        stamp = {"epoch": head.epoch, "seq": head.seq, "started": STARTED}
        _replace(folder / "stamp.json", json.dumps(stamp).encode())


def _root() -> Path:
    return settings.DATA_DIR / "pages"


def _stamp(folder: Path) -> dict:
    """What is there; nothing if there is no stamp, or one that a crash cut short."""
    with suppress(OSError, ValueError):
        found = json.loads((folder / "stamp.json").read_text())
        if isinstance(found, dict) and {"epoch", "seq", "started"} <= found.keys():
            return found
    return {}


@contextmanager
def _locked(slug: str) -> Iterator[Path]:
    """The event's folder, for one process at a time."""
    folder = _root() / slug
    folder.mkdir(parents=True, exist_ok=True)
    with open(_root() / f".{slug}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder.mkdir(exist_ok=True)
        yield folder


def _replace(path: Path, data: bytes) -> None:
    """By renaming. Its time is later than that of the file before by a second at least, since a web server makes the
    ETag of a file from its time in seconds and its size; a file that says the same stays, with its ETag."""
    before = 0
    with suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return
        before = int(path.stat().st_mtime)
    at = max(int(time.time()), before + 1)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(data)
        os.utime(beside, (at, at))
        crash_at("projection.drafted")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
