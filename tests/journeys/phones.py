"""A reporter's phone with the app on it, and the way between it and the newsroom."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PASSWORD, RunningNewsroom, start_newsroom, stop_newsroom, watch

SOON = 20_000  # milliseconds
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


def photograph(colour: str = "steelblue", width: int = 2400, height: int = 1800, noise: int = 0) -> bytes:
    """A JPEG; with `noise` it is large, as of a full hall."""
    image = (
        Image.effect_noise((width, height), noise).convert("RGB")
        if noise
        else Image.new("RGB", (width, height), colour)
    )
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


ROWS = """async () => {
    const asked = indexedDB.open("newsroom-field");
    await new Promise((done) => { asked.onsuccess = done; });
    const all = asked.result.transaction("filings").objectStore("filings").getAll();
    await new Promise((done) => { all.onsuccess = done; });
    asked.result.close();
    return all.result;
}"""

WAIT = """async () => {
    const end = Date.now() + 60_000;
    while (!(await (CONDITION)())) {
        if (Date.now() > end) throw new Error("not within a minute");
        await new Promise((done) => setTimeout(done, 100));
    }
}"""


class Phone:
    """One browser with the app: `page` is the tab in her hand."""

    def __init__(self, context: BrowserContext):
        self.context = context
        context.set_default_timeout(SOON)
        self.page = watch(context.new_page())

    def open(self) -> Page:
        self.page.goto("/field/app/")
        return self.page

    def reopen(self) -> Page:
        """As after the app was killed."""
        self.page.close(run_before_unload=False)
        self.page = watch(self.context.new_page())
        return self.open()

    def sign_in(self, name: str) -> None:
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").tap()
        expect(self.page.locator("#event-title")).to_contain_text("KubeCon")

    def wait(self, condition: str) -> None:
        """Until an asynchronous function of the page answers true; Playwright's own waiting does not await it."""
        self.page.evaluate(WAIT.replace("CONDITION", condition))

    def is_installed(self) -> None:
        """Waits until it would open without a network."""
        self.wait("async () => Boolean((await navigator.serviceWorker.ready).active)")

    def type(self, text: str) -> None:
        self.page.get_by_label("What happened?").fill(text)

    def add(self, *pictures: bytes) -> None:
        before = self.page.locator("fieldset.slot").count()
        files = [
            {"name": f"IMG_{n}.jpg", "mimeType": "image/jpeg", "buffer": p} for n, p in enumerate(pictures)
        ]
        self.page.locator("#files").set_input_files(files)
        expect(self.page.locator("fieldset.slot")).to_have_count(before + len(pictures))
        for n in range(before, before + len(pictures)):
            slot = self.page.locator("fieldset.slot").nth(n)
            slot.get_by_label("What it shows").fill(f"The hall, seen {n} times.")
            if not slot.get_by_label("Credit").input_value():
                slot.get_by_label("Credit").fill("Rosa Lind/Newsroom")

    def send(self, button: str = "Send") -> None:
        self.page.locator(f"#{button.lower()}").tap()
        expect(self.page.get_by_label("What happened?")).to_have_value("")

    def filing(self, text: str):
        return self.page.locator("#filings li", has_text=text)

    def stands(self, text: str, words: str) -> None:
        expect(self.filing(text).locator(".standing strong")).to_have_text(words, timeout=SOON)

    def rows(self) -> list[dict]:
        """The outbox as it lies in the database."""
        return self.page.evaluate(ROWS)

    def all_sent(self) -> None:
        """Waits until nothing is left to send: every photograph was read by the newsroom."""
        found = "dispatchEvent(new Event('online'));"  # as a phone does that finds its network again
        self.wait(f"async () => {{ {found} return (await ({ROWS})()).every((row) => row.step === 'done'); }}")


@contextmanager
def phone_at(browser, address: str, **options) -> Iterator[Phone]:
    context = browser.new_context(base_url=address, **PHONE, **options)
    try:
        yield Phone(context)
    finally:
        context.close()


def desk(newsroom: RunningNewsroom, expression: str) -> str:
    """What an expression of the newsroom's own database comes to."""
    imports = (
        "from coverage.models import *; from media.models import Image; from knox.models import AuthToken"
    )
    return newsroom.command(
        "shell", "--no-imports", "-v", "0", "-c", f"{imports}; print({expression})"
    ).strip()


# The app's own modules, under the addresses it opened them by: the very same as those it runs.
MODULES = """async (...names) => {
    const name = (await caches.keys()).find((one) => one.startsWith("newsroom-field-"));
    const paths = (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname);
    return Promise.all(names.map((name) => import(paths.find((path) => path.includes(`/field/${name}.`)))));
}"""

HALL = f"""
from tests import factories
reporter = factories.make_person(username="reporter")
reporter.set_password({PASSWORD!r})
reporter.save()
factories.assign(reporter, factories.make_event(slug="hall", title="KubeCon"))
"""


@contextmanager
def newsroom_of_a_hall(folder: Path) -> Iterator[RunningNewsroom]:
    """One with an event, `hall`, and a reporter who is assigned to it, and nothing else."""
    newsroom = start_newsroom(folder, NEWSROOM_DEMO="0")
    try:
        newsroom.command("shell", "--no-imports", "-v", "0", "-c", HALL)
        yield newsroom
    finally:
        stop_newsroom(newsroom)
