"""A reader without JavaScript says what is wrong; it comes to an open live desk by itself and leaves it by a press."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

EVENT = "/events/kubecon-eu-2024/"
DESK = "/admin/desk/kubecon-eu-2024/"
SOON = 10_000  # milliseconds
WORDS = "The hall holds nine thousand people, not twelve thousand."


@pytest.fixture
def plain(browser, newsroom):
    """A reader's phone without JavaScript."""
    context = browser.new_context(
        base_url=newsroom.address, viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    page = context.new_page()
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text))
    yield page
    context.close()


def fill(page, words: str, address: str = "") -> None:
    page.get_by_label("What is wrong?").fill(words)
    page.get_by_label("Your e-mail address").fill(address)


def test_from_the_foot_of_a_post_to_the_desk_without_javascript(plain, sign_in):
    editor = sign_in("editor", landing=DESK)
    said = editor.locator('[data-key="readers"] .row', has_text="The hall holds nine thousand")
    plain.goto(EVENT)
    post = plain.locator("#posts article").first
    public_id = post.get_attribute("id").removeprefix("post-")
    post.get_by_role("link", name="Report an error").click()

    fill(plain, "Wrong", "me at home")
    plain.get_by_role("button", name="Send to the editors").click()
    expect(plain.get_by_text("Say a little more")).to_be_visible()
    expect(plain.get_by_label("What is wrong?")).to_have_value("Wrong")
    expect(plain.get_by_label("Leave this empty")).not_to_be_in_viewport()
    fill(plain, WORDS, "reader@example.org")
    plain.get_by_role("button", name="Send to the editors").dblclick()
    plain.wait_for_url("**/report/sent/")
    plain.reload()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("the editors have your report")
    plain.get_by_role("link", name="Back to the post").click()
    expect(plain.locator(f"#post-{public_id}")).to_be_in_viewport()
    assert [one for one in plain.problems if "Content Security" in one] == []

    expect(said).to_have_count(1, timeout=SOON)
    expect(said).to_contain_text("would like an answer")
    said.locator(".read summary").click()
    expect(said.get_by_role("link", name="reader@example.org")).to_be_visible()
    said.get_by_role("button", name="Handled").click()
    expect(said).to_have_count(0, timeout=SOON)
    expect(editor.locator("#desk-status")).to_contain_text("Handled")


def test_the_desk_deals_with_it_without_javascript_too(plain, sign_in):
    plain.goto(EVENT)
    plain.locator("#posts article").nth(1).get_by_role("link", name="Report an error").click()
    fill(plain, "The time of this one is wrong.")
    plain.get_by_role("button", name="Send to the editors").click()
    plain.wait_for_url("**/report/sent/")

    editor = sign_in("editor", landing="/admin/desk/", java_script_enabled=False)
    expect(editor.locator(".alert")).to_contain_text("Readers’ reports: 1 new")
    editor.goto(DESK)
    said = editor.locator('[data-key="readers"] .row', has_text="The time of this one")
    said.get_by_role("button", name="Dismiss").click()

    editor.wait_for_url(f"**{DESK}")
    expect(editor.locator(".messagelist")).to_contain_text("Dismissed: it is off the desk.")
    expect(said).to_have_count(0)
