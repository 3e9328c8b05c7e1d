"""Two editors at one post, a crash, an expired session, a claim whose holder is gone: nothing typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD, watch

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

ADD = "/admin/coverage/post/add/"
EVENT = "KubeCon + CloudNativeCon Europe 2024"
SOON = 15_000  # milliseconds


def write(page, words: str) -> None:
    """Types a body into the editor's field, over whatever stands there."""
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def save(page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def new_post(page, headline: str, body: str) -> str:
    """Writes and saves a post; its page's address."""
    page.goto(ADD)
    page.get_by_label("Event").first.select_option(label=EVENT)
    page.get_by_label("Headline").fill(headline)
    write(page, body)
    save(page)
    page.wait_for_url(re.compile(r"/change/"))
    return page.url


@pytest.fixture
def editor(sign_in):
    return watch(sign_in("editor"))


@pytest.fixture
def chief(sign_in):
    return watch(sign_in("chief"))


def test_two_editors_at_one_post_lose_nothing(editor, chief):
    address = new_post(editor, "Coffee has arrived", "A trolley rolls past the third row.")
    chief.goto(address)
    expect(editor.locator("#present")).to_contain_text("is editing this (since", timeout=SOON)

    chief.get_by_label("Headline").fill("Coffee is here")
    write(chief, "A trolley rolls past the fifth row.")
    save(chief)
    expect(chief.locator(".messagelist")).to_contain_text("Saved.")
    write(editor, "A trolley rolls past the fourth row.")
    editor.get_by_label("Byline").fill("The desk")
    save(editor)

    merge = editor.locator(".merge")
    expect(merge).to_contain_text("Body: you both changed it")
    expect(merge.locator(".side").nth(0)).to_contain_text("fifth")
    expect(merge.locator(".side").nth(1)).to_contain_text("fourth")
    expect(editor.get_by_label("Headline")).to_have_value("Coffee is here")
    expect(editor.get_by_label("Byline")).to_have_value("The desk")
    expect(editor.locator(".ProseMirror")).to_have_text("A trolley rolls past the fourth row.")

    merge.get_by_label("Take theirs").check()
    write(editor, "A trolley rolls past the fourth and fifth rows.")  # she goes on typing: hers is kept
    expect(merge.get_by_label("Keep yours")).to_be_checked()
    save(editor)

    expect(editor.locator(".messagelist")).to_contain_text("Saved.")
    expect(editor.get_by_label("Headline")).to_have_value("Coffee is here")
    expect(editor.locator(".ProseMirror")).to_have_text("A trolley rolls past the fourth and fifth rows.")
    editor.get_by_role("link", name="Compare revisions").click()
    expect(editor.locator(".compared ins").first).to_be_visible()
    assert editor.problems == chief.problems == []


def test_after_a_crash_what_the_server_had_is_offered_back(editor, browser, newsroom):
    address = new_post(editor, "Doors open", "The queue moves.")
    editor.get_by_label("Headline").fill("Doors are wide open")
    expect(editor.locator("#kept")).to_contain_text("Kept", timeout=SOON)
    cookies = editor.context.cookies()
    editor.context.close()  # the browser is gone, and what it kept with it

    context = browser.new_context(base_url=newsroom.address)
    context.add_cookies(cookies)
    again = watch(context.new_page())
    again.goto(address)
    offer = again.locator(".typed-offer")
    expect(offer).to_contain_text("Doors are wide open")
    expect(again.get_by_label("Headline")).to_have_value("Doors open")
    offer.get_by_role("link", name="Take it back").click()
    expect(again.get_by_label("Headline")).to_have_value("Doors are wide open")
    expect(again.locator(".typed-taken")).to_contain_text("It is not saved yet.")
    save(again)

    expect(again.locator(".messagelist")).to_contain_text("Saved.")
    expect(again.get_by_label("Headline")).to_have_value("Doors are wide open")
    again.goto(address)
    expect(again.locator(".typed-offer")).to_have_count(0)
    assert again.problems == []
    context.close()


def take_back(page, words: str) -> None:
    """Takes what was typed and not saved back into the form."""
    offer = page.locator(".typed-offer", has_text=words)
    expect(offer).to_be_visible(timeout=SOON)
    offer.get_by_role("link", name="Take it back").click()
    expect(page.locator(".ProseMirror")).to_have_text(words)


def test_after_a_crash_what_the_browser_alone_had_is_offered_back(editor):
    editor.goto(ADD)
    editor.route("**/admin/typed/", lambda route: route.abort())  # no connection
    editor.get_by_label("Event").first.select_option(label=EVENT)
    write(editor, "Typed on a train, in a tunnel.")
    expect(editor.locator("#kept")).to_contain_text("No connection", timeout=SOON)
    context = editor.context
    editor.close()  # the tab crashes

    again = watch(context.new_page())
    again.goto(ADD)
    take_back(again, "Typed on a train, in a tunnel.")
    save(again)

    expect(again.locator(".messagelist")).to_contain_text("Saved.")
    again.goto(ADD)
    expect(again.locator("#typing")).to_be_attached()
    expect(again.locator(".typed-offer", has_text="in a tunnel")).to_have_count(0)
    assert again.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('typed:'))") == []
    assert again.problems == []


def sign_in_again(page) -> None:
    page.locator("input[name=username]").fill("editor")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")


def test_a_session_that_expired_while_typing_loses_nothing(editor):
    address = new_post(editor, "Lunch", "Soup.")
    editor.context.clear_cookies(name="sessionid")
    write(editor, "Soup, and bread.")
    expect(editor.locator("#kept")).to_contain_text("You are signed out", timeout=SOON)

    save(editor)  # all the same
    sign_in_again(editor)
    editor.wait_for_url(address)
    take_back(editor, "Soup, and bread.")
    save(editor)

    expect(editor.locator(".messagelist")).to_contain_text("Saved.")
    expect(editor.locator(".typed-offer")).to_have_count(0)
    assert editor.problems == []


def test_who_signs_in_again_in_another_tab_goes_on_typing(editor):
    new_post(editor, "Tea", "Green.")
    editor.context.clear_cookies(name="sessionid")
    write(editor, "Green, and black.")
    expect(editor.locator("#kept")).to_contain_text("You are signed out", timeout=SOON)

    with editor.context.expect_page() as opened:
        editor.locator("#kept").get_by_role("link", name="Sign in again").click()
    sign_in_again(opened.value)
    opened.value.wait_for_url("**/admin/")
    expect(editor.locator("#kept")).to_contain_text("Kept", timeout=SOON)
    save(editor)

    expect(editor.locator(".messagelist")).to_contain_text("Saved.")
    expect(editor.locator(".ProseMirror")).to_have_text("Green, and black.")


def test_a_claim_is_taken_over_with_what_was_typed(editor, chief):
    address = new_post(chief, "Panel", "Four chairs.")
    chief.locator("button[value=submit]").click()
    expect(chief.locator(".standing .state").first).to_have_text("submitted")
    editor.goto(address)
    editor.locator("button[value=claim]").click()
    expect(editor.locator(".standing .state").first).to_have_text("in review")
    write(editor, "Five chairs, one of them empty.")
    expect(editor.locator("#kept")).to_contain_text("Kept", timeout=SOON)
    editor.context.close()  # her laptop is gone

    chief.goto(address)
    chief.get_by_role("button", name="Take over from").click()
    expect(chief.locator(".messagelist")).to_contain_text("Taken over from")
    expect(chief.locator(".ProseMirror")).to_have_text("Five chairs, one of them empty.")
    expect(chief.locator(".typed-taken")).to_contain_text("had typed")
    save(chief)

    expect(chief.locator(".messagelist")).to_contain_text("Saved.")
    expect(chief.locator(".ProseMirror")).to_have_text("Five chairs, one of them empty.")
    assert chief.problems == []
