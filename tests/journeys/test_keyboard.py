"""A reader's whole way by the keyboard alone: no pointer, and wherever she is the focus is seen."""

import pytest
from playwright.sync_api import expect

from tests.journeys.programs import Desk

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

EVENT = "kubecon-eu-2024"
PAGE = f"/events/{EVENT}/"
SOON = 10_000  # milliseconds
MOST_STOPS = 400
NAME = """() => {
    const one = document.activeElement;
    return one === document.body ? "" : (one.labels?.[0] ?? one).textContent.trim().replace(/\\s+/g, " ");
}"""
IS_SEEN = """() => {
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    return getComputedStyle(document.activeElement).outlineStyle === "solid" && bottom > 0 && top < innerHeight;
}"""


def tab_to(page, name: str, key: str = "Tab") -> None:
    """Goes on, key by key, until what is so named has the focus. Fails if it is not reached or not seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        if page.evaluate(NAME).startswith(name):
            break
    assert page.evaluate(NAME).startswith(name)
    assert page.evaluate(IS_SEEN)


def skip(page) -> None:
    """The first stop of every page leads past its head."""
    page.keyboard.press("Tab")
    assert page.evaluate(NAME) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def test_from_the_home_page_through_an_event(reader):
    reader.goto("/")
    skip(reader)
    tab_to(reader, "KubeCon + CloudNativeCon Europe 2024")
    reader.keyboard.press("Enter")
    reader.wait_for_url(f"**{PAGE}")

    skip(reader)
    tab_to(reader, "Key events")
    reader.keyboard.press("Enter")
    expect(reader.locator("#key-events li").first).to_be_visible()
    first = reader.locator("#key-events a").first.inner_text()
    tab_to(reader, first)
    reader.keyboard.press("Enter")
    expect(reader.locator("article:target")).to_be_in_viewport()
    tab_to(reader, "Link to this post")  # the next of it, from where she landed

    posts = reader.locator("[role=feed] article").evaluate_all("all => all.map(one => one.id)")
    place = posts.index(reader.evaluate("document.activeElement.closest('article').id"))
    for step in (1, 2, 3):
        reader.keyboard.press("PageDown")
        assert focused(reader) == posts[place + step]
    reader.keyboard.press("PageUp")
    assert focused(reader) == posts[place + 2]
    reader.keyboard.press("Control+Home")
    assert focused(reader) == "h-updates"

    tab_to(reader, "Settings")
    reader.keyboard.press("Enter")
    tab_to(reader, "Announce to screen readers")
    reader.keyboard.press("ArrowDown")
    expect(reader.get_by_label("Announce to screen readers")).to_have_value("key")
    tab_to(reader, "Oldest first", "Shift+Tab")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**?order=oldest**")
    expect(reader.get_by_label("Announce to screen readers")).to_have_value("key")
    assert reader.problems == []


def test_to_a_correction_that_came_while_she_read(reader, newsroom):
    desk = Desk(newsroom.address, EVENT)
    post, *later = [desk.publish(f"{number} thousand seats are taken.") for number in range(9, 17)]
    reader.goto(PAGE)
    expect(reader.get_by_text("16 thousand seats are taken.")).to_be_attached(timeout=SOON)
    expect(reader.get_by_text("9 thousand seats are taken.", exact=True)).to_be_attached(timeout=SOON)
    skip(reader)
    tab_to(reader, "Settings")
    mended = desk.write(post, "Nine thousand seats are taken, not all.")
    desk.do("correct", mended, note="We counted again.")
    expect(reader.locator("#new-posts")).to_have_text("1 corrected", timeout=SOON)
    assert reader.evaluate(NAME) == "Settings"

    tab_to(reader, "1 corrected")
    reader.keyboard.press("Enter")

    assert focused(reader) == f"post-{post['public_id']}"
    expect(reader.get_by_text("Nine thousand seats are taken, not all.")).to_be_in_viewport()
    expect(reader.locator("#new-posts")).to_be_hidden()
    tab_to(reader, "Report an error")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/report/")
    tab_to(reader, "What is wrong?")
    reader.keyboard.type("There are still more of them, and they stand.")
    tab_to(reader, "Send to the editors")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/report/sent/")
    assert reader.problems == []
    for one in later:
        desk.do("withdraw", one, reason="It was said for a test.")


def test_to_what_she_searches(reader):
    reader.goto("/")
    tab_to(reader, "Search")
    reader.keyboard.type("coffee")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/search/?q=coffee")
    skip(reader)
    tab_to(reader, reader.locator(".log h3 a").first.inner_text())
    reader.keyboard.press("Enter")
    reader.wait_for_url(f"**{PAGE}posts/*/")
    expect(reader.locator("article")).to_contain_text("coffee")
    tab_to(reader, "Read it among the event's other posts")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**?at=*")
    expect(reader.locator("article:target")).to_be_in_viewport()
    assert reader.problems == []
