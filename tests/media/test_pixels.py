from io import BytesIO

import pytest
from PIL import Image

from media import sniff, vips
from media.decoding import decode
from media.geometry import height_at, largest_cut
from media.pixels import orientation_of
from media.upright import Unreadable
from tests.media import drawing


@pytest.fixture(autouse=True, params=["pillow", "libvips"])
def engine(request, monkeypatch):
    """Every test here with either engine."""
    monkeypatch.setattr(vips, "_allowed", request.param == "libvips")
    return request.param


def decoded(data: bytes, *, largest: int):
    return decode(data, sniff.TAKEN.get(sniff.kind_of(data[: sniff.ENOUGH]), "JPEG"), largest=largest)


def is_near(pixel, color, by: int = 24) -> bool:
    return all(abs(a - b) <= by for a, b in zip(pixel, color, strict=True))


def corners(image: Image.Image) -> tuple:
    width, height = image.size
    return image.getpixel((width // 20, height // 20)), image.getpixel(
        (width - width // 20, height - height // 20)
    )


def assert_upright(image: Image.Image) -> None:
    top_left, bottom_right = corners(image)
    assert is_near(top_left, drawing.RED), top_left
    assert is_near(bottom_right, drawing.BLUE), bottom_right


@pytest.mark.parametrize("orientation", range(1, 9))
def test_phone_photograph_is_turned_upright(orientation):
    upright = decoded(drawing.phone_jpeg(orientation, 700, 450), largest=320)

    assert (upright.width, upright.height) == (700, 450)
    assert upright.at(320).size == (320, 206)
    assert_upright(upright.at(320))


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_other_formats_are_turned_too(format):
    upright = decoded(drawing.phone_jpeg(6, 700, 450, format), largest=320)

    assert (upright.width, upright.height) == (700, 450)
    assert_upright(upright.at(320))


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_avif_is_turned_by_its_own_property(orientation):
    upright = decoded(drawing.phone_jpeg(orientation, 700, 450, "AVIF"), largest=320)

    assert (upright.width, upright.height) == (700, 450)
    assert_upright(upright.at(320))


@pytest.mark.parametrize("name", ["scene", "turned"])
def test_heic_is_turned_by_its_own_property(name):
    upright = decoded(drawing.heic(name), largest=320)

    assert (upright.width, upright.height) == (700, 450)
    assert_upright(upright.at(320))


def test_heic_is_converted_by_its_profile():
    top_left, bottom_right = corners(decoded(drawing.heic("swapped"), largest=320).at(320))

    assert top_left[2] > 180 > top_left[0] + 60
    assert bottom_right[0] > 160 > bottom_right[2] + 60


@pytest.mark.parametrize("focus", [(0.5, 0.5), (0, 0), (1, 1)])
@pytest.mark.parametrize(
    ("shape", "size"), [((16, 9), (640, 360)), ((4, 3), (548, 411)), ((1, 1), (411, 411))]
)
def test_cut_is_the_largest_of_its_shape_and_never_enlarged(shape, size, focus):
    upright = decoded(drawing.jpeg(700, 450), largest=640)
    upright.at(320)

    cut = upright.cut(shape, focus, 1200)

    assert cut.size == size
    if focus == (0, 0):
        assert is_near(cut.getpixel((4, 4)), drawing.RED)
    if focus == (1, 1):
        assert is_near(cut.getpixel((cut.width - 4, cut.height - 4)), drawing.BLUE)


def test_cuts_are_windows_of_one_level():
    upright = decoded(drawing.jpeg(700, 900), largest=640)

    for shape, top in [((16, 9), 144), ((4, 3), 107), ((1, 1), 57)]:
        cut = upright.cut(shape, (0.5, 0.5), 400)
        window = upright.at(400).crop((0, top, 400, top + cut.height))
        assert cut.tobytes() == window.tobytes()


def test_cut_of_what_is_too_wide_has_the_full_height():
    upright = decoded(drawing.jpeg(1400, 900), largest=1400)

    assert upright.cut((1, 1), (0.5, 0.5), 440).size == (440, 440)
    assert upright.cut((1, 1), (0.5, 0.5), 500).size == (500, 500)


def test_cut_of_what_is_too_wide_scales_no_more_than_itself():
    upright = decoded(drawing.jpeg(1400, 900), largest=1400)
    made = []
    upright.scaled = lambda level, size, box=None: (
        made.append(size) or type(upright).scaled(upright, level, size, box)
    )

    upright.cut((1, 1), (0.5, 0.5), 440)

    assert made == [(440, 440)]


@pytest.mark.parametrize("size", [(1, 1), (2, 700), (700, 2), (401, 399), (399, 401), (1001, 333)])
@pytest.mark.parametrize("shape", [(16, 9), (4, 3), (1, 1)])
@pytest.mark.parametrize("focus", [(0, 0), (0.31, 0.77), (1, 1)])
def test_cut_stays_inside_whatever_the_measures(size, shape, focus):
    upright = decoded(drawing.jpeg(*size), largest=1920)
    inside = largest_cut(size, shape, focus)

    for width in (1200, 97):
        across = min(width, int(inside.width) or 1)
        assert upright.cut(shape, focus, width).size == (across, height_at(across, shape))


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_absurd_orientation_is_ignored(value):
    upright = decoded(drawing.jpeg(700, 450, exif=drawing.camera_exif(value)), largest=320)

    assert (upright.width, upright.height) == (700, 450)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_broken_exif_is_ignored():
    data = drawing.jpeg(700, 450, exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + bytes(30))

    assert orientation_of(Image.open(BytesIO(data))) == 1
    assert_upright(decoded(data, largest=320).at(320))


def test_exif_that_pillow_stumbles_on_is_ignored_and_told(monkeypatch, caplog):
    image = Image.open(BytesIO(drawing.jpeg(700, 450)))
    monkeypatch.setattr(image, "getexif", lambda: {}["a word of it"])

    with caplog.at_level("INFO"):
        assert orientation_of(image) == 1

    assert caplog.messages == ["a picture's orientation cannot be read: KeyError"]


def test_embedded_profile_is_converted():
    data = drawing.jpeg(700, 450, icc_profile=drawing.swapped_profile())

    top_left, bottom_right = corners(decoded(data, largest=320).at(320))

    assert top_left[2] > 180 > top_left[0] + 60  # what said red means blue in that profile
    assert bottom_right[0] > 160 > bottom_right[2] + 60


@pytest.mark.parametrize("profile", [b"nonsense" * 40, b""])
def test_broken_profile_is_ignored(profile):
    assert_upright(decoded(drawing.jpeg(700, 450, icc_profile=profile), largest=320).at(320))


def test_cmyk_becomes_rgb():
    data = drawing.saved(drawing.scene(700, 450).convert("CMYK"), "JPEG", quality=95)

    image = decoded(data, largest=320).at(320)

    assert image.mode == "RGB"
    assert is_near(corners(image)[0], drawing.RED, by=40)  # libvips converts as a press would, Pillow plainly
    assert is_near(corners(image)[1], drawing.BLUE, by=80)


def test_sixteen_bits_keep_their_greys():
    ramp = Image.new("I;16", (256, 4))
    for x in range(256):
        for y in range(4):
            ramp.putpixel((x, y), x * 257)

    image = decoded(drawing.saved(ramp, "PNG"), largest=320).at(320)

    assert [image.getpixel((x, 1)) for x in (0, 64, 128, 255)] == [
        (0,) * 3,
        (64,) * 3,
        (128,) * 3,
        (255,) * 3,
    ]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_becomes_white(mode):
    image = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 32, 48))
    data = drawing.saved(image.quantize() if mode == "P" else image.convert(mode), "PNG")

    image = decoded(data, largest=320).at(64)

    assert image.getpixel((8, 24)) == (0, 0, 0)
    assert image.getpixel((56, 24)) == (255, 255, 255)


def test_smaller_pictures_keep_the_proportions_of_the_original():
    upright = decoded(drawing.jpeg(1001, 333), largest=960)

    assert [upright.at(w).size for w in (960, 640, 320)] == [(960, 319), (640, 213), (320, 106)]


def test_nothing_is_made_larger():
    upright = decoded(drawing.jpeg(200, 100), largest=1920)

    assert upright.at(1920).size == (200, 100)


def test_a_line_keeps_one_pixel_of_height():
    assert decoded(drawing.saved(Image.new("RGB", (5000, 1)), "PNG"), largest=320).at(320).size == (
        320,
        1,
    )


def test_nothing_but_pixels_is_kept():
    data = drawing.saved(
        drawing.scene(700, 450),
        "PNG",
        exif=drawing.camera_exif(1),
        dpi=(300, 300),
        icc_profile=drawing.swapped_profile(),
    )

    assert decoded(data, largest=320).at(320).info == {}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (drawing.jpeg(700, 450)[:12_000], "cut off"),
        (drawing.saved(drawing.scene(700, 450), "PNG")[:2_000], "cut off"),
        (drawing.saved(drawing.scene(700, 450), "WEBP")[:2_000], "damaged"),
        (drawing.png_header(800, 600, b"no pixels here"), "damaged"),
        (drawing.png_header(800, 600), "cut off|damaged"),
        (drawing.bomb(), "more pixels than are taken"),
        (drawing.animated("GIF"), "damaged"),
    ],
)
def test_what_cannot_be_decoded_whole_is_unreadable(data, words):
    with pytest.raises(Unreadable, match=words):
        decoded(data, largest=1920)
