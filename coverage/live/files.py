"""Finished first pages as files, for a web server in front: `PAGES/<event>/index.html` and `index.html.gz`.

Several processes may write: the lock and the stamp beside the files let no older page of an epoch replace a newer one,
and each process looks every second. A file is replaced by renaming, so that nobody reads half of one.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from coverage.live.looking import Page


def put(page: Page) -> bool:
    """Writes a page unless a newer one of its epoch is there; answers whether it did. Raises OSError."""
    head = page.head
    with _locked(head.slug) as folder:
        there = _stamp(folder)
        if there.get("epoch") == head.epoch and there.get("seq", 0) > head.seq:
            return False
        for name, data in (("index.html.gz", page.answer.packed), ("index.html", page.answer.body)):
            _replace(folder / name, data)
        _replace(folder / "stamp.json", json.dumps({"epoch": head.epoch, "seq": head.seq}).encode())
        return True


def remove(slug: str) -> None:
    """Of an event that is not public any more, or not kept up to date by this process."""
    with _locked(slug) as folder:
        shutil.rmtree(folder, ignore_errors=True)


def known() -> list[str]:
    """The events that have files: somebody must keep them up to date."""
    root = _root()
    return sorted(path.name for path in root.iterdir() if path.is_dir()) if root.exists() else []


def _root() -> Path:
    return settings.DATA_DIR / "pages"


def _stamp(folder: Path) -> dict:
    try:
        return json.loads((folder / "stamp.json").read_text())
    except (OSError, ValueError):  # none yet, or one a crash cut short
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
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)
