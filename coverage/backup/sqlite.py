"""SQLite's part of a backup: a copy made within one read transaction, and a file put in another's place."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from coverage.backup.errors import NotRestored
from coverage.backup.places import Place
from coverage.backup.snapshots import Snapshot

MEMBER = "database.sqlite3"
BESIDE = ("-wal", "-shm")


def check_can_dump() -> None:
    """Python has all that is needed."""


@contextmanager
def held() -> Iterator[None]:
    """Nobody else reads or writes the database within. Raises NotRestored if anybody else has the file open.

    Effects: what lies beside it is in it afterwards; a database leaves WAL for nobody but its only user.
    """
    connection.close()
    with closing(sqlite3.connect(_path(), timeout=1, autocommit=True)) as database:
        try:
            database.execute("PRAGMA journal_mode=DELETE")
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise NotRestored(
                f"Another process uses the database ({error}). Stop every web server, worker and beat."
            ) from error
        yield


@contextmanager
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """Copies the database into the folder. VACUUM leaves out what was deleted and still lies in free pages."""
    copy = folder / MEMBER
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(_read_only(_path()), uri=True, timeout=60, autocommit=True)) as source:
        source.execute("VACUUM INTO ?", [str(copy)])
    yield Snapshot(reading=partial(_elsewhere, copy), dump=lambda: copy)


@contextmanager
def restoring(file: Path, stamp: str) -> Iterator[list[Place]]:
    """Within it the newsroom's database is the file. Answers the places to swap once its connection is closed."""
    _check_whole(file)
    target = _path()
    place = Place(target, stamp)
    shutil.move(file, place.staged)
    try:
        with _elsewhere(place.staged):
            yield [place, *(Place(target.with_name(target.name + end), stamp) for end in BESIDE)]
    finally:
        place.clear()


def kept_aside() -> list[str]:
    """Former databases that a restore has put aside."""
    return [str(path) for path in _path().parent.glob(f"{_path().name}*.before-restore-*")]


def _check_whole(file: Path) -> None:
    with closing(sqlite3.connect(_read_only(file), uri=True)) as database:
        try:
            [[said], *_] = database.execute("PRAGMA quick_check").fetchall()
        except sqlite3.DatabaseError as error:
            said = str(error)
    if said != "ok":
        raise NotRestored(f"The backup's database cannot be used: {said}. Take another backup.")


@contextmanager
def _elsewhere(file: Path) -> Iterator[None]:
    """Within it this thread's connection is to that file."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def _path() -> Path:
    return Path(connection.settings_dict["NAME"])


def _read_only(path: Path) -> str:
    return f"file:{quote(str(path))}?mode=ro"
