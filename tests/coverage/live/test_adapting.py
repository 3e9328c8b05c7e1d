"""Pages adapt to who reads them: zoomed, with larger or wider letters, in forced colours, without motion, by touch."""

import pytest
from playwright.sync_api import expect

from coverage.models import Event
from coverage.publishing import programme
from tests.coverage.live.world import PAGES, STATES, open_page

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]

OPEN_ALL = "() => document.querySelectorAll('details').forEach(one => one.open = true)"
# What sticks out of the window, or is cut off by its own box.
LOST = """() => [...document.querySelectorAll("body *")].filter(one => {
    if (!one.checkVisibility() || one.closest(".unseen, .skip, svg") || !one.innerText?.trim()) return false;
    const { left, right } = one.getBoundingClientRect();
    const { overflowX, overflowY } = getComputedStyle(one);
    const isCut = (overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1)
        || (overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1);
    return isCut || left < -1 || right > document.documentElement.clientWidth + 1;
}).map(one => one.outerHTML.slice(0, 120))"""
# Where the words of an element begin, if they run from right to left.
EDGE = """one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getBoundingClientRect().right;
}"""
# WCAG 2.2, 1.4.12.
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`p { margin-bottom: 2em !important }
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }`);
    document.adoptedStyleSheets = [sheet];
}"""
LARGE = "() => { document.documentElement.style.fontSize = '200%' }"
# Links, buttons and fields that are under 24 pixels, but for links in the midst of words (WCAG 2.2, 2.5.8).
SMALL = """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden]), textarea")]
    .filter(one => one.checkVisibility() && !one.closest(".skip, .unseen"))
    .filter(one => ![...one.parentElement.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()))
    .filter(one => { const { width, height } = one.getBoundingClientRect(); return width < 24 || height < 24 })
    .map(one => one.outerHTML.slice(0, 120))"""
NOTHING = {name: [] for name in PAGES}


def lost(page) -> list[str]:
    """What a reader cannot see of the page without scrolling sideways, all of it unfolded."""
    page.evaluate(OPEN_ALL)
    beside = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return page.evaluate(LOST) + ([f"{beside} pixels beside the window"] if beside else [])


@pytest.mark.parametrize(
    ("width", "scale", "change"),
    [
        pytest.param(640, 2, None, id="zoomed to 200 %"),
        pytest.param(320, 4, None, id="zoomed to 400 %"),
        pytest.param(1280, 1, LARGE, id="letters of 200 %, wide"),
        pytest.param(360, 1, LARGE, id="letters of 200 %, on a phone"),
        pytest.param(360, 1, SPACED, id="letters set wider, on a phone"),
    ],
)
def test_nothing_is_lost(open_reader, world, width, scale, change):
    reader = open_reader(width, device_scale_factor=scale)

    found = {}
    for name in PAGES:
        open_page(reader, world, name)
        if change:
            reader.page.evaluate(change)
        found[name] = lost(reader.page)

    assert found == NOTHING


def test_targets_are_large_enough_for_fingers(open_reader, world):
    reader = open_reader(360)

    found = {}
    for name in PAGES:
        open_page(reader, world, name)
        reader.page.evaluate(OPEN_ALL)
        found[name] = reader.page.evaluate(SMALL)

    assert found == NOTHING


def tabbed_through(page) -> list[tuple[str, str]]:
    """Each element the tabulator reaches, in order, with the line round it."""
    page.evaluate(OPEN_ALL)
    stops = []
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
                const one = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(one);
                return one === document.body ? null : [one.outerHTML.slice(0, 80), `${outlineWidth} ${outlineStyle}`];
            }"""
        )
        if stop is None or (stops and stop == stops[0]):
            return stops
        stops.append(stop)


@pytest.mark.parametrize("forced", ["none", "active"])
@pytest.mark.parametrize("name", ["home", "event", "post", "error report", "search, found"])
def test_focus_is_seen_wherever_it_goes(open_reader, world, name, forced):
    reader = open_reader(360, forced_colors=forced)
    open_page(reader, world, name)

    stops = tabbed_through(reader.page)

    assert len(stops) > 5
    assert [stop for stop in stops if stop[1] != "3px solid"] == []


def test_state_is_seen_in_forced_colours(open_reader, world):
    reader = open_reader(forced_colors="active")
    reader.open()
    STATES["posts held"](reader, world)

    for shown in (".state-live", "#new-posts", ".correction"):
        expect(reader.page.locator(shown).first).to_have_css("border-top-style", "solid")
    expect(reader.page.locator(".order [aria-current]")).to_have_css("font-weight", "700")


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", True), ("reduce", False)])
def test_nothing_moves_for_whom_it_must_not(open_reader, world, motion, moves):
    reader = open_reader(reduced_motion=motion)
    reader.open()
    STATES["a post has come"](reader, world)

    running = reader.page.evaluate("document.getAnimations().map(one => one.animationName).sort()")

    assert sorted(set(running)) == (["arrive", "pulse"] if moves else [])


def test_who_asks_for_contrast_gets_ink_on_paper(open_reader, world):
    reader = open_reader(contrast="more")
    reader.open()

    ink = reader.page.evaluate("getComputedStyle(document.body).color")

    for soft in (".place", ".rail", ".foot", ".labels", "figcaption"):
        expect(reader.page.locator(soft).first).to_have_css("color", ink)


@pytest.mark.parametrize("width", [360, 1280])
def test_an_event_whose_language_runs_left_runs_left(open_reader, world, width):
    event = Event.objects.get(slug="quiet")
    event.language, event.title = "ar", "قمة القاهرة"
    event.save()
    programme.release_programme(event)
    world.release(event, "<p>قال إن المشروع نما.</p>", headline="خبر", minute=1)
    reader = open_reader(width)

    reader.visit("/events/quiet/")

    expect(reader.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(reader.page.locator("#posts .date")).to_have_text("الجمعة 20 مارس 2026")
    edges = {reader.page.locator(first).evaluate(EDGE) for first in ("h1", ".place", "#posts .date")}
    main = reader.page.locator("main").bounding_box()
    assert max(abs(main["x"] + main["width"] - edge) for edge in edges) < 2
    time, words = (reader.page.locator(f"#posts {one}").bounding_box() for one in (".rail time", ".body"))
    assert time["x"] + time["width"] > words["x"] + words["width"] - 1
    byline, link = (
        reader.page.locator(f"#posts .foot {one}").bounding_box() for one in (".byline", ".permalink")
    )
    assert byline["x"] > link["x"]
    assert lost(reader.page) == []


def test_an_english_date_beside_words_that_run_left_reads_on(open_reader, world):
    Event.objects.filter(slug="summit").update(language="ar")
    programme.release_programme(Event.objects.get(slug="summit"))
    reader = open_reader()

    reader.visit("/")
    first, last = (
        reader.page.locator(".card[dir=rtl] .kicker time").evaluate(
            """(time, word) => {
                const range = document.createRange();
                const place = time.firstChild.data.indexOf(word);
                range.setStart(time.firstChild, place);
                range.setEnd(time.firstChild, place + word.length);
                return range.getBoundingClientRect().left;
            }""",
            word,
        )
        for word in ("20", "2026")
    )

    assert first < last


def test_what_can_be_pressed_stands_apart(open_reader, world):
    reader = open_reader(360)
    open_page(reader, world, "error report, sent")

    first, second = (link.bounding_box() for link in reader.page.locator(".way a").all())

    assert max(second["x"] - first["x"] - first["width"], second["y"] - first["y"] - first["height"]) >= 8
