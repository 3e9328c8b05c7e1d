"""A folder written beside the one it will replace: half of one is never under its name.

The draft has a hidden name and is locked while it is written. A killed export leaves it behind; the next empties it.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from coverage.interchange.archive import manifest
from coverage.interchange.archive.errors import NotExported


class Written:
    """A file being written; its SHA-256 is counted on the way."""

    def __init__(self, file: BinaryIO):
        self.file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.file.write(data)
        self.digest.update(data)


class Folder:
    """Files by their names below it, with slashes; each is written once."""

    def __init__(self, path: Path):
        self.path = path
        self.digests: dict[str, str] = {}

    @contextmanager
    def open(self, name: str) -> Iterator[Written]:
        """Raises NotExported for a name that leads out of the folder."""
        if not manifest.is_below(name):
            raise NotExported(f"“{name}” leads out of the folder: nothing is written there.")
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            written = Written(file)
            yield written
        self.digests[name] = written.digest.hexdigest()

    def write(self, name: str, data: bytes) -> None:
        with self.open(name) as file:
            file.write(data)

    def finish(self) -> None:
        (self.path / manifest.NAME).write_text(manifest.text_of(self.digests), "utf-8")


@contextmanager
def beside(target: Path, check: Callable[[], None]) -> Iterator[Folder]:
    """A draft that takes the place of `target`, an absolute path, when the block ends well; else it is removed again.

    Effects at the end: the manifest is written, everything flushed to disk, what stood there removed. Raises
    NotExported while another export writes there, and what `check` raises: it is asked whether what stands there may
    go, before that and again at the last moment.
    """
    check()
    draft = target.with_name(f".{target.name}.unfinished")
    lock = _claim(draft)
    try:
        folder = Folder(draft)
        yield folder
        folder.finish()
        os.sync()  # once for all: a file at a time would take minutes
        check()
        _replace(target, draft)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    finally:
        os.close(lock)


def _claim(draft: Path) -> int:
    """The draft, made or emptied, for this process alone; answers the lock, a file descriptor of the folder."""
    while True:
        draft.mkdir(parents=True, exist_ok=True)
        lock = os.open(draft, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise NotExported(
                "Another export is writing there at the moment: wait until it is done."
            ) from None
        if _is_at(draft, lock):
            for left in draft.iterdir():
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            return lock
        os.close(lock)  # the other finished between our two steps, and its draft has its lasting name


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _replace(target: Path, draft: Path) -> None:
    before = target.with_name(f".{target.name}.replaced")
    shutil.rmtree(before, ignore_errors=True)
    if target.exists():
        target.rename(before)
    try:
        draft.rename(target)
    except OSError:
        if before.exists():
            before.rename(target)
        raise
    parent = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
    shutil.rmtree(before, ignore_errors=True)
