"""Whether a folder is a whole export that can be relied upon: its files, and what its data says. Needs no database."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema

from coverage.interchange.archive import manifest
from coverage.interchange.archive.data import SCHEMA
from coverage.interchange.archive.errors import NotExported
from coverage.interchange.archive.manifest import Checked
from coverage.interchange.archive.table import COLUMNS
from coverage.interchange.archive.target import ABOUT
from coverage.interchange.archive.writing import SCHEMA_FILE
from newsroom.editorial.spreadsheets import MARK

DATA, TABLE = "event.json", "posts.csv"
LARGEST = 512 * 1024 * 1024  # bytes of one of these; twenty thousand posts are a fifth of it
MOST_TOLD = 20  # sentences about one event.json
FORMATS = jsonschema.FormatChecker(formats=())

Progress = Callable[[Iterable, int, str], Iterable]


def check(folder: Path, progress: Progress) -> Checked:
    """Reads every file again, then the data. Raises NotExported for a folder that is no export, or cannot be read."""
    checked = manifest.check(folder, progress)
    if checked.is_whole:
        checked.wrong = list(_wrong(folder))
    return checked


def read(folder: Path, name: str) -> Any:
    """The JSON of a file of an export. Raises NotExported with what is wrong with it."""
    try:
        path = folder / name
        if path.stat().st_size > LARGEST:
            raise NotExported(f"{name} is larger than {LARGEST >> 20} MB: no event is, so it is not read.")
        data = json.loads(path.read_text("utf-8"), parse_constant=_refuse)
        _check_texts(data)
    except FileNotFoundError:
        raise NotExported(f"There is no {name} in {folder}: it is no export, or not a whole one.") from None
    except RecursionError:
        raise NotExported(f"{name} is nested deeper than any export.") from None
    except ValueError as error:
        raise NotExported(f"{name} cannot be read: {error}.") from error
    return data


def schema_of(data: Any) -> Any:
    """The number of the schema that it says it follows; None: it says nothing of it."""
    return data.get("schema") if isinstance(data, dict) else None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number that JSON knows")


def _check_texts(value: Any) -> None:
    """Raises ValueError for a character that is no text, which a database may refuse."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise ValueError("it holds characters that are no text")
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_texts(name)
            _check_texts(one)
    elif isinstance(value, list):
        for one in value:
            _check_texts(one)


def _wrong(folder: Path) -> Iterator[str]:
    names, data, about = manifest.read(folder), read(folder, DATA), read(folder, ABOUT)
    if schema_of(data) != SCHEMA or schema_of(about) != SCHEMA:
        yield (
            f"Its data follows schema {schema_of(data)}, and this version knows schema {SCHEMA}: its files are as they "
            "were exported, and what they say was not checked. Check it with the version that made it."
        )
        return
    broken = list(against_schema(data))
    yield from broken
    if not broken:
        yield from contradictions(data, about, names)
        yield from _wrong_table(folder, data)


def against_schema(data: dict) -> Iterator[str]:
    """The first sentences about what `event.schema.json` of this version does not allow."""
    for number, error in enumerate(_validator().iter_errors(data)):
        if number == MOST_TOLD:
            yield f"{DATA}: and more."
            return
        yield f"{DATA}: {error.json_path}: {error.message[:200]}"


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text("utf-8")), format_checker=FORMATS)


@FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: Any) -> bool:
    """With an offset. What is no text is another rule's."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("uuid", raises=ValueError)
def _is_uuid(value: Any) -> bool:
    return not isinstance(value, str) or bool(UUID(value))


def contradictions(data: dict, about: dict, names: Iterable[str]) -> Iterator[str]:
    """What follows the schema and cannot be: things named that are not there, things there twice."""
    posts, gone = data["posts"], data["withdrawn"]
    keynotes, speakers = data["programme"], data["speakers"]
    yield from _twice("post", [one["id"] for one in posts + gone])
    yield from _twice("position", [one["position"] for one in posts + gone])
    yield from _twice("keynote", [one["slug"] for one in keynotes])
    yield from _twice("speaker", [one["slug"] for one in speakers])
    yield from _twice("entry", [one["seq"] for one in data["entries"]])
    yield from _twice("redirect from", [one["from"] for one in data["redirects"]])
    staged, known = {one["slug"] for one in keynotes}, {one["slug"] for one in speakers}
    for post in posts:
        if post["keynote"] and post["keynote"] not in staged:
            yield f"Post {post['id']} names a keynote “{post['keynote']}” that is not in the programme."
        yield from _twice(f"post {post['id']}: speaker", [one["speaker"] for one in post["speakers"]])
        yield from _twice(f"post {post['id']}: picture", [one["image"] for one in post["pictures"]])
    named = [one["speaker"] for thing in keynotes for one in thing["appearances"]]
    named += [one["speaker"] for post in posts for one in post["speakers"]]
    named += [one["speaker"] for post in posts for one in post["quotes"] if one.get("speaker")]
    for slug in sorted(set(named) - known):
        yield f"Speaker “{slug}” is named and not listed."
    if max((one["seq"] for one in [*posts, *gone, *data["entries"]]), default=0) > data["seq"]:
        yield f"It says that change {data['seq']} was the last, and holds later ones."
    for file in sorted(_files(data) - set(names)):
        yield f"{file} is named in {DATA} and is not in the folder."
    counts = {"posts": len(posts), "withdrawn": len(gone), "event": data["event"]["slug"]}
    counts |= {name: data[name] for name in ("seq", "epoch")}
    for name, value in counts.items():
        if about.get(name) != value:
            yield f"{ABOUT} says {name} {about.get(name)}, and {DATA} {value}."


def _twice(what: str, values: list) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"There are {count} of one {what}: {value}."


def _files(data: dict) -> set[str]:
    things = [*data["programme"], *data["speakers"], *data["posts"], *data["withdrawn"]]
    sources = (one for post in data["posts"] for picture in post["pictures"] for one in picture["sources"])
    return {one["file"] for one in [*things, *sources, *filter(None, [data.get("wrap")])]}


def _wrong_table(folder: Path, data: dict) -> Iterator[str]:
    """Whether the table has the posts of the data, in their order."""
    text = (folder / TABLE).read_bytes().removeprefix(MARK).decode("utf-8", "replace")
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or tuple(rows[0]) != COLUMNS:
        yield f"{TABLE} has other columns than schema {SCHEMA}."
    elif [row[0] for row in rows[1:]] != [post["id"] for post in data["posts"]]:
        yield f"{TABLE} and {DATA} do not have the same posts in the same order."
