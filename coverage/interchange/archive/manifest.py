"""The list of an export's files with their SHA-256, as `sha256sum -c` reads it, and checking a folder against it."""

import hashlib
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from coverage.interchange.archive.errors import NotExported

NAME = "MANIFEST.sha256"
LARGEST = 64 * 1024 * 1024  # bytes of the list itself
# What file managers leave in every folder they show.
NO_MATTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


@dataclass
class Checked:
    """Names below the folder, sorted. `strange`: files that the manifest does not know, and links, which no export has.

    `wrong`: sentences about what the files say.
    """

    right: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not (self.missing or self.changed or self.strange or self.wrong)


def text_of(digests: dict[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def read(folder: Path) -> dict[str, str]:
    """Names and digests. Raises NotExported if there is no manifest, or one that no export wrote."""
    if not (folder / NAME).is_file():  # a pipe of that name would never end
        raise NotExported(f"There is no {NAME} in {folder}: it is no export, or not a whole one.")
    try:
        if (folder / NAME).stat().st_size > LARGEST:
            raise NotExported(f"{folder / NAME} is larger than any export's: it is no export.")
        lines = (folder / NAME).read_text("utf-8").splitlines()
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
    root = folder.resolve()
    for name, digest in progress(expected.items(), len(expected), "files checked"):
        try:
            if not _is_plain(root, name):
                checked.strange.append(name)
                continue
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == digest:
                    checked.right += 1
                else:
                    checked.changed.append(name)
        except OSError:
            checked.missing.append(name)
    checked.strange = sorted([*checked.strange, *strangers(folder, expected)])
    return checked


def strangers(folder: Path, expected: Iterable[str]) -> Iterator[str]:
    """Files below the folder that are neither expected nor of no matter."""
    known = {NAME, *expected}
    for root, _, names in folder.walk():
        for name in names:
            found = (root / name).relative_to(folder).as_posix()
            if name not in NO_MATTER and found not in known:
                yield found


def _is_plain(root: Path, name: str) -> bool:
    """Whether it is a file, reached through no link: one could lead anywhere, or to what never ends.

    Raises FileNotFoundError.
    """
    path = root / name
    return stat.S_ISREG(path.lstat().st_mode) and path.resolve() == path


def is_below(name: str) -> bool:
    """Whether a name leads to a file below the folder it is read from."""
    return not name.startswith("/") and "\0" not in name and ".." not in name.split("/")
