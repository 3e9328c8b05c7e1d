"""What was erased, kept in DATA_DIR too: a database restored from an older backup has it back and knows nothing of it.

A line has the kind, the key at the desk and when: no name, and not a word.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from coverage.models import Post, Speaker
from media.models import Image
from newsroom.editorial.erasures import ErasedKind, Erasure
from newsroom.editorial.people import User

MODELS = {
    ErasedKind.POST: Post,
    ErasedKind.PICTURE: Image,
    ErasedKind.PERSON: User,
    ErasedKind.SPEAKER: Speaker,
}
# Their keys are numbers, which a database gives again that was never so far.
NUMBERED = (ErasedKind.PERSON, ErasedKind.SPEAKER)


class Line(NamedTuple):
    """`at` is UTC, ISO 8601."""

    kind: str
    key: str
    at: str

    def command(self) -> str:
        """What erases it again."""
        kind = "person" if self.kind in NUMBERED else self.kind
        name = f"{self.kind}:{self.key}" if self.kind in NUMBERED else self.key
        return f"manage.py erase {kind} {name} --by CHIEF --reason WHY"

    def is_here(self) -> bool:
        return MODELS[self.kind].objects.filter(pk=self.key).exists()

    def is_done(self) -> bool:
        """Whether this database knows of it."""
        at = datetime.fromisoformat(self.at)
        return Erasure.objects.filter(kind=self.kind, thing_id=self.key, at__gte=at).exists()


def path() -> Path:
    return settings.DATA_DIR / "erasures.json"


def read() -> list[Line]:
    """The oldest first."""
    try:
        return [Line(**line) for line in json.loads(path().read_text())]
    except FileNotFoundError:
        return []


def note() -> None:
    """Adds what this database knows and the list does not; whatever stops it, the next look adds it."""
    known = read()
    rows = Erasure.objects.order_by("at", "pk").values_list("kind", "thing_id", "at")
    here = [Line(kind, key, at.isoformat()) for kind, key, at in rows]
    if new := [line for line in here if line not in known]:
        _write([*known, *new])


def to_repeat() -> list[Line]:
    """What an older database brought back."""
    return [line for line in read() if line.is_here() and not line.is_done()]


def forget_numbers() -> None:
    """After a restore: who is not in this database is not to be taken for whoever gets her number next."""
    known = read()
    kept = [line for line in known if line.kind not in NUMBERED or line.is_here()]
    if kept != known:
        _write(kept)


def key_in(name: str, kind: str) -> str | None:
    """The number in what `command` calls somebody by; None if it is another kind of name."""
    first, _, number = name.partition(":")
    return number if first == kind and number.isdecimal() else None


def _write(lines: list[Line]) -> None:
    draft = path().with_suffix(f".{os.getpid()}.new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump([line._asdict() for line in lines], file, indent=1)
    draft.replace(path())
