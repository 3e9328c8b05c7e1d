"""A reader's browser without a server: what it asks for is answered by Django in this process."""

import contextvars
import json
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders

from tests.coverage.front.summit import chief, event, make_event, release  # noqa: F401
from tests.coverage.live.streams import Streams
from tests.coverage.live.world import world  # noqa: F401

SITE = "http://127.0.0.1:8000"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}


class Reader:
    """An open page. `ask()` makes it ask for news at once; `lost` cuts its connection; `streams` are offered to it."""

    def __init__(self, page, client):
        self.page, self.client = page, client
        self.lost, self.asked, self.addresses, self.problems = False, [], [], []
        self.streams: Streams | None = None
        # Playwright calls back in contexts of its own, in which Django would open another connection.
        self.ours = contextvars.copy_context()
        page.route("**/*", self.answer)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def answer(self, route) -> None:
        parts = urlsplit(route.request.url)
        name = parts.path.rpartition("/")[2]
        if self.lost:
            return route.abort()
        if parts.path.startswith("/static/"):
            return self.answer_file(route, parts.path.removeprefix("/static/"))
        self.asked.append(name)
        self.addresses.append(f"{parts.path}?{parts.query}")
        if name == "stream" and self.streams:
            return route.continue_(url=f"{self.streams.url}/?{parts.query}")
        found = self.ours.copy().run(self.client.get, f"{parts.path}?{parts.query}")
        body = self.with_push(found.content) if name == "live.json" else found.content
        return route.fulfill(status=found.status_code, headers=dict(found.headers), body=body)

    def answer_file(self, route, name: str) -> None:
        with open(finders.find(name), "rb") as file:
            route.fulfill(body=file.read(), content_type=TYPES[name.rpartition(".")[2]])

    def with_push(self, head: bytes) -> bytes:
        """`live.json` as a server with a stream says it, or one without."""
        return json.dumps({**json.loads(head), "push": self.streams is not None}).encode()

    def visit(self, path: str) -> None:
        self.page.goto(SITE + path)

    def open(self, path: str = "/events/summit/") -> None:
        """Opens a page and waits until it has asked once, so that nothing is under way."""
        self.visit(path)
        self.page.evaluate("window.neverReloaded = true")
        self.ask()

    def ask(self) -> None:
        """Asks for news now and waits for what it did; the answer is applied when this returns."""
        with self.page.expect_request_finished(lambda request: request.url.endswith("/live.json")):
            self.page.evaluate("dispatchEvent(new Event('online'))")
        self.page.wait_for_function("new Promise(done => setTimeout(() => done(true), 50))")

    def until(self, condition, seconds: float = 10) -> None:
        """Waits, while the browser goes on, until `condition` is true. Fails if it does not become so."""
        waited = 0.0
        while not condition():
            assert waited < seconds, "It did not come to that."
            self.page.wait_for_timeout(20)
            waited += 0.02

    def pass_time(self, seconds: int) -> None:
        """Lets the page's clock, which must be installed, run on; what it asks for meanwhile is answered."""
        for _ in range(seconds):
            self.page.clock.run_for(1000)
            self.page.wait_for_timeout(30)

    def offer(self, streams: Streams) -> None:
        """Has the page told of a stream, and brings it to that server, to which its address is a foreign one."""
        self.streams = streams
        self.page.context.grant_permissions(["local-network-access"])

    def hide(self, hidden: bool = True) -> None:
        """As if another tab had come in front of it, or had gone."""
        self.page.evaluate(
            """hidden => {
                Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
                document.dispatchEvent(new Event('visibilitychange'));
            }""",
            hidden,
        )

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
        context.set_default_timeout(10_000)
        return open_tab(context)

    def open_tab(context) -> Reader:
        readers.append(reader := Reader(context.new_page(), client))
        reader.open_tab = lambda: open_tab(context)
        return reader

    yield open_one
    for context in contexts:
        context.close()
    assert [problem for reader in readers for problem in reader.problems] == []


@pytest.fixture
def reader(open_reader) -> Reader:
    return open_reader()


@pytest.fixture
def streams():
    with Streams() as streams:
        yield streams
        streams.end()
        streams.shutdown()
