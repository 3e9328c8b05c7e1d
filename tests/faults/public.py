"""Every address that can be asked without signing in, from the resolver: a new one is asked as well, or fails here."""

import asyncio
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping

from django.urls import URLResolver, get_resolver

from tests.faults import raw_http

STAFF = ("admin/", "accounts/", "field/", "preview/")
# A part of an address that is not fixed: of a path, or of a regular expression.
PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
# What is asked of an address beside the address itself.
QUERIES = {
    "events/<slug:event>/": ("order=oldest", "order=oldest&after=1", "before=9999999999999999", "at=canary"),
    "events/<slug:event>/updates.json": ("after=0", "after=1", "after=3", "epoch=zzzzzz"),
    "search/": ("q=summit", "q=words", "q=canary"),
}
ENDLESS = "events/<slug:event>/stream"
FIGURES = {"metrics", "healthz/publishing"}  # of the moment: no two answers are the same
# Headers that say what time it is, and which request was answered.
CLOCK = re.compile(rb"\r\n(date|expires|x-request-id): [^\r]*", re.IGNORECASE)
# What a form has for itself alone, new each time.
FORMS_OWN = re.compile(
    rb"\r\nset-cookie: csrftoken=[^\r]*|name=\"(csrfmiddlewaretoken|form)\" value=\"[^\"]*\"", re.IGNORECASE
)
AT_ONCE = 6


def addresses(values: Mapping[str, Iterable[str]]) -> list[str]:
    """Those of readers and programs. `values`: by the name of each changing part, what stands there."""
    routes = [
        route for route in _routes() if not route.startswith(STAFF) and route not in {ENDLESS, *FIGURES}
    ]
    return [address for route in routes for address in _filled(route, values)]


def other_addresses() -> list[str]:
    """What answers everybody, and nobody twice the same: figures, and where staff begin, to people not signed in."""
    routes = [route for route in _routes() if route.startswith(STAFF) and not PART.search(route)]
    return [f"/{route}" for route in [*routes, *sorted(FIGURES & set(_routes()))]]


async def answers(port: int, paths: Iterable[str]) -> dict[str, bytes]:
    """Each answer's head, without the time, and body, without what a form has for itself alone; by path."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(path: str) -> bytes:
        async with places:
            _, head, body = await raw_http.get(port, path)
        return FORMS_OWN.sub(b"", CLOCK.sub(b"", head) + body)

    paths = list(paths)
    return dict(zip(paths, await asyncio.gather(*map(one, paths)), strict=True))


def _routes() -> list[str]:
    return sorted(set(_below(get_resolver(), "")))


def _below(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _below(pattern, route)
        else:
            yield route.removesuffix("$").removesuffix(r"\Z")


def _filled(route: str, values: Mapping[str, Iterable[str]]) -> Iterator[str]:
    names = ["".join(found) for found in PART.findall(route)]
    unknown = set(names) - set(values)
    assert not unknown, f"a new address, {route}: say what may stand for {unknown}"
    for chosen in itertools.product(*(values[name] for name in names)):
        parts = iter(chosen)
        address = "/" + PART.sub(lambda _, parts=parts: next(parts), route)
        yield address
        yield from (f"{address}?{query}" for query in QUERIES.get(route, ()))
