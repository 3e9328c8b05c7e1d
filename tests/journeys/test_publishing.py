"""The first journey: what an editor does in the admin, an open page shows without a reload."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

EVENT = "/events/kubecon-eu-2024/"


def test_an_open_page_follows_publish_correct_and_withdraw(reader, sign_in):
    reader.goto(EVENT)
    reader.evaluate("window.neverReloaded = true")
    editor = sign_in("editor")

    editor.goto("/admin/coverage/post/add/")
    editor.get_by_label("Event", exact=False).first.select_option(
        label="KubeCon + CloudNativeCon Europe 2024"
    )
    editor.get_by_label("Headline").fill("Coffee has arrived")
    body = editor.locator(".ProseMirror")
    body.click()
    editor.keyboard.type("A trolley rolls past the third row.")
    editor.get_by_role("button", name="Save and publish").click()
    post = reader.locator("article", has_text="A trolley rolls past the third row.")
    expect(post).to_be_attached(timeout=10_000)

    editor.locator(".ProseMirror").click()
    editor.keyboard.press("Control+A")
    editor.keyboard.type("A trolley rolls past the fourth row.")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(reader.locator("article", has_text="fourth row")).to_have_count(0)
    editor.get_by_text("Correct", exact=True).first.click()
    editor.get_by_label("Note").fill("It was the fourth row, not the third.")
    editor.get_by_role("button", name=re.compile("Correct")).last.click()
    corrected = reader.locator("article", has_text="A trolley rolls past the fourth row.")
    expect(corrected).to_be_attached(timeout=10_000)
    expect(corrected).to_contain_text("It was the fourth row, not the third.")

    editor.get_by_text("Withdraw", exact=True).first.click()
    editor.get_by_label("Reason").fill("There was no trolley.")
    editor.get_by_role("button", name=re.compile("Withdraw")).last.click()
    expect(reader.locator("article", has_text="A trolley rolls past")).to_have_count(0, timeout=10_000)

    assert reader.evaluate("window.neverReloaded") is True
    assert reader.problems == []
