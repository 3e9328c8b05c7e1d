"""How the desk looks, measured in a real browser: day and night, and what stands in one line."""

from contextlib import suppress

import pytest
from django.urls import reverse
from playwright.sync_api import TimeoutError

from tests import factories
from tests.coverage.desk.pages import BACKEND, change_url
from tests.coverage.live.conftest import SITE, open_reader  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]

PAPER = {"light": "rgb(250, 247, 241)", "dark": "rgb(23, 21, 19)"}
OTHER = {"light": "dark", "dark": "light"}


@pytest.fixture
def desk_page(open_reader, client, people):  # noqa: F811
    """Opens a page of the desk for the chief editor."""
    client.force_login(people["chief"], backend=BACKEND)

    def show(address: str, width: int, **context):
        page = open_reader(width, **context).page
        page.goto(SITE + address)
        return page

    return show


def paper(page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def tops(page, selectors: list[str]) -> list[int]:
    """In one look: the page may still grow above them while the editor loads."""
    look = "all => all.map((one) => Math.round(document.querySelector(one).getBoundingClientRect().top))"
    return page.evaluate(look, selectors)


def sideways(page) -> int:
    """How many pixels the page is wider than its window, when it has come to rest: it is laid out while it loads."""
    wider = "document.documentElement.scrollWidth - innerWidth"
    with suppress(TimeoutError):
        page.wait_for_function(f"{wider} <= 0", timeout=5000)
    return page.evaluate(wider)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_follows_the_system_and_the_toggle_overrules_it(desk_page, scheme):
    page = desk_page("/admin/", 1280, color_scheme=scheme)
    by_itself = paper(page)

    page.locator(".theme-toggle").click()

    assert by_itself == PAPER[scheme]
    assert paper(page) == PAPER[OTHER[scheme]]


@pytest.mark.parametrize("width", [390, 1280])
def test_labels_and_fields_of_one_row_line_up(desk_page, event, width):
    page = desk_page("/admin/coverage/post/add/", width)

    for pair in (["label[for=id_kind]", "label[for=id_byline]"], ["#id_kind", "#id_byline"]):
        one, other = tops(page, pair)
        assert one == other


def test_what_adds_a_speaker_stands_beside_the_speaker(desk_page, event):
    page = desk_page("/admin/coverage/post/add/", 1280)

    cell = "#quotes-0 .field-speaker "
    plus, speaker = tops(page, [cell + ".add-related", cell + ".select2-container"])
    assert abs(plus - speaker) < 20


def test_nothing_is_cut_off_on_a_phone(desk_page, event):
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker()])
    post = factories.make_published(event)
    compare = reverse("admin:coverage_post_compare", args=[post.pk])

    for address in (
        "/admin/",
        "/admin/coverage/post/?queue=all",
        change_url(keynote),
        change_url(post),
        compare,
    ):
        page = desk_page(address, 390)
        last = page.locator(".desk-nav li").last.bounding_box()
        assert last["x"] + last["width"] <= 390, address
        assert sideways(page) <= 0, address


def test_field_stepped_into_is_not_behind_the_bar(desk_page, event):
    page = desk_page("/admin/coverage/post/add/", 390)

    page.locator("#id_headline").focus()
    for _ in range(14):
        page.keyboard.press("Tab")
        box = page.evaluate(
            "(() => { const e = document.activeElement; if (e.closest('.verb-bar')) return null;"
            " const r = e.getBoundingClientRect(), b = document.querySelector('.verb-bar').getBoundingClientRect();"
            " return [r.bottom, b.top]; })()"
        )
        assert box is None or box[0] <= box[1] + 1


@pytest.mark.parametrize(
    "address", ["/admin/media/image/", "/admin/coverage/speaker/", "/admin/coverage/post/"]
)
def test_there_is_room_to_type_a_search_on_a_phone(desk_page, event, address):
    page = desk_page(address, 390)

    assert page.locator("#searchbar").bounding_box()["width"] > 200


@pytest.mark.parametrize("width", [390, 1280])
def test_one_long_word_does_not_widen_a_page(desk_page, event, people, width):
    long = "Rindfleischetikettierung" * 8
    keynote = factories.make_keynote(event, title=long)
    post = factories.make_published(event, keynote=keynote, headline=long, body=f"<p>{long}</p>")
    draft = factories.make_post(event, by=people["reporter"], keynote=keynote, headline=long)

    for address in (
        change_url(post),
        change_url(draft),
        change_url(keynote),
        change_url(event),
        reverse("admin:coverage_post_history", args=[post.pk]),
        reverse("admin:coverage_post_verb", args=[draft.pk, "schedule"]),
        "/admin/coverage/post/?queue=all",
        "/admin/",
    ):
        page = desk_page(address, width)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert sideways(page) <= 0, address


def test_headline_and_words_are_typed_the_way_of_their_script(desk_page, event):
    post = factories.make_published(event, headline="افتتاح", body="<p>Open.</p><p>פתוח</p>")

    page = desk_page(change_url(post), 1280)

    words = page.locator(".ProseMirror p").last
    assert page.locator("#id_headline").evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert words.evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"
    assert page.locator("#id_body").get_attribute("dir") == "auto"
