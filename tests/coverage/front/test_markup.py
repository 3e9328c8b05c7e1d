"""Pages hold under the strict policy, have an order of headings, and stay light."""

import gzip
import re
from datetime import timedelta
from html.parser import HTMLParser
from itertools import cycle, islice
from pathlib import Path

import pytest
from django.conf import settings

from coverage.front.errors import server_error
from coverage.models import Appearance, Keynote, Organisation, Speaker
from coverage.publishing import articles, filing, programme, publication, wrapping
from newsroom.static_files import without_comments
from tests.coverage.front.summit import STARTS, address, release_everything
from tests.factories import make_image

pytestmark = pytest.mark.any_database

STATIC = Path(settings.BASE_DIR) / "static"
FINDERS = "django.contrib.staticfiles.storage.StaticFilesStorage"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """Notes what is inline, the headings, ids, and elements that were not closed."""

    def __init__(self, text: str):
        super().__init__()
        self.inline, self.headings, self.ids, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/ld+json"
        ):
            self.inline.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in given:
            self.ids.append(given["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID and self.open:
            assert self.open.pop() == tag, f"</{tag}> closes something else"


@pytest.fixture
def paths(client, event, release, chief) -> list[str]:
    """Every kind of page, holding every kind of thing."""
    full = release_everything(release, event, {"image": make_image()}, {"image": make_image()})
    bare = release(event, minute=2)
    filing.update_post(publication.post_by_id(full.pk), by=chief, headline="Everything, corrected")
    publication.correct(publication.post_by_id(full.pk), by=chief, note="Nearly everything.")
    publication.pin(publication.post_by_id(bare.pk), by=chief)
    gone = release(event, minute=3)
    publication.withdraw(publication.post_by_id(gone.pk), by=chief, reason="A mistake.")
    wrap = wrapping.make_draft(event, [full.pk, bare.pk], by=chief)
    rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    words = {"headline": "The day", "standfirst": "In short.", "byline": "Ada", "paragraphs": rows}
    articles.publish(wrapping.save(wrap, by=chief, **words), by=chief)
    return [
        "/",
        "/events/summit/",
        "/events/summit/wrap/",
        "/events/summit/?order=oldest",
        f"/events/summit/?at={full.public_id}",
        "/events/summit/print/",
        address(full),
        address(bare),
        address(gone),
        "/events/summit/keynotes/opening/",
        "/events/summit/keynotes/paid/",
        "/speakers/vera-k/",
        "/organisations/acme/",
        "/embed/events/summit/",
        "/corrections/",
        "/search/",
        "/search/?q=words",
        "/nothing/here/",
    ]


@pytest.fixture
def pages(client, paths) -> dict[str, Page]:
    return {path: Page(client.get(path).content.decode()) for path in paths}


def test_nothing_is_inline(pages):
    assert {path: page.inline for path, page in pages.items() if page.inline} == {}


def test_one_first_heading_and_no_level_skipped(pages):
    for path, page in pages.items():
        assert page.headings[0] == 1, path
        assert page.headings.count(1) == 1, path
        if "/posts/" not in path:  # a post's own page hides its second headline
            assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False)), path


def test_ids_are_unique_and_elements_closed(pages):
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path
        assert page.open == [], path


def test_pages_for_search_engines_say_what_they_hold(client, paths):
    texts = {path: client.get(path).content.decode() for path in paths}
    said = {
        path: re.findall('<meta name="description" content="(.*?)">', text)
        for path, text in texts.items()
        if 'content="noindex"' not in text
    }

    assert len(said) > 8
    assert {path for path, found in said.items() if len(found) != 1 or not found[0]} == set()
    assert said["/speakers/vera-k/"] == ["Vera K.: what was said and shown, by whom and for whom."]


def test_pages_have_the_strict_policy(client, paths):
    for path in paths:
        assert "script-src 'self'; style-src 'self'" in client.get(path)["Content-Security-Policy"]


@pytest.mark.parametrize(("ending", "kilobytes"), [("css", 12), ("js", 12)])
def test_style_and_script_of_the_event_page_are_light(client, event, ending, kilobytes):
    """Together, as they are collected and go over the wire."""
    page = client.get("/events/summit/").content.decode()

    files = set(re.findall(rf'(?:src|href)="/static/([^"]+\.{ending})"', page))

    texts = [without_comments((STATIC / name).read_text()) for name in files]

    assert files
    assert sum(len(gzip.compress(text.encode())) for text in texts) <= kilobytes * 1024


@pytest.fixture
def prose():
    """Passages of our own guide, one after the other: as many words as a post has, and no two alike."""
    words = cycle(re.findall(r"[\w’'-]+[.,:;]?", (Path(settings.BASE_DIR) / "docs" / "guide.md").read_text()))
    return lambda count=28: " ".join(islice(words, count))


def test_sixty_posts_are_light(client, event, release, prose):
    for minute in range(60):
        release(
            event,
            f"<p>{prose()}</p>",
            headline=prose(5),
            minute=minute,
        )

    page = client.get("/events/summit/").content.decode()
    text = re.sub(r'<script type="application/ld\+json">.*?</script>', "", page, flags=re.S)

    assert len(gzip.compress(text.encode())) <= 15 * 1024
    assert len(gzip.compress(page.encode())) <= 25 * 1024


def test_sixty_posts_of_a_full_programme_are_light(client, event, release, prose):
    """Twenty keynotes with three people each, and of the posts every fifth with a quote."""
    acme = Organisation.objects.get(slug="acme")
    people = [
        Speaker.objects.create(slug=f"s{n}", name=f"Sam No. {n}", job_title="Engineer", organisation=acme)
        for n in range(20)
    ]
    for number in range(20):
        times = {"starts_at": STARTS + timedelta(minutes=30 * number), "room": "Hall 7"}
        keynote = Keynote.objects.create(
            event=event, slug=f"k{number}", title=f"The {number}. talk about things", order=number, **times
        )
        for order in range(3):
            Appearance.objects.create(keynote=keynote, speaker=people[(number + order) % 20], order=order)
    programme.release_programme(event)
    for minute in range(60):
        quotes = [
            {"speaker": people[minute % 20], "text": f"Words that were said, {minute}.", "verbatim": True}
        ]
        release(
            event,
            f"<p>{prose()}</p>",
            headline=prose(5),
            minute=minute,
            keynote=event.keynotes.get(slug=f"k{minute % 20}"),
            quotes=quotes if minute % 5 == 0 else [],
        )

    page = client.get("/events/summit/").content.decode()
    text = re.sub(r'<script type="application/ld\+json">.*?</script>', "", page, flags=re.S)

    assert len(gzip.compress(text.encode())) <= 15 * 1024
    assert len(gzip.compress(page.encode())) <= 25 * 1024


def test_error_page_needs_no_database(rf, settings):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": FINDERS}}

    answer = server_error(rf.get("/"))

    assert answer.status_code == 500
    assert "<h1>Something broke on our side</h1>" in answer.content.decode()


def test_error_page_survives_a_missing_manifest(rf):
    answer = server_error(rf.get("/"))

    assert answer.status_code == 500
    assert answer.content.decode().startswith("Something broke on our side.")
