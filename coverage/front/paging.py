"""Pages of an event anchored on positions: a page that was linked to never shifts when posts arrive."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import QuerySet

from coverage.record.models import EventHead
from coverage.record.querysets import Printed

PAGE = 60
_PUBLIC_ID = re.compile(r"[a-z0-9]{10}")
_POSITION = re.compile(r"-?[0-9]{1,18}")


@dataclass
class Window:
    """Posts in reading order and the ways on: query strings, None where there is nothing more that way."""

    order: str
    posts: list[Printed] = field(default_factory=list)
    newer: str | None = None
    older: str | None = None
    is_first: bool = True


@dataclass
class Anchor:
    """Where a page starts: beyond `position`, unless fewer than `at_least` posts lie before it."""

    position: int
    at_least: int = 1


def window(head: EventHead, asked: Mapping[str, str]) -> Window:
    """The page a query string asks for; what it does not understand it ignores. At most three queries.

    The first page leaves out pinned posts: they stand above it.
    """
    posts = head.posts.live().printed()
    if asked.get("order") == "oldest":
        return _oldest_first(posts, _anchor(head, asked, "after", step=-1))
    return _newest_first(posts, _anchor(head, asked, "before", step=1))


def _anchor(head: EventHead, asked: Mapping[str, str], name: str, *, step: int) -> Anchor | None:
    """`?at=` starts a page with that post, or is the first page if the post is on it."""
    if _PUBLIC_ID.fullmatch(asked.get("at", "")):
        position = head.posts.filter(public_id=asked["at"]).values_list("position", flat=True).first()
        if position is not None:
            return Anchor(position + step, at_least=PAGE)
    given = asked.get(name, "")
    return Anchor(int(given)) if _POSITION.fullmatch(given) else None


def _newest_first(posts: QuerySet, anchor: Anchor | None) -> Window:
    passed = anchor and _passed(posts.filter(position__gte=anchor.position).oldest_first(), anchor)
    if not passed:
        found, chosen = Window("newest"), posts.filter(pinned=False)
    else:
        found = Window("newest", is_first=False, newer=_query(before=_sixty_back(passed)))
        chosen = posts.filter(position__lt=anchor.position)
    found.posts, more = _cut(chosen.newest_first())
    found.older = _query(before=found.posts[-1].position) if more else None
    return found


def _oldest_first(posts: QuerySet, anchor: Anchor | None) -> Window:
    passed = anchor and _passed(posts.filter(position__lte=anchor.position).newest_first(), anchor)
    if not passed:
        found, chosen = Window("oldest"), posts.filter(pinned=False)
    else:
        found = Window("oldest", is_first=False, older=_query(order="oldest", after=_sixty_back(passed)))
        chosen = posts.filter(position__gt=anchor.position)
    found.posts, more = _cut(chosen.oldest_first())
    found.newer = _query(order="oldest", after=found.posts[-1].position) if more else None
    return found


def _passed(posts: QuerySet, anchor: Anchor) -> list[int]:
    """Positions between the anchor and the beginning, nearest first; none if the first page holds them all."""
    positions = list(posts.values_list("position", flat=True)[: PAGE + 1])
    return positions if len(positions) >= anchor.at_least else []


def _sixty_back(passed: list[int]) -> int | None:
    """The anchor of the page before; None: it is the first page."""
    return passed[PAGE] if len(passed) > PAGE else None


def _cut(posts: QuerySet) -> tuple[list[Printed], bool]:
    found = list(posts[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def _query(**values) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""
