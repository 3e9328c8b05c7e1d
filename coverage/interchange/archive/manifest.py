"""The list of an export's files with their SHA-256, as `sha256sum -c` reads it, and checking a folder against it."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from coverage.interchange.archive.errors import NotExported

NAME = "MANIFEST.sha256"
# What file managers leave in every folder they show.
NO_MATTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


@dataclass
class Checked:
    """Names below the folder, sorted. `strange`: files that the manifest does not know."""

    right: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not (self.missing or self.changed or self.strange)


def text_of(digests: dict[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def read(folder: Path) -> dict[str, str]:
    """Names and digests. Raises NotExported if there is no manifest, or one that no export wrote."""
    try:
        lines = (folder / NAME).read_text("utf-8").splitlines()
    except FileNotFoundError:
        raise NotExported(f"There is no {NAME} in {folder}: it is no export, or not a whole one.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NotExported(f"{folder / NAME} cannot be read: {error}.") from error
    found = [_LINE.fullmatch(line) for line in lines]
    names = [match and match[2] for match in found]
    if not names or not all(name and is_below(name) for name in names):
        raise NotExported(f"{folder / NAME} is not a manifest of an export.")
    return {match[2]: match[1] for match in found}


def check(folder: Path, progress: Callable[[Iterable, int, str], Iterable]) -> Checked:
    """Reads every file of an export again. Raises NotExported as `read` does."""
    expected, checked = read(folder), Checked()
    for name, digest in progress(expected.items(), len(expected), "files checked"):
        try:
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == digest:
                    checked.right += 1
                else:
                    checked.changed.append(name)
        except OSError:
            checked.missing.append(name)
    checked.strange = sorted(strangers(folder, expected))
    return checked


def strangers(folder: Path, expected: Iterable[str]) -> Iterator[str]:
    """Files below the folder that are neither expected nor of no matter."""
    known = {NAME, *expected}
    for root, _, names in folder.walk():
        for name in names:
            found = (root / name).relative_to(folder).as_posix()
            if name not in NO_MATTER and found not in known:
                yield found


def is_below(name: str) -> bool:
    """Whether a name leads to a file below the folder it is read from."""
    return not name.startswith("/") and ".." not in name.split("/")
