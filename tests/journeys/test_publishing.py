"""The first journey: what an editor does in the admin, an open page shows without a reload."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

EVENT = "/events/kubecon-eu-2024/"
SOON = 10_000  # milliseconds


def write(editor, words: str) -> None:
    """Types a body into the editor's field, over whatever stands there."""
    editor.locator(".ProseMirror").click()
    editor.keyboard.press("Control+A")
    editor.keyboard.type(words)


def use(editor, verb: str, **takes: str) -> None:
    """Opens a verb's panel, fills in what it asks for and presses it."""
    editor.locator(f"details.verb-{verb} summary").click()
    for name, text in takes.items():
        editor.locator(f"[name={verb}-{name}]").fill(text)
    editor.locator(f"button[value={verb}]").click()


def test_an_open_page_follows_publish_correct_and_withdraw(reader, sign_in):
    reader.goto(EVENT)
    reader.evaluate("window.neverReloaded = true")
    editor = sign_in("editor")

    editor.goto("/admin/coverage/post/add/")
    editor.get_by_label("Event").first.select_option(label="KubeCon + CloudNativeCon Europe 2024")
    editor.get_by_label("Headline").fill("Coffee has arrived")
    write(editor, "A trolley rolls past the third row.")
    editor.locator("button[value=publish]").click()
    expect(reader.locator("article", has_text="A trolley rolls past the third row.")).to_be_attached(
        timeout=SOON
    )

    write(editor, "A trolley rolls past the fourth row.")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".messagelist, .messages").first).to_be_visible()
    expect(reader.locator("article", has_text="fourth row")).to_have_count(0)
    use(editor, "correct", note="It was the fourth row, not the third.")
    corrected = reader.locator("article", has_text="A trolley rolls past the fourth row.")
    expect(corrected).to_be_attached(timeout=SOON)
    expect(corrected).to_contain_text("It was the fourth row, not the third.")

    use(editor, "withdraw", reason="There was no trolley.")
    expect(reader.locator("article", has_text="A trolley rolls past")).to_have_count(0, timeout=SOON)
    expect(reader.locator("article", has_text="There was no trolley.")).to_be_attached()

    assert reader.evaluate("window.neverReloaded") is True
    assert reader.problems == []
