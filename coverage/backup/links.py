"""Second names for the pictures' files, so that none is gone from a backup because the newsroom deletes it meanwhile.

A file is written once, under a name of its own, before any row names it, and deleted after none does. So what a
snapshot of the database names was there at its moment: a look before and a look after it find it, unless it came after
the one and went before the other, which `writing` notices.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages

from media.storage import INCOMING

PICTURES = ("originals", "renditions")
# Another file system, or one without hard links, or somebody else's file.
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)


def folders_of_pictures() -> dict[str, Path]:
    """The folders by the storage that has them; none for a storage elsewhere."""
    found = {alias: storages[alias] for alias in PICTURES}
    return {alias: Path(one.location) for alias, one in found.items() if isinstance(one, FileSystemStorage)}


class Links:
    """In a folder of its own, which must lie where the pictures do: else each is copied, which takes time and room."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.there: dict[str, set[str]] = {alias: set() for alias in PICTURES}

    def look(self) -> None:
        """Links what was not yet."""
        for alias, root in folders_of_pictures().items():
            for name in _files_below(root):
                if name not in self.there[alias] and _link(root / name, self.path(alias, name)):
                    self.there[alias].add(name)

    def path(self, alias: str, name: str) -> Path:
        return self.folder / alias / name


def _files_below(root: Path) -> Iterator[str]:
    """Names below it, but for what is being written."""
    for folder, folders, names in root.walk():
        if folder == root and INCOMING in folders:
            folders.remove(INCOMING)
        yield from (
            (folder / name).relative_to(root).as_posix() for name in names if not name.endswith(".part")
        )


def _link(source: Path, target: Path) -> bool:
    """False if it was deleted meanwhile."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        try:
            os.link(source, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            shutil.copyfile(source, target)
        return True
    return False
