"""A backup read, checked and unpacked; nothing of the newsroom is touched."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from coverage.backup.archive import Readable, Reader
from coverage.backup.databases import NAMES
from coverage.backup.errors import NotRestored
from coverage.backup.sealing import Unsealer, is_sealed

Progress = Callable[[Iterable, int, str], Iterable]


@contextmanager
def opened(file: Path, key: bytes | None) -> Iterator[Reader]:
    """Raises NotRestored for what cannot be read here: another key, another database, a newer newsroom."""
    with file.open("rb") as source:
        sealed = is_sealed(source)
        if sealed and key is None:
            raise NotRestored("This backup is encrypted. Set BACKUP_KEY to the key it was made with.")
        yield Reader(Unsealer(source, key) if sealed else source)


def check_fits(about: dict) -> None:
    """Raises NotRestored if this newsroom cannot take it."""
    if about["database"] != connection.vendor:
        of, here = NAMES.get(about["database"], about["database"]), NAMES[connection.vendor]
        raise NotRestored(
            f"This backup is of {of}, and this newsroom is on {here}. Set DATABASE_URL to a {of}."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(about["migrations"]) - known):
        raise NotRestored(
            f"This backup is of a newer newsroom ({newer[-1]} is unknown here). Update the code, then restore."
        )


def taken_at(about: dict) -> datetime:
    return datetime.fromisoformat(about["at"])


def unpack(reader: Reader, path_of: Callable[[str], Path | None], progress: Progress) -> int:
    """Writes each file where `path_of` says, for its owner alone; None: nowhere. Answers how many there were.

    Then all of them are as they were backed up.
    """
    count = 0
    for name, content in progress(reader.files(), reader.about["files"], "files checked"):
        count += 1
        if (path := path_of(name)) is None:
            _pass_over(content)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                shutil.copyfileobj(content, out, 1024 * 1024)
    return count


def _pass_over(content: Readable) -> None:
    while content.read(1024 * 1024):
        pass
