"""Making a backup, while the newsroom works on."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from coverage.backup import log
from coverage.backup.alone import BACKING_UP, alone
from coverage.backup.archive import Writer
from coverage.backup.databases import database
from coverage.backup.errors import NotBackedUp
from coverage.backup.links import PICTURES, Links, folders_of_pictures
from coverage.backup.names import Named, named
from coverage.backup.sealing import Sealer

KEYS = ("secret-key", "vapid-key", "demo-password")
# Only a file that came and went between two looks, a moment apart, makes another snapshot worth while.
TRIES = 3
Progress = Callable[[Iterable, int, str], Iterable]


@dataclass
class Done:
    """`lost`: files that the database names and nobody could find. `keys`: which of DATA_DIR are in it."""

    file: Path
    at: datetime
    pictures: int
    lost: list[str]
    keys: list[str]
    bytes: int


def back_up(where: Path, *, key: bytes | None, with_keys: bool, progress: Progress) -> Done:
    """Writes a backup into a folder, under a name that says when, or to a file that is not there yet.

    Database and pictures are those of one moment. The keys that DATA_DIR keeps go into an encrypted one alone.
    Effects: the file, readable by its owner alone, whole or not at all; a line in the log. Raises NotBackedUp and
    OSError.
    """
    file = _target(where, is_sealed=key is not None)
    database().check_can_dump()
    folder = settings.DATA_DIR / ".backing-up"
    with alone(BACKING_UP, NotBackedUp("Another backup is being made. Wait until it is done.")):
        _remove(folder)  # of one that was killed
        folder.mkdir(mode=0o700)
        try:
            done = _make(file, Links(folder), key, with_keys, progress)
        finally:
            _remove(folder)
        log.note(_entry(done, key))
    return done


def _make(file: Path, links: Links, key: bytes | None, with_keys: bool, progress: Progress) -> Done:
    at, dump, wanted, about = _take(links)
    names = [
        (alias, name) for alias in PICTURES for name in sorted(links.there[alias]) if wanted.has(alias, name)
    ]
    lost = sorted(
        f"{alias}/{name}"
        for alias in folders_of_pictures()
        for name in wanted.files[alias] - links.there[alias]
    )
    keys = [name for name in KEYS if with_keys and key and (settings.DATA_DIR / name).exists()]
    about |= {"at": at.isoformat(), "files": len(names) + len(keys) + 1, "keys": keys, "lost": lost}

    def fill(out) -> None:
        with Writer(out, about) as writer:
            writer.add(database().MEMBER, dump)
            for alias, name in progress(names, len(names), "pictures backed up"):
                writer.add(f"{alias}/{name}", links.path(alias, name))
            for name in keys:
                writer.add(f"keys/{name}", settings.DATA_DIR / name)
            writer.finish()

    size = _write_whole(file, key, fill)
    return Done(file, at, len(names), lost, keys, size)


def _take(links: Links) -> tuple[datetime, Path, Named, dict]:
    """A moment for which every file that the database names has a link, or is nowhere; the database as a file."""
    for left in reversed(range(TRIES)):
        links.look()
        at = timezone.now()
        with database().snapshot(links.folder) as snapshot:
            links.look()
            with snapshot.reading():
                wanted, about = named(), _about()
            is_whole = all(wanted.files[alias] <= links.there[alias] for alias in folders_of_pictures())
            if is_whole or not left:
                return at, snapshot.dump(), wanted, about
    raise AssertionError


def _about() -> dict:
    """What a restore has to know before it does anything."""
    applied = MigrationRecorder(connection).applied_migrations()
    elsewhere = {alias: storages[alias] for alias in PICTURES if alias not in folders_of_pictures()}
    return {
        "database": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
        "buckets": {alias: one.bucket_name for alias, one in elsewhere.items()},
    }


def _target(where: Path, *, is_sealed: bool) -> Path:
    name = f"newsroom-{timezone.now():%Y%m%dT%H%M%SZ}.tar" + (".sealed" if is_sealed else "")
    file = where / name if where.is_dir() else where
    if file.exists():
        raise NotBackedUp(f"{file} is there already. Name another file, or a folder.")
    if not file.parent.is_dir():
        raise NotBackedUp(f"There is no folder {file.parent}. Make it, or name another one.")
    return file


def _write_whole(file: Path, key: bytes | None, fill: Callable[[BinaryIO | Sealer], None]) -> int:
    """Under another name first, flushed to disk, then renamed. Answers its size in bytes."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            sealer = Sealer(out, key) if key else None
            fill(sealer or out)
            if sealer:
                sealer.close()
            out.flush()
            os.fsync(out.fileno())
            size = out.tell()
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)
    return size


def _entry(done: Done, key: bytes | None) -> dict:
    return {
        "file": str(done.file.absolute()),
        "at": done.at.isoformat(),
        "bytes": done.bytes,
        "encrypted": key is not None,
        "keys": done.keys,
    }


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
