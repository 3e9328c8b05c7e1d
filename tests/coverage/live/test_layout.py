"""How pages look, measured in a real browser: what stands where, and what is not there."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image
from playwright.sync_api import expect

from coverage.publishing import programme
from tests.coverage.live.conftest import SITE
from tests.factories import make_image

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]

LEAF = (20, 120, 60)


@pytest.fixture
def portrait(event, release):
    """A released picture, three times as high as wide, whose files are there."""
    image = make_image()
    for rendition in image.renditions.all():
        file = io.BytesIO()
        Image.new("RGB", (320, 960), LEAF).save(file, rendition.format.upper())
        storages["renditions"].save(rendition.file, ContentFile(file.getvalue()))
    return release(event, minute=1, images=[{"image": image}])


def is_leaf(colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(colour, LEAF, strict=True))


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_portrait_stands_on_the_left_with_nothing_but_paper_beside_it(open_reader, portrait, width, scheme):
    reader = open_reader(width, color_scheme=scheme)

    reader.page.goto(f"{SITE}/events/summit/")
    picture = reader.page.locator(".picture img")
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    shot = Image.open(io.BytesIO(picture.screenshot())).convert("RGB")
    paper = Image.open(io.BytesIO(reader.page.screenshot())).convert("RGB").getpixel((1, 1))

    assert is_leaf(shot.getpixel((4, shot.height // 2)))
    assert shot.getpixel((shot.width - 4, shot.height // 2)) == paper
    assert shot.height <= 900


def test_credit_without_a_caption_begins_where_the_picture_does(open_reader, portrait):
    reader = open_reader()

    reader.page.goto(f"{SITE}/events/summit/")
    picture, credit = reader.page.locator(".picture"), reader.page.locator(".credit")

    assert credit.bounding_box()["x"] == pytest.approx(picture.bounding_box()["x"], abs=0.5)


def test_what_has_no_time_keeps_the_column_of_words(open_reader, event, release):
    release(event, "<p>The hall fills.</p>", headline="Timeless", time_unknown=True)
    release(event, "<p>The hall is full.</p>", headline="Timed", minute=1)
    reader = open_reader()

    reader.page.goto(f"{SITE}/search/?q=hall")
    widths = {box.bounding_box()["width"] for box in reader.page.locator(".log .told").all()}

    assert len(widths) == 1
    assert min(widths) > 400


def test_zone_is_named_once_a_time_is_printed(open_reader, make_event, release):
    programme.announce(event := make_event(), by=None)
    release(event, "<p>Some time that day.</p>", time_unknown=True)
    reader = open_reader()
    reader.open()
    line = reader.page.get_by_text("All times CET")
    expect(line).to_be_hidden()

    release(event, "<p>At nine.</p>", minute=1)
    reader.ask()

    expect(line).to_be_visible()


@pytest.mark.parametrize(("width", "tinted"), [(390, "arrive"), (1280, "none")])
def test_tint_of_a_new_post_takes_in_a_time_that_stands_above_it(open_reader, event, release, width, tinted):
    reader = open_reader(width, reduced_motion="no-preference")
    reader.open()

    release(event, "<p>one</p>", minute=1)
    reader.ask()
    animation = "element => getComputedStyle(element).animationName"

    assert reader.page.locator(".post > .told").evaluate(animation) == "arrive"
    assert reader.page.locator(".post > .rail").evaluate(animation) == tinted


def test_time_is_told_with_year_and_zone_away_from_its_event(open_reader, event, release):
    post = release(event, "<p>one</p>", minute=1)
    reader = open_reader()
    rail = reader.page.locator(".rail")

    reader.page.goto(f"{SITE}/events/summit/")
    expect(rail).to_have_text("09:01", use_inner_text=True)  # the day stands above it

    reader.page.goto(f"{SITE}/events/summit/posts/{post.public_id}/")
    expect(rail).to_have_text("09:01 20 Mar 2026 CET", use_inner_text=True)


@pytest.mark.parametrize(("width", "declared"), [(390, 390), (700, 315), (1280, 320)])
def test_pictures_side_by_side_ask_for_the_width_they_have(open_reader, event, release, width, declared):
    release(event, minute=1, images=[{"image": make_image()}, {"image": make_image()}])
    reader = open_reader(width)

    reader.page.goto(f"{SITE}/events/summit/")
    picture = reader.page.locator(".picture img").first

    expect(picture).to_have_attribute("sizes", "(min-width: 62rem) 20rem, (min-width: 35rem) 45vw, 100vw")
    assert declared * 0.8 < picture.bounding_box()["width"] <= declared


def test_words_of_an_event_without_times_need_no_column_for_them(open_reader, event, release):
    release(event, "<p>one</p>", time_unknown=True)
    reader = open_reader()
    reader.open()
    words, bar = reader.page.locator(".post .told").first, reader.page.locator(".bar")
    assert words.bounding_box()["x"] - bar.bounding_box()["x"] < 40

    release(event, "<p>two</p>", minute=1)
    reader.ask()

    assert words.bounding_box()["x"] - bar.bounding_box()["x"] > 80


def side(words) -> str:
    """Where the text of an element begins: at its left or at its right edge."""
    return words.evaluate(
        "e => { const r = document.createRange(); r.selectNodeContents(e); const t = r.getBoundingClientRect(),"
        " b = e.getBoundingClientRect(); return t.left - b.left > b.right - t.right ? 'right' : 'left'; }"
    )


def test_words_run_the_way_of_their_script(open_reader, event, release):
    body = "<p>The doors are open.</p><p>הדלתות פתוחות.</p>"
    quote = {"text": "نبدأ الآن", "attribution": "مشارك", "verbatim": True}
    release(event, minute=1, headline="افتتاح المؤتمر", body=body, quotes=[quote])

    page = open_reader(1280).page
    page.goto(f"{SITE}/events/summit/")

    paragraphs = page.locator(".post .body p")
    assert [side(paragraphs.nth(0)), side(paragraphs.nth(1))] == ["left", "right"]
    for words in (".post h3", ".quote blockquote p", ".quote figcaption"):
        expect(page.locator(words)).to_have_css("direction", "rtl")


def test_a_caption_runs_the_way_of_its_script(open_reader, event, release):
    release(event, minute=1, images=[{"image": make_image(), "caption": "افتتاح المؤتمر"}])

    page = open_reader(1280).page
    page.goto(f"{SITE}/events/summit/")

    expect(page.locator(".picture figcaption")).to_have_css("direction", "rtl")
