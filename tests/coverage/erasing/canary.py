"""A word planted everywhere, and a look through every column of every table and every file for it."""

import io
from pathlib import Path

from django.core.files.storage import storages
from django.db import connection

from newsroom.editorial.sessions import Session
from tests.media import drawing

WORD = "zwyntalbot"


def sings(value: object) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
    return WORD in text.casefold()


def places() -> list[str]:
    """Where it stands: tables with their columns, files by their names. Django's own migrations are left out."""
    return sorted({*_columns(), *_sessions(), *_files()})


def _columns() -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    f"{table}.{name}" for name, value in zip(names, row, strict=True) if sings(_raw(value))
                }
    return found


def _raw(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _sessions() -> set[str]:
    return {"session" for session in Session.objects.all() if sings(session.get_decoded())}


def _files() -> set[str]:
    found = set()
    for name in ("originals", "renditions", "partials"):
        folder = Path(storages[name].location)
        for path in folder.rglob("*"):
            if sings(path.name) or (path.is_file() and sings(path.read_bytes())):
                found.add(f"{name}/{path.relative_to(folder)}")
    return found


def photograph(seed: int = 0) -> io.BytesIO:
    """A picture that says the word inside, too, with a name that does."""
    exif = drawing.camera_exif()
    exif[0x010E], exif[0x013B] = f"The {WORD} on the stage", f"{WORD.title()} Photographer"
    file = io.BytesIO()
    drawing.scene(400, 300, seed).save(file, "JPEG", exif=exif)
    file.seek(0)
    file.name = f"{WORD}.jpg"
    return file
