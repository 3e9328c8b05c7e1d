"""Pages of an event anchored on positions: a page that was linked to never shifts when posts arrive."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import QuerySet

from coverage.record.models import EventHead
from coverage.record.querysets import Printed
from newsroom.editorial.states import EventState

PAGE = 60
NEWEST, OLDEST = "newest", "oldest"
_PUBLIC_ID = re.compile(r"[a-z0-9]{10}")
_POSITION = re.compile(r"-?[0-9]{1,18}")


@dataclass
class Window:
    """Posts in reading order and the ways on: query strings, None where there is nothing more that way.

    `usual`: the order the event's bare address has.
    """

    order: str
    usual: str
    posts: list[Printed] = field(default_factory=list)
    newer: str | None = None
    older: str | None = None
    is_first: bool = True

    def first(self, order: str) -> str:
        """The query string of the first page in an order."""
        return "" if order == self.usual else _query(order=order)

    @property
    def newest(self) -> str:
        return self.first(NEWEST)

    @property
    def oldest(self) -> str:
        return self.first(OLDEST)

    @property
    def canonical(self) -> str:
        """Newest first and oldest first are one page to a search engine; every further page is its own."""
        if self.is_first or not self.posts or self.order != self.usual:
            return ""
        start = self.posts[0].position
        return _query(before=start + 1) if self.order == NEWEST else _query(order=OLDEST, after=start - 1)


@dataclass
class Anchor:
    """Where a page starts: beyond `position`, unless fewer than `at_least` posts lie before it."""

    position: int
    at_least: int = 1


def window(head: EventHead, asked: Mapping[str, str]) -> Window:
    """The page a query string asks for; what it does not understand it ignores. At most three queries.

    The first page leaves out pinned posts: they stand above it.
    """
    posts, usual = head.posts.live().printed(), usual_order(head)
    order = asked.get("order")
    if order not in (NEWEST, OLDEST):
        order = NEWEST if _POSITION.fullmatch(asked.get("before", "")) else usual
    if order == OLDEST:
        return _oldest_first(Window(OLDEST, usual), posts, _anchor(head, asked, "after", step=-1))
    return _newest_first(Window(NEWEST, usual), posts, _anchor(head, asked, "before", step=1))


def usual_order(head: EventHead) -> str:
    """While it goes on readers want what is new; once it is over, the story from its beginning."""
    return OLDEST if head.state == EventState.ENDED else NEWEST


def _anchor(head: EventHead, asked: Mapping[str, str], name: str, *, step: int) -> Anchor | None:
    """`?at=` starts a page with that post, or is the first page if the post is on it."""
    if _PUBLIC_ID.fullmatch(asked.get("at", "")):
        position = head.posts.filter(public_id=asked["at"]).values_list("position", flat=True).first()
        if position is not None:
            return Anchor(position + step, at_least=PAGE)
    given = asked.get(name, "")
    return Anchor(int(given)) if _POSITION.fullmatch(given) else None


def _newest_first(found: Window, posts: QuerySet, anchor: Anchor | None) -> Window:
    passed = anchor and _passed(posts.filter(position__gte=anchor.position).oldest_first(), anchor)
    if not passed:
        chosen = posts.filter(pinned=False)
    else:
        back = _sixty_back(passed)
        found.is_first, found.newer = False, found.newest if back is None else _query(before=back)
        chosen = posts.filter(position__lt=anchor.position)
    found.posts, more = _cut(chosen.newest_first())
    found.older = _query(before=found.posts[-1].position) if more else None
    return found


def _oldest_first(found: Window, posts: QuerySet, anchor: Anchor | None) -> Window:
    passed = anchor and _passed(posts.filter(position__lte=anchor.position).newest_first(), anchor)
    if not passed:
        chosen = posts.filter(pinned=False)
    else:
        back = _sixty_back(passed)
        found.is_first = False
        found.older = found.oldest if back is None else _query(order=OLDEST, after=back)
        chosen = posts.filter(position__gt=anchor.position)
    found.posts, more = _cut(chosen.oldest_first())
    found.newer = _query(order=OLDEST, after=found.posts[-1].position) if more else None
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
    return f"?{urlencode(values)}"
