"""A reporter's phone without JavaScript: she files words and a photograph, the desk publishes, readers see both."""

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.journeys.conftest import status

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

EVENT = "/events/kubecon-eu-2024/"
SOON = 20_000  # milliseconds
GPS_IFD, ORIENTATION = 0x8825, 0x0112


def photograph() -> bytes:
    """A phone's photograph on its side: orientation 6, with a place in its EXIF. Upright it is 900 by 1200."""
    image = Image.new("RGB", (1200, 900), "steelblue")
    ImageDraw.Draw(image).rectangle((0, 0, 300, 900), fill="crimson")
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS_IFD)[1] = "N"
    exif.get_ifd(GPS_IFD)[2] = (48.0, 49.0, 0.0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85, exif=exif)
    return buffer.getvalue()


def test_filed_from_a_phone_and_published_by_the_desk(reader, sign_in):
    reader.goto(EVENT)
    phone = sign_in(
        "reporter", width=360, height=740, landing="/field/", java_script_enabled=False, has_touch=True
    )
    assert phone.get_by_role("button", name="Publish").count() == 0

    phone.locator("textarea[name=text]").fill("The balcony has filled up.\n\nThey wave down at us.")
    phone.locator("summary", has_text="Photographs").click()
    slot = phone.locator("input[type=file]").first
    slot.set_input_files({"name": "../IMG 1.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    name = slot.get_attribute("name").removesuffix("-file")
    phone.locator(f"[name='{name}-alt_text']").fill("People on a balcony.")
    phone.locator(f"[name='{name}-credit']").fill("Rosa Lind/Newsroom")
    phone.locator(f"[name='{name}-caption']").fill("The balcony at nine.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("The balcony has filled up.").first).to_be_visible()
    expect(reader.locator("article", has_text="balcony has filled up")).to_have_count(0)

    editor = sign_in("editor")
    editor.goto("/admin/coverage/post/")
    editor.locator("#result_list").get_by_role("link", name=re.compile("The balcony")).first.click()
    editor.locator("button[value=publish]").click()
    post = reader.locator("article", has_text="The balcony has filled up.")
    expect(post).to_be_attached(timeout=SOON)
    expect(post.locator("figure.picture img")).to_be_attached(timeout=SOON)
    expect(post).to_contain_text("Rosa Lind/Newsroom")
    expect(post).to_contain_text("The balcony at nine.")

    image = post.locator("figure.picture img")
    assert image.get_attribute("alt") == "People on a balcony."
    assert int(image.get_attribute("height")) > int(image.get_attribute("width"))
    address = image.evaluate("image => new URL(image.getAttribute('src'), location).href")
    with Image.open(io.BytesIO(reader.request.get(address).body())) as served:
        assert served.height > served.width
        assert GPS_IFD not in served.getexif()

    editor.locator("details.verb-withdraw summary").click()
    editor.locator("[name=withdraw-reason]").fill("It was yesterday.")
    editor.locator("button[value=withdraw]").click()
    expect(reader.locator("article", has_text="The balcony has filled up.")).to_have_count(0, timeout=SOON)
    assert status(address) == 410
    assert reader.problems == []


def test_a_reader_without_javascript_has_everything(browser, newsroom):
    context = browser.new_context(base_url=newsroom.address, java_script_enabled=False)
    page = context.new_page()

    page.goto(EVENT)
    expect(page.locator("article.post").first).to_be_visible()
    expect(page.locator("figure.picture .credit").first).to_contain_text("Newsroom")
    first = page.locator("article.post").first.get_attribute("id")
    page.get_by_role("link", name="Oldest first").click()
    expect(page.locator("article.post").first).not_to_have_attribute("id", first)
    page.get_by_role("link", name="Paige Bailey").first.click()
    expect(page.get_by_role("heading", name="Paige Bailey")).to_be_visible()

    context.close()
