import hashlib
import re
from contextlib import suppress

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from media.arrivals import arriving, check_size, inspect
from newsroom.editorial.errors import Invalid
from tests.media import drawing
from tests.media.conftest import stored

pytestmark = pytest.mark.any_database


def sentence_for(data: bytes, name: str = "picture.jpg") -> str:
    with pytest.raises(Invalid) as caught, arriving(ContentFile(data, name)):
        pytest.fail("it was taken")
    assert list(caught.value.errors) == ["file"]
    return caught.value.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (drawing.HEIC, "damaged"),
        (drawing.heic("scene")[:-200], "cut off"),
        (drawing.heic("scene").replace(b"ftypheic", b"ftyphevc"), "a burst or an animation"),
        (drawing.animated("AVIF"), "a burst or an animation"),
        (drawing.saved(drawing.scene(64, 48), "AVIF")[:-40], "cut off"),
        (drawing.SVG, "SVG drawings are not taken"),
        (drawing.PDF, "PDF document. JPEG, HEIC, PNG, WebP and AVIF pictures are taken"),
        (drawing.animated("GIF"), "GIF pictures are not taken. JPEG, HEIC, PNG, WebP and AVIF"),
        (drawing.animated("WEBP"), "animated (3 frames)"),
        (drawing.animated("PNG"), "animated (3 frames)"),
        (b"MZ" + bytes(400), "not a picture we know. JPEG, HEIC, PNG, WebP and AVIF"),
        (b"\xff\xd8\xff\xe0" + bytes(400), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(400), "damaged"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(400), "damaged"),
        (drawing.saved(drawing.scene(64, 48), "WEBP")[:-40], "cut off"),
        (drawing.bomb(), "900 million pixels; at most 100 million"),
        (drawing.png_header(15_000, 12_000), "180 million pixels"),
        (drawing.webp_header(16_383, 16_383), "268 million pixels"),
        (drawing.png_header(60_000, 3), "60,000 × 3 pixels; no side may be longer than 20,000"),
    ],
)
def test_what_is_not_taken_gets_a_sentence_and_leaves_nothing(data, words, leaves_nothing):
    assert words in sentence_for(data)


def test_what_ends_a_decoders_process_ends_no_process_of_ours():
    data = drawing.heic("scene").replace(b"\0\0Exif\0", b"\0\0Ex\xfff\0")

    assert inspect(ContentFile(data, "a.heic")) == ("HEIF", (700, 450))


@pytest.mark.parametrize(
    ("data", "format", "size"),
    [
        (drawing.heic("scene"), "HEIF", (700, 450)),
        (drawing.heic("turned"), "HEIF", (700, 450)),
        (drawing.saved(drawing.scene(64, 48), "AVIF"), "AVIF", (64, 48)),
        (drawing.phone_jpeg(6, 700, 450, "AVIF"), "AVIF", (700, 450)),
        (drawing.phone_jpeg(3, 700, 450, "AVIF"), "AVIF", (700, 450)),
    ],
)
def test_heif_and_avif_are_measured_upright(data, format, size):
    assert inspect(ContentFile(data, "a")) == (format, size)


def test_progressive_jpeg_and_other_kinds_held_in_memory_have_a_lower_limit():
    data = bytearray(drawing.jpeg(64, 48, progressive=True))
    frame = data.index(b"\xff\xc2")
    data[frame + 5 : frame + 9] = (8_000).to_bytes(2) + (8_000).to_bytes(2)

    assert "taken up to 50 million. Export it as an ordinary (baseline) JPEG" in sentence_for(bytes(data))


@given(st.binary(max_size=300), st.integers(0, 3000))
def test_no_damaged_boxes_make_the_reader_stumble(noise, at):
    data = drawing.heic("scene")
    with suppress(Invalid):
        inspect(ContentFile(data[:at] + noise + data[at + len(noise) :], "a.heic"))


def test_bomb_is_small():
    assert len(drawing.bomb()) < 150_000


def test_size_is_checked_first(settings, leaves_nothing):
    settings.IMAGE_MAX_BYTES = 1024 * 1024

    assert sentence_for(bytes(2 * 1024 * 1024)) == (
        "The file is 2.0 MB; at most 1 MB are taken. Export a smaller JPEG."
    )


def test_size_at_the_limit_is_taken(settings):
    settings.IMAGE_MAX_BYTES = 1000

    check_size(1000)
    with pytest.raises(Invalid):
        check_size(1001)


def test_pixel_limit_is_the_setting(settings, leaves_nothing):
    settings.IMAGE_MAX_PIXELS = 1000

    assert "at most 0 million" in sentence_for(drawing.jpeg(64, 48))


def test_taken_upload_is_measured_and_gone_unless_placed(db):
    data = drawing.phone_jpeg(6, 640, 400)

    with arriving(ContentFile(data, "C:\\fake\\..\\me.png")) as arrival:
        staged = stored("originals")

    assert staged == {arrival.staged}
    assert (arrival.format, arrival.width, arrival.height) == ("JPEG", 640, 400)
    assert (arrival.size, arrival.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert arrival.name == "me.png"
    assert re.fullmatch(rf"an-id/{arrival.sha256}-[0-9a-f]{{8}}\.jpg", arrival.file_name("an-id"))
    assert stored("originals") == set()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_type_is_told_by_content_whatever_the_name(format, db):
    data = drawing.saved(drawing.scene(64, 48), format)

    with arriving(ContentFile(data, "picture.exe")) as arrival:
        assert arrival.format == format


def test_phone_jpeg_with_a_second_picture_behind_it_is_a_still(db):
    data = drawing.saved(drawing.scene(64, 48), "MPO", save_all=True, append_images=[drawing.scene(32, 24)])
    assert Pillow.open(ContentFile(data)).n_frames == 2

    assert inspect(ContentFile(data)) == ("JPEG", (64, 48))
