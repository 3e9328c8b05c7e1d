"""Files that pages show: released renditions, style sheets, fonts, the icon."""

import posixpath
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import File
from django.core.files.storage import storages
from django.templatetags.static import static

from coverage.interchange.archive.errors import FileGone, NotExported
from coverage.interchange.archive.folder import Folder
from coverage.interchange.archive.manifest import is_below
from coverage.record.models import EventHead, ReleasedPicture

ADDRESS = "/pictures/"
PIECE = 64 * 1024  # bytes
# A file that a style sheet names, relative to itself.
_NAMED = re.compile(r"""(?:url\(|@import )\s*["']?(?!data:|https?:|/|#)([^"')?#\s]+)""")


def check_prepared() -> None:
    """Raises NotExported where pages cannot be made, since the names of this version's style sheets are not known."""
    try:
        static("css/site.css")
    except ValueError:
        raise NotExported(
            "The style sheets of this version are not prepared: start the newsroom once, or run collectstatic."
        ) from None


def copy_pictures(head: EventHead, folder: Folder) -> Iterator[str]:
    """Copies every file that a released post of this event lists, once; yields each picture's folder when it is done.

    Raises FileGone, and `media.storage.Unavailable`.
    """
    rows = ReleasedPicture.objects.filter(post__head=head, post__withdrawn_at=None).exclude(folder="")
    done: set[str] = set()
    for row in rows.order_by("post__position", "order", "pk").iterator(chunk_size=200):
        if row.folder not in done:
            for source in row.sources:
                _copy_rendition(source["url"].removeprefix(ADDRESS), folder)
            done.add(row.folder)
            yield row.folder


def _copy_rendition(name: str, folder: Folder) -> None:
    try:
        with storages["renditions"].open(name) as file:
            _copy(file, f"pictures/{name}", folder)
    except FileNotFoundError:
        raise FileGone(name) from None


def copy_static(names: set[str], folder: Folder) -> None:
    """Copies style sheets and icons by their names below /static/, and what style sheets name in their turn."""
    waiting, done = sorted(names), set()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        path = static_file(name)
        if path is None:
            raise FileGone(f"static/{name}")
        content = path.read_bytes()
        _copy(BytesIO(content), f"static/{name}", folder)
        if name.endswith(".css"):
            beside = posixpath.dirname(name)
            waiting += [posixpath.normpath(f"{beside}/{one}") for one in _NAMED.findall(content.decode())]


def static_file(name: str) -> Path | None:
    """As the web server has it; before the files were collected, as it lies in the source. None: there is none."""
    if not is_below(name) or posixpath.normpath(name) != name:
        return None
    collected = Path(staticfiles_storage.path(name))
    if collected.is_file():
        return collected
    found = finders.find(name)
    return Path(found) if found and Path(found).is_file() else None


def _copy(source: File | BinaryIO, name: str, folder: Folder) -> None:
    with folder.open(name) as file:
        while piece := source.read(PIECE):
            file.write(piece)
