"""A browser that walks through an export from its folder, without a network."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def offline_reader(browser) -> Iterator:
    """A page without a network; `problems`: what its console said, and what it asked for that is no file."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = context.new_page()
    page.problems = []
    page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("requestfailed", lambda request: page.problems.append(request.url))
    page.on("request", lambda it: None if it.url.startswith("file://") else page.problems.append(it.url))
    yield page
    context.close()


def links_on(page) -> set[str]:
    """The pages in the folder that this one leads to, without the place on them."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    return {href.partition("#")[0] for href in found if re.match(r"file://.*\.html", href)}


def walk(page, start: Path, levels: int) -> set[str]:
    """Follows every link, so many times; answers the files that were seen."""
    seen, level = set(), {start.as_uri()}
    for _ in range(levels + 1):
        following = set()
        for address in sorted(level - seen):
            page.goto(address)
            assert page.locator("h1").count() == 1, address
            following |= links_on(page)
            seen.add(address)
        level = following
    return {Path(address.removeprefix("file://")).relative_to(start.parent).as_posix() for address in seen}
