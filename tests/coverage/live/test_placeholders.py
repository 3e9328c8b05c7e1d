"""What stands where a picture will be, until its bytes are there, in a real browser."""

import base64
import io
import re

import pytest
import thumbhash
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image, ImageStat
from playwright.sync_api import expect

from coverage.models import Keynote, Speaker
from media import looks
from tests.coverage.live.conftest import SITE
from tests.factories import make_image
from tests.processes import eventually

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]

DRAWN = re.compile(r'^url\("data:image/png;base64,')
DECODE = """([hash, width, height]) =>
  import("/static/js/thumbhash.js").then(({ decode }) => [...decode(hash, width, height).data])"""


def sunset(width: int = 960, height: int = 600) -> Image.Image:
    """From blue above to orange below, brighter in the middle: nothing is cut off at black or white."""
    down = Image.linear_gradient("L").resize((width, height))
    middle = Image.radial_gradient("L").resize((width, height))
    return Image.merge(
        "RGB",
        (
            down.point(lambda v: 60 + v // 2),
            middle.point(lambda v: 160 - v // 3),
            down.point(lambda v: 180 - v // 2),
        ),
    )


@pytest.fixture
def image(db):
    """A picture whose files are there."""
    image = make_image(thumbhash=looks.thumbhash_of(sunset()))
    for rendition in image.renditions.all():
        file = io.BytesIO()
        sunset(rendition.width, rendition.height).save(file, rendition.format.upper())
        storages["renditions"].save(rendition.file, ContentFile(file.getvalue()))
    return image


@pytest.fixture
def hold(reader):
    """Holds back what matches a pattern; call what it returns to answer it after all."""
    reader.page.add_init_script(
        "addEventListener('securitypolicyviolation', (event) => { throw new Error(event.violatedDirective); })"
    )

    def hold(pattern: str):
        held = []
        reader.page.route(pattern, lambda route: held.append(route))

        def let_go() -> None:
            reader.page.unroute(pattern)
            while held:
                reader.answer(held.pop())

        return let_go

    return hold


def colour(picture) -> list[float]:
    """The average of what the window shows there, 0 to 255."""
    return ImageStat.Stat(Image.open(io.BytesIO(picture.screenshot())).convert("RGB")).mean


def average(hash: str) -> list[float]:
    return [part * 255 for part in thumbhash.thumb_hash_to_average_rgba(base64.b64decode(hash))[:3]]


@pytest.mark.parametrize("size", [(48, 32), (20, 48)])
@pytest.mark.parametrize("transparent", [False, True])
def test_it_draws_what_the_reference_draws(reader, event, size, transparent):
    drawn = sunset(*size).convert("RGBA")
    if transparent:
        drawn.putalpha(Image.radial_gradient("L").resize(size))
    hash = thumbhash.rgba_to_thumb_hash(*size, drawn.tobytes())
    width, height, expected = thumbhash.thumb_hash_to_rgba(hash)
    reader.page.goto(f"{SITE}/events/summit/")

    pixels = reader.page.evaluate(DECODE, [list(hash), width, height])

    assert pixels == pytest.approx(list(expected), abs=1)
    assert (min(pixels[3::4]) < 128) is transparent


def test_picture_is_foreseen_until_it_is_there(reader, event, release, image, hold):
    release(event, minute=1, images=[{"image": image}])
    let_go = hold("**/pictures/**")
    reader.page.goto(f"{SITE}/events/summit/", wait_until="domcontentloaded")
    picture = reader.page.locator(".picture img")
    expect(picture).to_have_css("background-image", DRAWN)
    foreseen = colour(picture)

    let_go()

    expect(picture).to_have_css("background-image", "none")
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert foreseen == pytest.approx(average(image.thumbhash), abs=4)
    assert foreseen == pytest.approx(colour(picture), abs=8)


@pytest.mark.parametrize(
    "path",
    ["events/summit/keynotes/opening/", "speakers/vera-k/", "organisations/acme/", "events/summit/posts/{}/"],
)
def test_picture_is_foreseen_on_every_page(reader, event, release, image, hold, path):
    who = {"keynote": Keynote.objects.get(slug="opening"), "speakers": [Speaker.objects.get(slug="vera-k")]}
    post = release(event, minute=1, images=[{"image": image}], **who)
    hold("**/pictures/**")

    reader.page.goto(f"{SITE}/{path.format(post.public_id)}", wait_until="domcontentloaded")

    expect(reader.page.locator(".picture img")).to_have_css("background-image", DRAWN)


def test_picture_that_comes_later_is_foreseen(reader, event, release, image, hold):
    reader.open()
    hold("**/pictures/**")

    release(event, minute=1, images=[{"image": image}])
    reader.ask()

    picture = reader.page.locator(".picture img")
    expect(picture).to_have_css("background-image", DRAWN)
    expect(picture).to_have_attribute("loading", "lazy")


def test_high_picture_is_foreseen_where_it_will_stand_and_not_beside_it(reader, event, release, hold):
    image = make_image(thumbhash=looks.thumbhash_of(sunset(450, 600)))
    image.renditions.update(width=450, height=600)
    release(event, minute=1, images=[{"image": image}])
    hold("**/pictures/**")
    reader.page.goto(f"{SITE}/events/summit/", wait_until="domcontentloaded")
    picture = reader.page.locator(".picture img")
    expect(picture).to_have_css("background-image", DRAWN)

    shot = Image.open(io.BytesIO(picture.screenshot())).convert("RGB")
    paper = Image.open(io.BytesIO(reader.page.screenshot())).convert("RGB").getpixel((1, 1))
    width = round(shot.height * 450 / 600)

    assert shot.getpixel((2, 2)) != paper != shot.getpixel((width - 4, shot.height - 3))
    assert shot.getpixel((width + 4, shot.height // 2)) == paper


def test_picture_that_is_there_already_is_left_alone(reader, event, release, image, hold):
    release(event, minute=1, images=[{"image": image}])
    let_go = hold("**/js/thumbhash.js")
    reader.page.goto(f"{SITE}/events/summit/", wait_until="commit")
    # Playwright's own waiting evaluates a text in the page, which the page's policy forbids.
    assert eventually(
        lambda: reader.page.evaluate("document.querySelector('.picture img')?.naturalWidth > 0")
    )

    let_go()

    picture = reader.page.locator(".picture img")
    expect(picture).not_to_have_attribute("data-thumbhash", re.compile(""))
    assert picture.get_attribute("style") is None


def test_picture_that_cannot_be_had_shows_its_alternative_text_on_paper(reader, event, release, hold):
    release(event, minute=1, images=[{"image": make_image(thumbhash=looks.thumbhash_of(sunset()))}])
    let_go = hold("**/pictures/**")
    reader.page.goto(f"{SITE}/events/summit/", wait_until="domcontentloaded")
    expect(reader.page.locator(".picture img")).to_have_css("background-image", DRAWN)

    let_go()

    expect(reader.page.locator(".picture img")).to_have_css("background-image", "none")
