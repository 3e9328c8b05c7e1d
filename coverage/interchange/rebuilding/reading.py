"""A checked folder as values that may be written: HTML through the one sanitiser, files by names of ours alone."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage.interchange.archive import checking, manifest
from coverage.interchange.rebuilding.errors import NotImported, NotWhole
from coverage.models.markup import clean_html
from media import specs
from media.sniff import ENOUGH, kind_of

LARGEST_PICTURE = 64 * 1024 * 1024  # bytes of one file; no rendition of ours comes near
PRINTED = (
    "text",
    "verbatim",
    "attribution",
    "speaker",
    "name",
    "job_title",
    "organisation",
    "organisation_slug",
)


@dataclass(frozen=True)
class File:
    """A rendition: where it lies, its name in the storage, and what it is."""

    path: Path
    name: str
    spec: str
    format: str
    width: int
    height: int


@dataclass
class Export:
    """`data` as `event.schema.json` describes it. `cleaned`: what HTML lost by the sanitiser, by post or paragraph.

    `mark` is the digest of its manifest.
    """

    folder: Path
    data: dict
    site: str
    mark: str
    cleaned: list[str]

    @property
    def event(self) -> dict:
        return self.data["event"]

    def pictures(self) -> Iterator[dict]:
        """Of every post, in order."""
        for post in self.data["posts"]:
            yield from post["pictures"]


def read(folder: Path, progress: checking.Progress) -> Export:
    """Raises NotWhole, NotImported, and NotExported for a folder that is none."""
    checked = checking.check(folder, progress)
    if not checked.is_whole:
        raise NotWhole(checked)
    data, about = checking.read(folder, checking.DATA), checking.read(folder, checking.ABOUT)
    mark = hashlib.sha256((folder / manifest.NAME).read_bytes()).hexdigest()
    export = Export(folder, data, str(about.get("site", "")), mark, list(_clean(data)))
    for picture in export.pictures():
        files_of(export, picture)
    return export


def files_of(export: Export, picture: dict) -> list[File]:
    """The files of a picture. Raises NotImported for one that is not what it says, or of no spec of this version."""
    return [_file(export, source) for source in picture["sources"]]


def folder_of(picture: dict) -> str:
    """The folder its files lie in; "": it has none."""
    return picture["sources"][0]["file"].split("/")[1] if picture["sources"] else ""


def _file(export: Export, source: dict) -> File:
    folder, spec = source["file"].split("/")[1], source["spec"]
    known = spec in specs.SPECS and source["format"] == specs.format_of(spec)
    if not known or source["file"] != f"pictures/{(name := specs.file_name(folder, spec))}":
        raise NotImported(
            f"{source['file']} is no file this version makes: update the newsroom, then bring it in."
        )
    path = export.folder / source["file"]
    with path.open("rb") as file:
        kind = kind_of(file.read(ENOUGH))
    if kind != source["format"] or path.stat().st_size > LARGEST_PICTURE:
        raise NotImported(f"{source['file']} is no {source['format'].upper()} picture.")
    return File(path, name, spec, source["format"], source["width"], source["height"])


def _clean(data: dict) -> Iterator[str]:
    """Changes the data; yields what lost something."""
    for post in data["posts"]:
        yield from _clean_body(post, f"post {post['id']}")
        post["quotes"] = [_quote(one) for one in post["quotes"]]
    for number, one in enumerate((data.get("wrap") or {}).get("paragraphs", []), start=1):
        if one["kind"] != "gone":
            yield from _clean_body(one, f"paragraph {number} of the wrap")
            one["quote"] = one["quote"] and _quote(one["quote"])


def _clean_body(thing: dict[str, Any], what: str) -> Iterator[str]:
    cleaned = clean_html(thing["body"])
    if cleaned != thing["body"]:
        thing["body"] = cleaned
        yield what


def _quote(quote: dict) -> dict:
    """Only what a release copies of it, as texts."""
    kept = {name: quote[name] for name in PRINTED if name in quote}
    return {name: value if name == "verbatim" else str(value or "") for name, value in kept.items()}
