"""Every kind of file we fear, through the newsroom's own worker: ready, upright, in sRGB, in its colours."""

import zlib
from io import BytesIO

import pytest
from django.core.files.storage import storages
from PIL import Image as Pillow
from PIL import ImageCms, ImageStat

from media.models import Image
from tests.faults.conftest import Worker, send, state_of
from tests.media import drawing
from tests.processes import eventually

pytestmark = [pytest.mark.processes, pytest.mark.any_database, pytest.mark.xdist_group("pictures worker")]

SIZE = (700, 450)
# The primaries of Display P3 as an ICC profile gives them, adapted to D50.
DISPLAY_P3 = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}


def p3_profile() -> ImageCms.ImageCmsProfile:
    """The sRGB profile with other primaries and another name; both have the same curve."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * int.from_bytes(profile[128:132]), 12):
        start = int.from_bytes(profile[at + 4 : at + 8]) + 8
        for value in DISPLAY_P3.get(bytes(profile[at : at + 4]), ()):
            profile[start : start + 4] = round(value * 65536).to_bytes(4, signed=True)
            start += 4
    named = bytes(profile).replace("sRGB".encode("utf-16-be"), "DiP3".encode("utf-16-be"))
    return ImageCms.ImageCmsProfile(BytesIO(named.replace(b"sRGB", b"DiP3")))


def display_p3() -> bytes:
    """The scene in a phone's wide colours."""
    profile = p3_profile()
    wide = ImageCms.profileToProfile(drawing.scene(*SIZE), ImageCms.createProfile("sRGB"), profile)
    assert max(abs(a - b) for a, b in zip(wide.getpixel((9, 9)), drawing.RED, strict=True)) > 12
    return drawing.saved(wide, quality=95, icc_profile=profile.tobytes())


def sixteen_bits() -> bytes:
    rows, (width, height) = drawing.scene(*SIZE).tobytes(), SIZE
    doubled = bytearray(2 * len(rows))
    doubled[0::2] = doubled[1::2] = rows
    lines = b"".join(b"\x00" + doubled[at : at + 6 * width] for at in range(0, len(doubled), 6 * width))
    return drawing.png_header(width, height, zlib.compress(lines, 1), depth=16)


def in_inks() -> bytes:
    """The scene's corners on white paper: magenta and yellow in full, and cyan and magenta."""
    return drawing.saved(corners("CMYK", (0, 0, 0, 0), (0, 255, 255, 0), (255, 255, 0, 0)), quality=95)


def corners(mode: str, ground: tuple, red: tuple, blue: tuple) -> Pillow.Image:
    (width, height), side = SIZE, SIZE[1] // 4
    picture = Pillow.new(mode, SIZE, ground)
    picture.paste(red, (0, 0, side, side))
    picture.paste(blue, (width - side, height - side, width, height))
    return picture


FILES = {
    "CMYK JPEG": in_inks,
    "PNG with 16 bits": sixteen_bits,
    "Display P3 JPEG": display_p3,
    "JPEG held sideways": lambda: drawing.phone_jpeg(6, *SIZE),
    "HEIC": lambda: drawing.heic("scene"),
    "HEIC held sideways": lambda: drawing.heic("turned"),
    "AVIF": lambda: drawing.phone_jpeg(1, *SIZE, "AVIF"),
    "AVIF held sideways": lambda: drawing.phone_jpeg(6, *SIZE, "AVIF"),
}
TOLERANCE = 6  # of each channel, of 255
# What a press makes of those inks (US Web Coated SWOP); presses differ.
PRINTED, OF_PRESSES = ((237, 28, 36), (46, 49, 146)), 32


def made(data: bytes, worker: Worker) -> Image:
    image = send(data)
    assert eventually(lambda: state_of(image) != "received"), worker.log()
    image.refresh_from_db()
    assert (image.state, image.refusal) == ("ready", ""), worker.log()
    return image


def mean_colors(picture: Pillow.Image) -> list[list[float]]:
    """Of the corner that is red, the one that is blue, and the whole."""
    width, height = picture.size
    side = height // 5
    red, blue = (0, 0, side, side), (width - side, height - side, width, height)
    return [ImageStat.Stat(part).mean for part in (picture.crop(red), picture.crop(blue), picture)]


@pytest.mark.parametrize("name", FILES)
def test_file_becomes_upright_pictures_in_its_colors(name, worker):
    image = made(FILES[name](), worker)

    if name == "CMYK JPEG":
        assert_shows(image, corners("RGB", (255, 255, 255), *PRINTED), by=OF_PRESSES)
    else:
        assert_shows(image, drawing.scene(*SIZE), by=TOLERANCE)


def assert_shows(image: Image, expected: Pillow.Image, *, by: int) -> None:
    for rendition in image.renditions.filter(spec__in=["jpeg-640", "jpeg-320", "avif-640", "avif-320"]):
        with storages["renditions"].open(rendition.file) as file, Pillow.open(file) as picture:
            assert (picture.mode, picture.info.get("icc_profile")) == ("RGB", None)
            for mean, color in zip(mean_colors(picture), mean_colors(expected), strict=True):
                assert mean == pytest.approx(color, abs=by), rendition.spec
