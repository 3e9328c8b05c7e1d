from io import BytesIO

import pytest

from coverage.demo.content import POSTS
from coverage.demo.pictures import PICTURES

SHAPES = {(1920, 1080), (1920, 1280), (1920, 2400)}

pictures = pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.key)


@pytest.fixture(scope="module")
def drawn():
    """Draw each picture once, when it is first asked for."""
    done = {}

    def draw(picture):
        if picture.key not in done:
            done[picture.key] = picture.draw()
        return done[picture.key]

    return draw


def test_twelve_pictures_under_names_of_their_own():
    assert len(PICTURES) == 12
    assert len({picture.key for picture in PICTURES}) == 12
    assert len({picture.alt for picture in PICTURES}) == 12


@pictures
def test_picture_has_alt_text_caption_and_credit(picture):
    assert picture.alt.startswith("Illustration of ")
    assert 60 <= len(picture.alt) <= 125
    assert picture.caption
    assert picture.credit == "Newsroom"


def test_every_picture_is_used_by_a_post():
    used = {key for post in POSTS for key, _ in post.pictures}

    assert used == {picture.key for picture in PICTURES}


@pictures
def test_picture_is_of_a_known_shape_and_not_flat(picture, drawn):
    image = drawn(picture)

    assert image.mode == "RGB"
    assert image.size in SHAPES
    assert min(high - low for low, high in image.getextrema()) > 150


@pictures
def test_picture_makes_a_light_jpeg(picture, drawn):
    file = BytesIO()

    drawn(picture).save(file, "JPEG", quality=88)

    assert 60_000 < len(file.getvalue()) < 400_000


def test_one_portrait_and_both_landscape_shapes(drawn):
    sizes = [drawn(picture).size for picture in PICTURES]

    assert sizes.count((1920, 2400)) == 1
    assert set(sizes) == SHAPES


def test_drawing_twice_gives_the_same_pixels(drawn):
    picture = PICTURES[0]

    assert picture.draw().tobytes() == drawn(picture).tobytes()


def test_no_two_pictures_are_the_same(drawn):
    assert len({drawn(picture).resize((64, 64)).tobytes() for picture in PICTURES}) == len(PICTURES)
