"""Files on Django's storages, written so that a reader never sees half of one.

On a file system: under another name first, flushed to disk, then renamed. In S3 (`media.s3`) a save is
atomic by itself.
"""

import logging
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import SpooledTemporaryFile

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils import timezone

from newsroom.editorial import clock
from newsroom.editorial.crash import crash_at
from newsroom.editorial.errors import EditorialError

log = logging.getLogger(__name__)

# Uploads arrive here, in the storage of the originals, until their image is known to be wanted.
INCOMING = "incoming"
# A folder of the renditions that others of the newsroom fill and tidy: no image's.
APART = "cards"
IN_MEMORY = 1024 * 1024  # bytes; what is larger is held on disk on its way


class Unavailable(EditorialError, OSError):
    """The storage cannot be reached, or has no room. It may work in a minute."""

    code = "unavailable"
    status = 503
    retry_after = 60


def unavailable(error: Exception) -> Unavailable:
    """What the person is told; what happened is logged."""
    log.warning("The storage of pictures failed: %s", error)
    return Unavailable("Pictures cannot be stored or fetched at the moment. Try again in a minute.")


def originals() -> Storage:
    """Private: no URL reaches it."""
    return storages["originals"]


def renditions() -> Storage:
    return storages["renditions"]


def partials() -> Storage:
    """A folder of this machine, also where pictures are in S3: uploads grow there chunk by chunk."""
    return storages["partials"]


def write(storage: Storage, name: str, content: bytes) -> None:
    """Writes the file `name` whole, replacing what stood there."""
    if isinstance(storage, FileSystemStorage):
        draft = Path(storage.path(f"{name}.{secrets.token_hex(4)}.part"))
        try:
            _write_synced(draft, [content], storage)
            crash_at("file.drafted")
            _rename(draft, Path(storage.path(name)))
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    else:
        storage.save(name, ContentFile(content))


def stage(storage: Storage, chunks: Iterable[bytes]) -> str:
    """Keeps an upload aside under a name of its own, flushed to disk. Returns that name for `place` or `remove`.

    Raises Unavailable; nothing is left behind then.
    """
    name = f"{INCOMING}/{secrets.token_hex(16)}.part"
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(name))
        try:
            _write_synced(path, chunks, storage)
        except BaseException as error:
            with suppress(OSError):
                path.unlink()
            if isinstance(error, OSError):
                raise unavailable(error) from error
            raise
        return name
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        for chunk in chunks:  # its `writelines` looks at its size at the end only
            spool.write(chunk)
        return storage.save(name, File(spool))


def place(storage: Storage, staged: str, name: str) -> None:
    """Gives a staged upload its lasting name, replacing what stood there."""
    if isinstance(storage, FileSystemStorage):
        _rename(Path(storage.path(staged)), Path(storage.path(name)))
    else:
        storage.move(staged, name)


def remove(storage: Storage, name: str) -> None:
    """Deletes one file and the folder it leaves empty. Missing ones are no error."""
    storage.delete(name)
    folder = os.path.dirname(name)
    if folder and folder != INCOMING and isinstance(storage, FileSystemStorage):
        with suppress(OSError):  # not empty, or already gone
            os.rmdir(storage.path(folder))


def remove_folder(storage: Storage, folder: str) -> None:
    """Deletes a folder's files and the folder. What another process writes into it meanwhile stays."""
    for name in files_in(storage, folder):
        storage.delete(f"{folder}/{name}")
    if isinstance(storage, FileSystemStorage):
        with suppress(OSError):
            os.rmdir(storage.path(folder))


def files_in(storage: Storage, folder: str) -> list[str]:
    """The names of a folder's files; none if there is no such folder."""
    try:
        return storage.listdir(folder)[1]
    except FileNotFoundError:
        return []


def lacking(storage: Storage, names: Iterable[str]) -> set[str]:
    """Those of the names that are no file there. A folder is listed once: in S3 a question costs a request."""
    wanted: dict[str, set[str]] = {}
    for name in names:
        wanted.setdefault(os.path.dirname(name), set()).add(name)
    there = {f"{folder}/{name}" for folder in wanted for name in files_in(storage, folder)}
    return set().union(*wanted.values()) - there


def folders_in(storage: Storage) -> list[str]:
    try:
        return storage.listdir("")[0]
    except FileNotFoundError:
        return []


def last_change(storage: Storage, folder: str) -> datetime | None:
    """When the youngest file of a folder was written (UTC); for an empty one when the folder was; None: it is gone."""
    names = [f"{folder}/{name}" for name in files_in(storage, folder)]
    if not names and isinstance(storage, FileSystemStorage):
        names = [folder]
    times = []
    for name in names:
        with suppress(FileNotFoundError):
            times.append(storage.get_modified_time(name))
    return max(times, default=None)


def older_than(age: timedelta) -> datetime:
    """Before this (UTC) a file was written that is older, by the database's clock and by our own: the disk of a machine
    writes that machine's time, and S3 the right one."""
    return min(clock.now(), timezone.now()) - age


def _write_synced(path: Path, chunks: Iterable[bytes], storage: FileSystemStorage) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = storage.file_permissions_mode or settings.FILE_UPLOAD_PERMISSIONS or 0o644
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _rename(source: Path, target: Path) -> None:
    while True:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.replace(source, target)
            break
        except FileNotFoundError:  # another process removed the empty folder in between: make it again
            if not source.exists():
                raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
