"""Hostile text in every field, on every kind of page, in a real browser: nothing of it runs, or becomes an element."""

import contextvars
import json
import mimetypes
import uuid
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import expect

from coverage.desk import presence
from coverage.models import ErrorReport
from coverage.models.markup import clean_html
from coverage.publishing import filing, publication
from coverage.record.models import EventHead, Release
from newsroom.editorial.audit import AuditRow
from tests.conftest import storages_in
from tests.coverage.desk.pages import change_url, client_of
from tests.coverage.live.conftest import SITE, streams  # noqa: F401
from tests.hostile import ALL, IMAGE, INTRUDERS, NAME, PAYLOADS, SCRIPT, WATCH
from tests.hostile_world import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]

TABLES = (
    *(f"coverage_{name}" for name in ("post", "errorreport", "event", "keynote", "speaker", "organisation")),
    *("media_image", "editorial_user", "editorial_auditrow"),
)
POST_PAGES = ("preview", "compare")
ELEMENTS = """html => {
    const page = new DOMParser().parseFromString(html, "text/html");
    return [...page.querySelectorAll("body *")].map((one) => one.localName);
}"""
PUT = """html => {
    const place = document.createElement("div");
    place.className = "body";
    place.innerHTML = html;
    document.body.append(place);
}"""
EVENT_PAGES = ("phones", "programme", "report", "wrap", "wrap_choose", "wrap_preview")


class Browser:
    """Answered by Django in this process as one person; `seen` is what a witness saw of a text that became more."""

    def __init__(self, context, client: Client):
        self.context, self.client, self.seen, self.stream = context, client, [], ""
        # Playwright calls back in contexts of its own, in which Django would open another connection.
        self.ours = contextvars.copy_context()
        context.expose_binding("witness", lambda source, what: self.see(f"{source['page'].url}: {what}"))
        context.add_init_script(WATCH)
        context.route("**/*", self.answer)
        self.page = context.new_page()
        self.page.on("dialog", self.dismiss)

    def see(self, what: str) -> None:
        self.seen.append(what)

    def dismiss(self, dialog) -> None:
        self.see(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def answer(self, route) -> None:
        asked, parts = route.request, urlsplit(route.request.url)
        if f"{parts.scheme}://{parts.netloc}" != SITE:
            self.see(f"asked for {asked.url}")
            return route.abort()
        if parts.path.startswith("/static/"):
            path = finders.find(parts.path.removeprefix("/static/"))
            return route.fulfill(path=path, content_type=mimetypes.guess_type(path)[0])
        if parts.path.endswith("/stream") and self.stream:
            return route.continue_(url=f"{self.stream}/?{parts.query}")
        headers = {
            name: value for name, value in asked.headers.items() if name in ("authorization", "accept")
        }
        found = self.ours.copy().run(
            self.client.generic,
            asked.method,
            f"{parts.path}?{parts.query}",
            asked.post_data_buffer or b"",
            asked.headers.get("content-type", ""),
            headers=headers,
        )
        body = found.content
        if parts.path.endswith("/live.json"):
            body = json.dumps({**json.loads(body), "push": bool(self.stream)}).encode()
        return route.fulfill(status=found.status_code, headers=dict(found.headers), body=body)

    def visit(self, path: str) -> list[str]:
        """What became an element or an attribute on a page, or was seen while it was open."""
        self.page.goto(SITE + path)
        self.page.wait_for_function("document.readyState === 'complete'")
        return self.look(path)

    def look(self, path: str) -> list[str]:
        self.page.wait_for_timeout(20)  # what fired is told from here, not from the page
        found = [f"{path}: {one}" for one in self.page.evaluate(INTRUDERS, None)] + self.seen
        self.seen.clear()
        return found

    def until(self, condition) -> None:
        """Waits, while the browser goes on, until it is true; fails after ten seconds of its time."""
        for _ in range(500):
            if condition():
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"It did not come to that. Seen: {self.seen}")

    def parse(self, where: str, html: str) -> list[str]:
        """The same of HTML that is only parsed."""
        return [f"{where}: {one}" for one in self.page.evaluate(INTRUDERS, html)]


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """Made once; every test is undone inside it."""
    files = override_settings(STORAGES=storages_in(tmp_path_factory.mktemp("files")))
    with django_db_blocker.unblock(), files, transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(made, monkeypatch) -> World:
    """Nobody else is at the desk: all tests share one Valkey."""
    monkeypatch.setattr(presence, "KEY", f"test:{uuid.uuid4()}")
    return made


@pytest.fixture
def open_browser(browser):
    contexts = []

    def open_one(client: Client) -> Browser:
        contexts.append(browser.new_context(service_workers="block"))
        contexts[-1].set_default_timeout(20_000)
        return Browser(contexts[-1], client)

    yield open_one
    for context in contexts:
        context.close()


def readers_pages(world: World) -> list[str]:
    event, speaker = world.event.slug, world.keynote.appearances.get().speaker.slug
    post = f"/events/{event}/posts/{world.post.public_id}/"
    return [
        *("/", f"/events/{event}/", f"/events/{event}/?order=oldest", f"/events/{event}/print/"),
        *(post, f"{post}report/", f"/events/{event}/keynotes/{world.keynote.slug}/", f"/speakers/{speaker}/"),
        *(f"/organisations/{world.organisation.slug}/", "/corrections/", f"/events/{event}/wrap/"),
        *(f"/search/?{urlencode({'q': text})}" for text in ("fired", NAME, ALL[:200])),
        f"/events/{event}/posts/{world.gone.public_id}/",
        *(f"/embed/events/{event}/", f"/nothing/{quote(NAME, safe='')}/"),
    ]


def parts_of(text: str) -> list[str]:
    """The HTML that a feed or an answer in JSON holds."""
    if text.startswith("<"):
        entries = ElementTree.fromstring(text).iter()
        return [entry.text or "" for entry in entries if entry.get("type") == "html"]
    found: list[str] = []
    json.loads(
        text, object_hook=lambda one: found.extend(one.get(key) or "" for key in ("html", "content_html"))
    )
    return found


def field_pages(world: World) -> list[str]:
    event, draft, post = world.event.slug, world.draft.pk, world.post.pk
    return [
        *(
            f"/field/?event={event}",
            f"/field/filings/?event={event}",
            "/field/devices/",
            f"/field/posts/{draft}/",
        ),
        *(f"/field/posts/{draft}/spike/", f"/field/posts/{post}/correct/", f"/field/posts/{post}/withdraw/"),
        f"/field/events/{event}/keynotes/{world.keynote.slug}/late/",
    ]


def desks_pages(world: World) -> list[str]:
    event, report = world.event, ErrorReport.objects.first()
    things = (
        world.post,
        world.draft,
        event,
        world.keynote,
        world.organisation,
        world.image,
        world.reporter,
        report,
    )
    speaker, appearance = world.keynote.appearances.get().speaker, world.keynote.appearances.get()
    posts = [reverse(f"admin:coverage_post_{name}", args=[world.post.pk]) for name in POST_PAGES]
    return [
        *("/admin/", "/admin/desk/", f"/admin/desk/{event.slug}/"),
        *map(change_url, (*things, speaker, AuditRow.objects.latest("pk"))),
        *(reverse(f"admin:{label}_changelist") for label in TABLES),
        *(
            reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_history", args=[thing.pk])
            for thing in things
        ),
        *posts,
        *(
            reverse("admin:coverage_post_verb", args=[world.post.pk, verb])
            for verb in ("correct", "withdraw")
        ),
        reverse("admin:coverage_post_withdrawal", args=[world.gone.pk]),
        reverse("admin:coverage_keynote_billing", args=[world.keynote.pk, appearance.pk]),
        *(reverse(f"admin:coverage_event_{name}", args=[event.pk]) for name in EVENT_PAGES),
        f"{reverse('admin:coverage_post_changelist')}?{urlencode({'q': NAME})}",
    ]


def test_nothing_runs_on_readers_pages(world, open_browser):
    reader = open_browser(Client())

    found = [one for path in readers_pages(world) for one in reader.visit(path)]

    assert found == []


def test_nothing_runs_while_a_page_is_updated(world, open_browser, streams):  # noqa: F811
    reader = open_browser(Client())
    reader.context.grant_permissions(["local-network-access"])
    reader.stream = streams.url
    reader.page.goto(f"{SITE}/events/{world.event.slug}/")
    reader.page.wait_for_function("document.readyState === 'complete'")
    post = filing.create_post(world.event, by=world.chief, headline=NAME, body=f"<p>Just now</p>{ALL}")

    reader.until(lambda: streams.open)
    publication.publish(post, by=world.chief)
    publication.withdraw(world.post, by=world.chief, reason=ALL)
    head = EventHead.objects.get(slug=world.event.slug)
    entries = Release.objects.filter(head=head, seq__gt=head.seq - 2).order_by("seq")
    streams.send(head.epoch, *[entry.as_entry() for entry in entries])
    expect(reader.page.locator("#posts")).to_contain_text("Just now")

    assert reader.look("the page") == []


def test_nothing_runs_in_feeds_and_answers(world, open_browser):
    """Opened as documents, as browsers show them; and the HTML they hold, as their readers parse it."""
    reader = open_browser(Client())
    reader.visit("/")

    found, parsed = [], 0
    for name in ("feed.atom", "feed.json", "live.json", "updates.json?after=0"):
        path = f"/events/{world.event.slug}/{name}"
        answer = reader.client.get(path)
        for part in parts_of(answer.content.decode()):
            found, parsed = found + reader.parse(path, part), parsed + 1
        if "feed+json" not in answer["Content-Type"]:  # of which browsers make a download
            found += reader.visit(path)

    assert found == []
    assert parsed > 60


def test_a_frame_for_other_sites_is_a_frame_and_its_script(world, open_browser):
    reader = open_browser(Client())
    reader.visit("/")

    address = urlencode({"url": f"{settings.PUBLIC_URL}/events/{world.event.slug}/"})
    html = reader.client.get(f"/oembed/?{address}").json()["html"]

    assert reader.page.evaluate(ELEMENTS, html) == ["iframe", "script"]


def test_nothing_runs_at_the_desk(world, open_browser):
    desk = open_browser(client_of(world.chief))

    found = [one for path in desks_pages(world) for one in desk.visit(path)]

    assert found == []


def test_nothing_runs_where_names_are_offered(world, open_browser):
    desk = open_browser(client_of(world.chief))
    desk.visit(change_url(world.keynote.appearances.get().speaker))

    desk.page.locator(".field-organisation .select2-selection").click()
    expect(desk.page.locator(".select2-results")).to_contain_text("fired()")

    assert desk.look("the list") == []


def test_nothing_runs_in_the_field(world, open_browser):
    phone = open_browser(Client())
    phone.page.goto(f"{SITE}/field/join/{world.link}/")
    phone.page.locator("button[value=join]").click()
    expect(phone.page.locator("#to-app")).to_be_visible()
    found = phone.look("joined")
    for path in field_pages(world):
        found += phone.visit(path)

    phone.page.goto(f"{SITE}/field/app/")
    expect(phone.page.locator("#filings")).to_contain_text("fired()")

    assert found + phone.look("the app") == []


@pytest.mark.parametrize(
    "text", [IMAGE, '<a href="javascript:fired()">x</a>', "<svg onload=fired()>", SCRIPT]
)
def test_what_runs_is_seen(open_browser, text):
    """On a page of ours, whose policy forbids it, and where none does."""
    bare = open_browser(Client())
    bare.page.goto("about:blank")
    bare.page.set_content(text)

    assert bare.look("a page") != []


def test_what_the_policy_stops_is_seen(db, open_browser):
    reader = open_browser(Client())
    reader.visit("/corrections/")

    reader.page.evaluate(PUT, IMAGE)

    assert any("script-src-attr stopped inline" in one for one in reader.look("the page"))


def test_the_sanitiser_leaves_nothing_of_any(db, open_browser):
    """Put into a page as our scripts would, and once more, as what reads it elsewhere may parse it twice."""
    reader = open_browser(Client())
    reader.visit("/corrections/")

    found = []
    for text in PAYLOADS:
        clean = clean_html(f"<p>Words</p>{text}")
        assert clean_html(clean) == clean
        reader.page.evaluate(PUT, clean)
        found += reader.look(text) + reader.parse(text, reader.page.content())

    assert found == []
