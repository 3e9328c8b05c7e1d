"""Every rendition is an imagekit spec in its registry. Quality and speed come from measurement: see the bench.

A spec's source is either a picture decoded once and shared by all (`pixels.Upright`), or a file, which the spec's
own processors turn, convert and scale. imagekit's cache files are not used: the `Rendition` row is the truth.
"""

from io import BytesIO
from typing import BinaryIO

from imagekit import ImageSpec, register
from imagekit.processors import ProcessorPipeline, Transpose
from imagekit.registry import generator_registry
from PIL import Image

from media.pixels import FitWidth, ToSRGB, Upright
from media.sniff import TAKEN

RECIPE = 1  # goes up with any change to what a spec's files look like
WIDTHS = (320, 640, 960, 1280, 1920)
FORMATS = ("jpeg", "avif")
FIRST = "jpeg-960"
# Progressive JPEG at 72 and AVIF at 60 look alike (ssimulacra2 about 70). Threads would fight the other workers.
OPTIONS = {
    "jpeg": {"quality": 72, "progressive": True, "optimize": True},
    "avif": {"quality": 60, "speed": 9, "max_threads": 1},
}
EXTENSIONS = {"jpeg": "jpg", "avif": "avif"}


class RenditionSpec(ImageSpec):
    """One width in one format. `xmp` is the packet written into the file."""

    name: str
    width: int  # pixels, the most
    processors: list = [Transpose(), ToSRGB()]

    def __init__(self, source: Upright | BinaryIO, xmp: bytes = b""):
        super().__init__(source)
        self.xmp = xmp

    def generate(self) -> BytesIO:
        """The finished file; its `pixels` attribute says width and height."""
        image = self.source.at(self.width) if isinstance(self.source, Upright) else self._process(self.source)
        file = BytesIO()
        metadata = {"xmp": self.xmp} if self.xmp else {}
        # A copy, because Pillow keeps an encoder's settings on the image it saves.
        image.copy().save(file, self.format, **self.options, **metadata)
        file.pixels = image.size
        file.seek(0)
        return file

    def _process(self, source: BinaryIO) -> Image.Image:
        source.seek(0)
        with Image.open(source, formats=tuple(TAKEN.values())) as image:
            return ProcessorPipeline([*self.processors, FitWidth(self.width)]).process(image)


def _register(format: str, width: int) -> type[RenditionSpec]:
    name = f"{format}-{width}"
    attributes = {"name": name, "width": width, "format": format.upper(), "options": OPTIONS[format]}
    spec = type(f"{format.title()}{width}", (RenditionSpec,), {**attributes, "__module__": __name__})
    register.generator(f"media:{name}", spec)
    return spec


SPECS = {spec.name: spec for spec in (_register(format, width) for format in FORMATS for width in WIDTHS)}


def spec_for(name: str, *, source: Upright | BinaryIO, xmp: bytes = b"") -> RenditionSpec:
    """The spec of that name, from imagekit's registry."""
    return generator_registry.get(f"media:{name}", source=source, xmp=xmp)


def plan(width: int) -> list[str]:
    """The names of the specs for an upright original `width` pixels wide, in the order they are made.

    None is wider than the original, but a very narrow one is made at its own width, as the smallest.
    The first is the JPEG a post can show soonest.
    """
    widths = [w for w in WIDTHS if w <= width] or [WIDTHS[0]]
    names = [f"{format}-{w}" for w in sorted(widths, key=lambda w: (w != 960, -w)) for format in FORMATS]
    return sorted(names, key=lambda name: name != FIRST)


def format_of(name: str) -> str:
    return name.partition("-")[0]


def file_name(public_name: str, spec: str) -> str:
    return f"{public_name}/{spec}.{EXTENSIONS[format_of(spec)]}"
