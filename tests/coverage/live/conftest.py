"""A reader's browser without a server: what it asks for is answered by Django in this process."""

import contextvars
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders

from tests.coverage.front.summit import chief, event, make_event, release  # noqa: F401

SITE = "http://127.0.0.1:8000"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}


class Reader:
    """An open page. `ask()` makes it ask for news at once; `lost` cuts its connection."""

    def __init__(self, page, client):
        self.page, self.client = page, client
        self.lost, self.asked, self.problems = False, [], []
        # Playwright calls back in contexts of its own, in which Django would open another connection.
        self.ours = contextvars.copy_context()
        page.route("**/*", self.answer)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def answer(self, route) -> None:
        parts = urlsplit(route.request.url)
        if self.lost:
            route.abort()
        elif parts.path.startswith("/static/"):
            name = parts.path.removeprefix("/static/")
            with open(finders.find(name), "rb") as file:
                route.fulfill(body=file.read(), content_type=TYPES[name.rpartition(".")[2]])
        else:
            self.asked.append(parts.path.rpartition("/")[2])
            found = self.ours.copy().run(self.client.get, f"{parts.path}?{parts.query}")
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.content)

    def open(self, path: str = "/events/summit/") -> None:
        """Opens a page and waits until it has asked once, so that nothing is under way."""
        self.page.goto(SITE + path)
        self.page.evaluate("window.neverReloaded = true")
        self.ask()

    def ask(self) -> None:
        """Asks for news now and waits for what it did; the answer is applied when this returns."""
        with self.page.expect_request_finished(lambda request: request.url.endswith("/live.json")):
            self.page.evaluate("dispatchEvent(new Event('online'))")
        self.page.wait_for_function("new Promise(done => setTimeout(() => done(true), 50))")

    def posts(self) -> list[str]:
        """What the articles of the list say, from top to bottom."""
        return self.page.locator("#posts .body, #posts .is-withdrawn p").all_inner_texts()

    def lines(self) -> list[str]:
        """The same, with the headings of the days."""
        return self.page.locator("#posts .date, #posts .body").all_inner_texts()


@pytest.fixture
def open_reader(browser, client, db):
    """Opens a reader's browser: `width`, `java_script_enabled` and what else Playwright's contexts take."""
    contexts, readers = [], []

    def open_one(width: int = 1280, **options) -> Reader:
        contexts.append(context := browser.new_context(viewport={"width": width, "height": 900}, **options))
        readers.append(reader := Reader(context.new_page(), client))
        context.set_default_timeout(10_000)
        return reader

    yield open_one
    for context in contexts:
        context.close()
    assert [problem for reader in readers for problem in reader.problems] == []


@pytest.fixture
def reader(open_reader) -> Reader:
    return open_reader()
