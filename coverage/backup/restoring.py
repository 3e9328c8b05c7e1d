"""A newsroom as a backup has it, in the place of the one that is here."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.models import Model
from django.utils import timezone

from coverage.backup import reading
from coverage.backup.alone import RUNNING, alone
from coverage.backup.databases import database
from coverage.backup.errors import NotRestored
from coverage.backup.links import folders_of_pictures
from coverage.backup.places import Place
from coverage.backup.reading import Progress
from coverage.backup.writing import KEYS
from coverage.management.stopping import to_the_end
from coverage.models import Event
from coverage.publishing.epochs import start_anew
from coverage.record.models import EventHead
from media.models import Image, PartialUpload
from newsroom.editorial.people import User


@dataclass
class Done:
    """`at`: the moment it shows. `kept`: where what was there before lies, in words. `buckets` by storage."""

    at: datetime
    files: int
    keys: list[str]
    kept: list[str]
    buckets: dict[str, str]


def check(file: Path, *, key: bytes | None, progress: Progress) -> tuple[datetime, int]:
    """Reads a backup to its end. Answers its moment and how many files it has. Raises NotRestored."""
    with reading.opened(file, key) as reader:
        count = reading.unpack(reader, lambda name: None, progress)
        return reading.taken_at(reader.about), count


def kept_aside() -> list[str]:
    """What former restores put aside and nobody has removed yet, in words."""
    targets = [*folders_of_pictures().values(), *(settings.DATA_DIR / name for name in KEYS)]
    files = [path for target in targets for path in target.parent.glob(f"{target.name}.before-restore-*")]
    return sorted({*map(str, files), *database().kept_aside()})


def is_empty() -> bool:
    """Whether the newsroom has nothing to lose: no people, no events, no pictures or no tables at all, and no files of
    pictures, which a database that was lost may have left."""
    if any(path.is_file() for folder in folders_of_pictures().values() for path in folder.rglob("*")):
        return False
    tables = connection.introspection.table_names()
    models: list[type[Model]] = [User, Event, Image]
    return not any(model._meta.db_table in tables and model.objects.exists() for model in models)


def restore(file: Path, *, key: bytes | None, replace: bool, progress: Progress) -> Done:
    """Puts a backup in the place of the newsroom that is here, which must not be running, and empty unless `replace`.

    Effects, in this order: everything is unpacked beside what is there, and checked; the database is brought up to
    date, every event begins a new epoch, uploads in parts are given up; then finished pages go, which are made anew,
    and files, folders and database change places, which no signal stops. What was there is kept, if it was anything.
    Raises NotRestored, DatabaseError and OSError; the newsroom is as it was then, and after a KeyboardInterrupt.
    Raises LeftHalfway if it could not be.
    """
    running = NotRestored("The newsroom is running. Stop it first.")
    with (
        alone(RUNNING, running),
        reading.opened(file, key) as reader,
        _staging() as folder,
        ExitStack() as after,
    ):
        was_empty = is_empty()
        _check(reader.about, may_replace=replace or was_empty)
        after.enter_context(database().held())
        stamp = f"restore-{timezone.now():%Y%m%dT%H%M%SZ}"
        places = _places(reader.about, stamp)
        for place in places.values():
            after.callback(place.clear)
        dump = folder / database().MEMBER
        count = reading.unpack(reader, lambda name: _path(name, places, dump), progress)
        if not dump.exists():
            raise NotRestored("This backup holds no database. Take another one.")
        for alias in places.keys() & folders_of_pictures().keys():
            places[alias].staged.mkdir(exist_ok=True)  # it may have none
        os.sync()
        with database().restoring(dump, stamp) as changed:
            _bring_up_to_date()
            connection.close()
            everything = [*changed, *places.values()]
            after.enter_context(to_the_end())
            _forget_finished_pages()
            _swap(everything)
        kept = [] if was_empty else [str(place) for place in everything if place.is_kept]
        if was_empty:
            for place in everything:
                place.forget()
    return Done(reading.taken_at(reader.about), count, reader.about["keys"], kept, reader.about["buckets"])


def _check(about: dict, *, may_replace: bool) -> None:
    reading.check_fits(about)
    if not about["buckets"] and not folders_of_pictures():
        raise NotRestored(
            "This backup has its pictures with it, and this newsroom keeps them in buckets. Restore without "
            "PICTURES_S3_BUCKET and PICTURES_S3_ORIGINALS_BUCKET."
        )
    if not may_replace:
        raise NotRestored(
            "This newsroom is not empty. Restore into an empty one (other DATA_DIR and DATABASE_URL), or use --replace."
        )


@contextmanager
def _staging() -> Iterator[Path]:
    """For the database's file."""
    folder = settings.DATA_DIR / ".restoring"
    if folder.exists():  # of one that was killed
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _places(about: dict, stamp: str) -> dict[str, Place]:
    """By the first part of a name in the backup; keys each by its own."""
    folders = {} if about["buckets"] else folders_of_pictures()
    keys = {f"keys/{name}": settings.DATA_DIR / name for name in about["keys"] if name in KEYS}
    return {name: Place(target, stamp) for name, target in {**folders, **keys}.items()}


def _path(name: str, places: dict[str, Place], dump: Path) -> Path:
    """Raises NotRestored for what belongs nowhere here."""
    first, _, rest = name.partition("/")
    if name == dump.name:
        return dump
    if first == "keys" and name in places:
        return places[name].staged
    if first in folders_of_pictures() and first in places and rest:
        return places[first].staged / rest
    raise NotRestored(f"This backup holds {name}, for which this newsroom has no place.")


def _bring_up_to_date() -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
        start_anew(EventHead.objects.values_list("pk", flat=True))
        PartialUpload.objects.all().delete()
    except DatabaseError as error:
        raise NotRestored(f"The backup's database could not be brought up to date: {error}") from error


def _forget_finished_pages() -> None:
    """The folder itself stays: it may be a volume of its own, which can be neither renamed nor removed."""
    folder = settings.DATA_DIR / "pages"
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _swap(places: list) -> None:
    with ExitStack() as undo:
        for place in places:
            undo.callback(place.swap_back)
            place.swap()
        undo.pop_all()
