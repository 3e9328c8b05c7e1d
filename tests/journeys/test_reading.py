"""Readers of a running newsroom: in the middle of a page, asleep, without a network, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

SOON = 10_000  # milliseconds
POSTS = 30
PUBLISH = """
from coverage.models import Event
from coverage.publishing import filing, publication
from newsroom.editorial.people import User

event, by = Event.objects.get(slug={slug!r}), User.objects.get(username="chief")
for number in range({count}):
    publication.publish(filing.create_post(event, by=by, body=f"<p>Arrived {{number}}.</p>"), by=by)
"""


@pytest.fixture(scope="module")
def slug(newsroom) -> str:
    """An event of this module's own, live, with thirty posts."""
    said = newsroom.command("replay", "kubecon-eu-2024", "--no-wait", "--posts", str(POSTS))
    return re.search(r"/events/([-\w]+)/ is open", said)[1]


@pytest.fixture
def publish(newsroom, slug):
    """Publishes so many posts, from a process of its own."""

    def some(count: int) -> None:
        newsroom.command("shell", "-v0", "-c", PUBLISH.format(slug=slug, count=count))

    return some


def test_twenty_posts_arrive_and_the_reader_keeps_her_place(reader, slug, publish):
    reader.goto(f"/events/{slug}/")
    article = reader.locator("#posts article").nth(12)
    article.scroll_into_view_if_needed()
    place, name = article.bounding_box()["y"], article.get_attribute("id")

    publish(20)

    button = reader.get_by_role("button", name="20 new posts")
    expect(button).to_be_visible(timeout=SOON)
    assert reader.locator(f"#{name}").bounding_box()["y"] == pytest.approx(place, abs=2)
    button.click()
    expect(reader.locator("#posts article").first).to_contain_text("Arrived 19.")
    expect(reader.locator("#posts article").first).to_be_focused()
    assert reader.problems == []


def test_offline_and_back_nothing_is_missing(reader, slug, publish):
    reader.goto(f"/events/{slug}/")
    posts = reader.locator("#posts article")
    before = posts.count()
    reader.context.set_offline(True)
    expect(reader.locator("#connection")).to_be_in_viewport()

    publish(3)
    reader.context.set_offline(False)

    expect(posts).to_have_count(before + 3, timeout=SOON)
    expect(reader.locator("#connection")).to_be_hidden()


def test_after_a_sleep_she_is_led_on_from_where_she_left(reader, slug, publish):
    reader.goto(f"/events/{slug}/")
    expect(reader.locator("#posts article").first).to_be_visible()
    reader.goto("about:blank")
    publish(4)

    reader.goto(f"/events/{slug}/")
    reader.get_by_role("link", name="Catch me up: 4 posts since you left").click()

    expect(reader.locator("#posts .body")).to_have_text([f"Arrived {number}." for number in range(4)])


def test_without_javascript_everything_is_there(browser, newsroom, slug):
    context = browser.new_context(java_script_enabled=False, base_url=newsroom.address)
    page = context.new_page()
    page.goto(f"/events/{slug}/")
    newest = page.locator("#posts article").first.get_attribute("id")

    page.get_by_role("link", name="Oldest first").click()
    assert page.locator("#posts article").last.get_attribute("id") == newest
    page.get_by_role("link", name="Newest first").click()
    page.locator("#posts article").nth(3).get_by_role("link", name="Link to this post").click()
    page.get_by_role("link", name="Read it among the event's other posts").click()
    expect(page.locator("#posts article").nth(3)).to_be_in_viewport()
    page.locator("#programme .slot a").first.click()
    expect(page.get_by_role("heading", name="As it happened")).to_be_visible()
    context.close()
