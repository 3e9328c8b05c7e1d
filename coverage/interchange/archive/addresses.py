"""Which public address is which file of the export, and the links from one file to another."""

import posixpath
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urljoin, urlsplit

from django.conf import settings

from coverage.front.paging import NEWEST
from coverage.interchange.archive.assets import static_file

MOST_DIGITS = 7  # of a page's number
_PICTURE = re.compile(r"/pictures/([^/]+)/[\w-]+\.\w+")
_POSITION = re.compile(r"-?[0-9]{1,18}")
_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class Order:
    """An event's pages in one order of its posts, numbered from 0. `ends`: the last position on each."""

    def __init__(self, name: str, ends: list[int], *, usual: bool):
        self.name, self.ends, self.usual = name, ends, usual
        self._step = -1 if name == NEWEST else 1
        self._keys = [end * self._step for end in ends]

    def file(self, page: int) -> str:
        if page == 0:
            return "index.html" if self.usual else f"{self.name}.html"
        return f"{self.name}-{page + 1}.html"

    def files(self) -> list[str]:
        return [self.file(page) for page in range(max(1, len(self.ends)))]

    def at(self, position: int) -> str:
        """The file of the page that holds the post of a position."""
        return self._file(bisect_left(self._keys, position * self._step))

    def beyond(self, position: int) -> str:
        """The file of the page with the first post beyond a position."""
        return self._file(bisect_right(self._keys, position * self._step))

    def _file(self, page: int) -> str:
        return self.file(max(0, min(page, len(self.ends) - 1)))


@dataclass
class Addresses:
    """`event`: the path of the event's page. `posts`: each standing post's position by its public id.

    `files`: the other pages by their paths. `folders`: those of the pictures. `pages`: how many pages a path has, as
    far as they are made. `static` fills with the style sheets and icons that pages ask for.
    """

    event: str
    orders: dict[str, Order]
    posts: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    pages: dict[str, int] = field(default_factory=dict)
    static: set[str] = field(default_factory=set)

    def link(self, href: str, *, page: str, file: str) -> str:
        """What a link of the page at the path `page` reads in `file`: relative to what is exported, else absolute."""
        if href.startswith("#") or _OTHER_SCHEME.match(href):
            return href
        try:
            whole = urljoin(f"{settings.PUBLIC_URL}{page}", href)
            parts = urlsplit(whole)
        except ValueError:  # no address at all, as //[
            return href
        if not f"{whole}/".startswith((f"{settings.PUBLIC_URL}/", f"{settings.PUBLIC_URL}?")):
            return whole
        target = self.file_of(parts.path, parts.query, parts.fragment)
        if target is None:
            return whole
        relative = posixpath.relpath(target, posixpath.dirname(file) or ".")
        return f"{relative}#{parts.fragment}" if parts.fragment else relative

    def file_of(self, path: str, query: str = "", fragment: str = "") -> str | None:
        """The file with what readers find at a path below the newsroom's address; None: it is not exported."""
        if path == self.event:
            return self._page_of_event(parse_qs(query), fragment)
        if path.startswith(settings.STATIC_URL):
            name = path.removeprefix(settings.STATIC_URL)
            if static_file(name) is None:
                return None
            self.static.add(name)
            return f"static/{name}"
        if found := _PICTURE.fullmatch(path):
            return path.removeprefix("/") if found[1] in self.folders else None
        file, number = self.files.get(path), parse_qs(query).get("page", ["1"])[0]
        if file is None or not number.isdecimal():
            return file
        number = int(number) if len(number) < MOST_DIGITS else None
        return numbered(file, number) if number and number <= self.pages.get(path, 1) else None

    def _page_of_event(self, asked: dict[str, list[str]], fragment: str) -> str:
        """As `coverage.front.paging` understands an address, with pages of another length."""
        given = {name: values[-1] for name, values in asked.items()}
        before, after = (given.get(name, "") for name in ("before", "after"))
        order = self._order(given.get("order"), is_before=bool(_POSITION.fullmatch(before)))
        named = self.posts.get(given.get("at") or fragment.removeprefix("post-"))
        if named is not None:
            return order.at(named)
        anchor = before if order.name == NEWEST else after
        return order.beyond(int(anchor)) if _POSITION.fullmatch(anchor) else order.file(0)

    def _order(self, asked: str | None, *, is_before: bool) -> Order:
        if asked in self.orders:
            return self.orders[asked]
        if is_before:
            return self.orders[NEWEST]
        return next(order for order in self.orders.values() if order.usual)


def numbered(file: str, number: int) -> str:
    """The file of a page's further page, counted from 1."""
    return file if number <= 1 else f"{posixpath.dirname(file)}/page-{number}.html"
