"""Whether the record says what an export says: before an import that nothing new came, after it that nothing is lost.

Not compared: the epoch, which every life of a record has its own of; other editions, which are linked where they are
here; the HTML of entries, which is made again only for what stands; addresses, which begin with the newsroom's own.
"""

from collections.abc import Iterator
from typing import Any

from coverage.interchange.archive import contents, data
from coverage.interchange.rebuilding.reading import Export
from coverage.record.models import EventHead

# Derived from what is compared, or said of this folder alone.
APART = {"title", "text", "address", "url", "file", "previous_edition", "next_edition", "html"}


def difference(export: Export, head: EventHead) -> str:
    """Where the first difference is, as a person can find it in event.json; "": there is none."""
    there = export.data
    lists = {
        "programme": data.programme_of(head),
        "posts": (data.post_of(head, one) for one in contents.with_all(contents.standing(head))),
        "withdrawn": (data.withdrawn_of(head, one) for one in contents.withdrawn(head)),
        "entries": (one.as_entry() for one in head.entries.order_by("seq")),
    }
    here: dict[str, Any] = {
        "seq": head.seq,
        "event": data.frame_of(head)["event"],
        "wrap": data.wrap_of(head),
    }
    here |= {name: list(items) for name, items in lists.items()}
    return next(
        (place for name, value in here.items() for place in _differing(value, there.get(name), name)), ""
    )


def _differing(here: Any, there: Any, place: str) -> Iterator[str]:
    """What is only in `there` is a member of a later version of the schema, and nothing we could know."""
    if isinstance(here, dict) and isinstance(there, dict):
        for name in here:
            if name not in APART or (name == "title" and place in ("event",)):
                yield from _differing(here[name], there.get(name), f"{place}.{name}")
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for number, (one, other) in enumerate(zip(here, there, strict=True)):
            yield from _differing(one, other, f"{place}[{number}]")
    elif here != there:
        yield place
