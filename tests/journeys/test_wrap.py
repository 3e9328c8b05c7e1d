"""From posts to an article: chosen, edited, published, read without script, corrected at its source, taken back."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import watch

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

EVENT = "/events/kubecon-eu-2024/"
SOON = 15_000  # milliseconds


@pytest.fixture
def plain_reader(browser, newsroom):
    """A reader whose browser runs no script."""
    context = browser.new_context(base_url=newsroom.address, java_script_enabled=False)
    yield context.new_page()
    context.close()


def write(field, words: str) -> None:
    field.click()
    field.page.keyboard.press("Control+A")
    field.page.keyboard.type(words)


def save(page) -> None:
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator(".messagelist")).to_contain_text("Saved.")


def post_with(page, headline: str, body: str) -> str:
    """Publishes a post by the live desk's composer; the address of its page at the desk."""
    page.goto("/admin/desk/kubecon-eu-2024/")
    page.locator("#composer textarea").first.fill(body)
    page.get_by_text("Headline, key event").click()
    page.get_by_label("Headline", exact=True).fill(headline)
    page.get_by_role("button", name="Publish", exact=True).first.click()
    link = page.locator(".part .row-head a", has_text=headline)
    expect(link).to_be_visible(timeout=SOON)
    return link.get_attribute("href")


def use(page, address: str, verb: str, label: str, field: str, words: str) -> None:
    page.goto(re.sub(r"change/.*", f"verb/{verb}/", address))
    page.locator(f"textarea[name={field}]").fill(words)
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible()


def test_posts_become_an_article_and_it_follows_its_sources(sign_in, plain_reader):
    editor = watch(sign_in("editor"))
    coffee = post_with(editor, "Coffee arrived late", "A trolley rolled in at the tenth keynote.")
    lights = post_with(editor, "The lights went out", "For a minute nobody saw the slides.")

    editor.goto("/admin/desk/kubecon-eu-2024/")
    editor.get_by_role("link", name="Wrap", exact=True).click()
    ticked = editor.locator(".choices input:checked")
    for _ in range(ticked.count()):
        ticked.first.uncheck()
    for headline in ("Coffee arrived late", "The lights went out"):
        editor.get_by_label(headline).check()
    editor.get_by_role("button", name="Make a draft").last.click()
    paragraphs = editor.locator(".paragraphs > li")
    expect(paragraphs).to_have_count(2)
    assert plain_reader.goto(f"{EVENT}wrap/").status == 404

    editor.get_by_label("Headline", exact=True).fill("A morning of small troubles")
    editor.get_by_label("Standfirst").fill("Coffee and light, both late.")
    expect(editor.locator("#kept")).to_contain_text("Kept", timeout=SOON)
    assert editor.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))")  # leaving asks
    editor.get_by_role("button", name="Add a paragraph below").last.click()
    expect(paragraphs).to_have_count(3)
    write(paragraphs.nth(2).locator(".ProseMirror"), "All was well in the end.")
    editor.get_by_role("button", name="Preview").click()
    expect(editor.locator("article.wrap")).to_contain_text("All was well in the end.")
    editor.get_by_role("link", name="Back to the wrap").click()
    editor.get_by_role("button", name="Publish…").click()
    editor.get_by_role("button", name="Publish", exact=True).click()
    expect(editor.locator(".messagelist")).to_contain_text("Published.")

    plain_reader.goto(EVENT)
    plain_reader.get_by_role("link", name="Read the wrap").click()
    article = plain_reader.locator("article.wrap")
    expect(article).to_contain_text("A morning of small troubles")
    expect(article.locator(".passage")).to_have_count(3)
    article.locator(".source a").first.click()
    expect(plain_reader.locator("article.post", has_text="Coffee arrived late").first).to_be_visible()

    editor.goto(coffee)
    write(editor.locator(".ProseMirror").first, "A trolley rolled in at the ninth keynote.")
    save(editor)
    use(editor, coffee, "correct", "Correct", "correct-note", "It was the ninth keynote.")
    plain_reader.goto(f"{EVENT}wrap/")
    expect(article.locator(".correction")).to_contain_text("was corrected after this was written")
    editor.goto("/admin/desk/kubecon-eu-2024/")
    expect(editor.locator(".alert", has_text="The wrap:")).to_contain_text("1 source was corrected since.")
    editor.get_by_role("link", name="Look at them").click()
    expect(editor.locator(".news del")).to_contain_text("tenth")
    expect(editor.locator(".news ins")).to_contain_text("ninth")
    editor.get_by_role("button", name="Take the new words").click()
    expect(editor.locator(".news")).to_have_count(0)
    editor.get_by_role("button", name="Publish the changes…").click()
    editor.get_by_label("Correction").fill("We counted one keynote too many.")
    editor.get_by_role("button", name="Publish the changes", exact=True).click()
    plain_reader.goto(f"{EVENT}wrap/")
    expect(article).to_contain_text("ninth keynote")
    expect(article).not_to_contain_text("tenth")
    expect(article.locator(".correction")).to_contain_text("We counted one keynote too many.")

    use(editor, lights, "withdraw", "Withdraw", "withdraw-reason", "It was only our own lamp.")
    expect(editor.locator(".places")).to_contain_text("Wrap")
    plain_reader.goto(f"{EVENT}wrap/")
    expect(article).to_contain_text("A paragraph was withdrawn: It was only our own lamp.")
    expect(article).not_to_contain_text("nobody saw the slides")

    editor.goto("/admin/desk/kubecon-eu-2024/")
    editor.get_by_role("link", name="Wrap", exact=True).click()
    editor.get_by_role("button", name="Withdraw…").click()
    editor.get_by_label("Reason for the readers").fill("Too small a matter.")
    editor.get_by_role("button", name="Withdraw", exact=True).click()
    expect(editor.locator(".messagelist")).to_contain_text("Withdrawn.")
    assert plain_reader.goto(f"{EVENT}wrap/").status == 410
    expect(plain_reader.locator("main")).to_contain_text("Too small a matter.")
    assert editor.problems == []
