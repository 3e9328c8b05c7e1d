from io import BytesIO

import pytest
from imagekit.registry import generator_registry
from PIL import Image

from media import specs
from media.decoding import decode
from media.labels import Labels, save_options
from tests.media import drawing
from tests.media.test_pixels import assert_upright

LADDER = {f"{format}-{width}" for format in ("jpeg", "avif") for width in (320, 640, 960, 1280, 1920)}
CROPS = {"crop-16x9", "crop-4x3", "crop-1x1"}
ALL = LADDER | CROPS


def test_every_rendition_is_in_imagekits_registry():
    assert set(specs.SPECS) == ALL
    assert {f"media:{name}" for name in ALL} <= set(generator_registry.get_ids())


@pytest.mark.parametrize(
    ("width", "widths"),
    [(4032, {320, 640, 960, 1280, 1920}), (1920, {320, 640, 960, 1280, 1920}), (1919, {320, 640, 960, 1280}),
     (700, {320, 640}), (320, {320}), (100, {320})],
)  # fmt: skip
def test_plan_has_no_width_above_the_originals(width, widths):
    plan = specs.plan(width)

    assert sorted(plan) == sorted([*(f"{format}-{w}" for format in ("jpeg", "avif") for w in widths), *CROPS])


def test_first_is_the_jpeg_a_post_shows():
    assert specs.plan(4032)[:2] == ["jpeg-960", "avif-960"]
    assert specs.plan(700)[0] == "jpeg-640"


@pytest.mark.parametrize("name", sorted(LADDER))
def test_shared_picture_and_own_processors_give_the_same(name):
    data = drawing.phone_jpeg(6, 2000, 1200)
    shared = specs.spec_for(name, source=decode(data, "JPEG", largest=1920)).generate()
    own = specs.spec_for(name, source=BytesIO(data)).generate()

    for file in (shared, own):
        image = Image.open(file)
        assert image.size == file.pixels
        assert image.size == (specs.SPECS[name].width, specs.SPECS[name].width * 3 // 5)
        assert image.format == specs.SPECS[name].format
        assert_upright(image)


def test_jpeg_is_progressive_and_carries_only_the_packet():
    labels = Labels(credit="Ada", alt_text="A stage")
    source = decode(drawing.phone_jpeg(6, 700, 450), "JPEG", largest=320)

    image = Image.open(specs.spec_for("jpeg-320", source=source, labels=labels).generate())

    assert image.info.pop("xmp") == save_options(labels)["xmp"]
    assert set(image.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
        "photoshop",
    }
    assert image.info["progressive"]


def test_same_source_gives_the_same_bytes_twice():
    source = decode(drawing.jpeg(700, 450), "JPEG", largest=320)

    first, second = (specs.spec_for("avif-320", source=source).generate().getvalue() for _ in range(2))

    assert first == second
