"""Every rendition is an imagekit spec in its registry. Quality and speed come from measurement: see the bench.

A spec's source is either a picture decoded once and shared by all (`upright.Upright`), or a file, which the spec's
own processors turn, convert and scale. imagekit's cache files are not used: the `Rendition` row is the truth.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from imagekit import ImageSpec, register
from imagekit.processors import ProcessorPipeline, Transpose
from imagekit.registry import generator_registry
from PIL import Image

from media.labels import Labels, into_jpeg, save_options
from media.pixels import CutShape, FitWidth, ToSRGB
from media.sniff import TAKEN
from media.upright import Upright

RECIPE = 2  # goes up with any change to what a spec's files look like
WIDTHS = (320, 640, 960, 1280, 1920)
FORMATS = ("jpeg", "avif")
FIRST = "jpeg-960"
SHAPES = {"crop-16x9": (16, 9), "crop-4x3": (4, 3), "crop-1x1": (1, 1)}
CROP_WIDTH = 1200
# Progressive JPEG at 72 and AVIF at 60 look alike (ssimulacra2 about 70). Threads would fight the other workers.
OPTIONS = {
    "jpeg": {"quality": 72, "progressive": True, "optimize": True},
    "avif": {"quality": 60, "speed": 9, "max_threads": 1},
    "crop": {"quality": 78, "progressive": True, "optimize": True},
}
EXTENSIONS = {"jpeg": "jpg", "avif": "avif"}
MIDDLE = (0.5, 0.5)
NO_LABELS = Labels()


class RenditionSpec(ImageSpec):
    """One file made of a picture. `labels` are written into it, and nothing else."""

    name: str
    width: int  # pixels, the most

    def __init__(
        self,
        source: Upright | BinaryIO,
        labels: Labels = NO_LABELS,
        focus: tuple[float, float] = MIDDLE,
    ):
        super().__init__(source)
        self.labels, self.focus = labels, focus

    def generate(self) -> BytesIO:
        """The finished file; its `pixels` attribute says width and height."""
        image = self.shared(self.source) if isinstance(self.source, Upright) else self._process(self.source)
        file = BytesIO()
        image.save(file, self.format, **self.options, **save_options(self.labels))
        if self.format == "JPEG":
            file = BytesIO(into_jpeg(file.getvalue(), self.labels))
        file.pixels = image.size
        file.seek(0)
        return file

    def shared(self, source: Upright) -> Image.Image:
        """Its pixels out of a picture that was decoded for all."""
        raise NotImplementedError

    def fitting(self) -> object:
        """The processor that does the same to a whole picture."""
        raise NotImplementedError

    def _process(self, source: BinaryIO) -> Image.Image:
        source.seek(0)
        with Image.open(source, formats=tuple(TAKEN.values())) as image:
            return ProcessorPipeline([Transpose(), ToSRGB(), self.fitting()]).process(image)


class WidthSpec(RenditionSpec):
    """The whole picture at one width."""

    def shared(self, source: Upright) -> Image.Image:
        return source.at(self.width)

    def fitting(self) -> FitWidth:
        return FitWidth(self.width)


class CropSpec(RenditionSpec):
    """The largest cut of one shape around the focal point."""

    shape: tuple[int, int]

    def shared(self, source: Upright) -> Image.Image:
        return source.cut(self.shape, self.focus, self.width)

    def fitting(self) -> CutShape:
        return CutShape(self.shape, self.focus, self.width)


def _register(base: type[RenditionSpec], name: str, **attributes) -> type[RenditionSpec]:
    spec = type(name.title().replace("-", ""), (base,), {**attributes, "name": name, "__module__": __name__})
    register.generator(f"media:{name}", spec)
    return spec


def _specs() -> Iterator[type[RenditionSpec]]:
    for format in FORMATS:
        for width in WIDTHS:
            yield _register(
                WidthSpec, f"{format}-{width}", width=width, format=format.upper(), options=OPTIONS[format]
            )
    for name, shape in SHAPES.items():
        yield _register(CropSpec, name, width=CROP_WIDTH, shape=shape, format="JPEG", options=OPTIONS["crop"])


SPECS = {spec.name: spec for spec in _specs()}


def spec_for(
    name: str,
    *,
    source: Upright | BinaryIO,
    labels: Labels = NO_LABELS,
    focus: tuple[float, float] = MIDDLE,
) -> RenditionSpec:
    """The spec of that name, from imagekit's registry."""
    return generator_registry.get(f"media:{name}", source=source, labels=labels, focus=focus)


def plan(width: int) -> list[str]:
    """The names of the specs for an upright original `width` pixels wide, in the order they are made.

    None is wider than the original, but a very narrow one is made at its own width, as the smallest.
    The first is the JPEG a post can show soonest.
    """
    widths = [w for w in WIDTHS if w <= width] or [WIDTHS[0]]
    names = [f"{format}-{w}" for w in sorted(widths, key=lambda w: (w != 960, -w)) for format in FORMATS]
    return [*sorted(names, key=lambda name: name != FIRST), *SHAPES]


def format_of(name: str) -> str:
    """Its file's format: jpeg or avif."""
    return SPECS[name].format.lower()


def file_name(public_name: str, spec: str) -> str:
    return f"{public_name}/{spec}.{EXTENSIONS[format_of(spec)]}"
