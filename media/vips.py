"""libvips' way with pixels: rows stream through it, so that a large picture needs little memory.

Only in a process that never forks: after one operation in a parent most forked children hang. Celery's children
call `allow` when they start; elsewhere Pillow does the work.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from imagekit.processors import Transpose
from PIL import Image

from media.geometry import Box, height_at
from media.pixels import TURNS, foreign_profile, is_lying, sentence_for
from media.upright import Unreadable, Upright

# One thread: the workers are as many as the cores. Loaders for formats nobody fuzzes stay shut.
os.environ.setdefault("VIPS_CONCURRENCY", "1")
os.environ.setdefault("VIPS_BLOCK_UNTRUSTED", "1")

_WHITE = [255]
_BANDS = 3
# How libvips, libjpeg, libheif and GLib say that there is no memory left: GLib, when not even for a thread.
_NO_MEMORY = ("out of memory", "insufficient memory", "memory allocation error", "error creating thread")
_allowed = False


def allow() -> None:
    """Says that this process will not fork any more. Effects: libvips is loaded, its cache of results is off."""
    global _allowed
    import pyvips

    pyvips.cache_set_max(0)
    logging.getLogger("pyvips").setLevel(logging.ERROR)  # it warns of every row of a damaged file
    _allowed = True


def is_allowed() -> bool:
    return _allowed


@contextmanager
def _minding_memory() -> Iterator[None]:
    """Raises MemoryError for what a library says of it in its own words: the picture may be sound."""
    try:
        yield
    except Exception as error:
        if any(words in str(error).lower() for words in _NO_MEMORY):
            raise MemoryError from error
        raise


class Level:
    """Three bands in memory, computed here and now, for libvips and Pillow to read where they lie."""

    def __init__(self, image: Any):
        import pyvips

        self.width, self.height = image.width, image.height
        self.pixels = image.write_to_memory()
        self.image = pyvips.Image.new_from_memory(self.pixels, self.width, self.height, _BANDS, "uchar")


class VipsUpright(Upright):
    """The levels as libvips' images, in memory."""

    @classmethod
    def decode(cls, data: bytes, format: str, *, largest: int, headroom: float = 2) -> "VipsUpright":
        """Decodes every byte; keeps a picture at most `largest` pixels wide. Raises Unreadable.

        A JPEG is decoded at a half, quarter or eighth where that leaves `headroom` times what is needed.
        """
        import pyvips

        try:
            return cls._decode(data, format, largest, headroom)
        except (MemoryError, SoftTimeLimitExceeded):
            raise
        except (pyvips.Error, Image.DecompressionBombError, OSError, ValueError, RuntimeError) as error:
            raise Unreadable(_sentence(error, data, format)) from error

    @classmethod
    @_minding_memory()
    def _decode(cls, data: bytes, format: str, largest: int, headroom: float) -> "VipsUpright":
        load = _LOADERS[format]
        keep: list[Any] = []
        image = load(data, keep)
        lying_size = (image.width, image.height)
        if image.width * image.height > settings.IMAGE_MAX_PIXELS:
            raise Image.DecompressionBombError
        turns = TURNS[_orientation(image)]
        width, height = lying_size[::-1] if is_lying(turns) else lying_size
        kept = min(largest, width)
        if format == "JPEG":
            shrink = max(s for s in (1, 2, 4, 8) if s == 1 or width / s >= kept * headroom)
            image = load(data, keep, shrink=shrink) if shrink > 1 else image
        profile = image.get("icc-profile-data") if image.get_typeof("icc-profile-data") else None
        size = (kept, height_at(kept, (width, height)))
        small = _resized(_opaque(image), size[::-1] if is_lying(turns) else size)
        small = small.copy_memory() if turns else small  # turning reads rows in any order
        return cls(Level(_turned(_in_srgb(small, profile), turns)), width, height)

    @_minding_memory()
    def scaled(self, level: Level, size: tuple[int, int], box: Box | None = None) -> Level:
        part = level.image.crop(*_whole(box)) if box else level.image
        return Level(_resized(part, size))

    def as_image(self, level: Level, box: Box | None = None) -> Image.Image:
        left, top, *size = box or (0, 0, level.width, level.height)
        row = level.width * _BANDS
        pixels = memoryview(level.pixels)[top * row + left * _BANDS :]
        return Image.frombuffer("RGB", tuple(size), pixels, "raw", "RGB", row, 1)


def _jpeg(data: bytes, keep: list, *, shrink: int = 1) -> Any:
    import pyvips

    return pyvips.Image.jpegload_buffer(data, access="sequential", fail_on="truncated", shrink=shrink)


def _streamed(name: str) -> Callable:
    def load(data: bytes, keep: list) -> Any:
        import pyvips

        return getattr(pyvips.Image, name)(data, access="sequential", fail_on="truncated")

    return load


def _heif(data: bytes, keep: list) -> Any:
    """libvips' wheel has no HEVC decoder: pi-heif decodes, and its rows are read where they lie.

    Their owner is put into `keep` and must outlive the image: the rows themselves do not hold it.
    """
    import pi_heif
    import pyvips

    found = pi_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
    bands = len(found.mode)
    padded = found.stride // bands
    image = pyvips.Image.new_from_memory(found.data, padded, found.size[1], bands, "uchar")
    image = image.crop(0, 0, *found.size).copy(interpretation="srgb")
    keep.append(found)
    if profile := found.info.get("icc_profile"):
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


_LOADERS: dict[str, Callable] = {
    "JPEG": _jpeg,
    "PNG": _streamed("pngload_buffer"),
    "WEBP": _streamed("webpload_buffer"),
    "AVIF": _streamed("heifload_buffer"),
    "HEIF": _heif,
}


def _orientation(image: Any) -> int:
    value = image.get("orientation") if image.get_typeof("orientation") else 1
    return value if value in TURNS else 1


def _opaque(image: Any) -> Any:
    """8 bits a channel, grey or RGB or CMYK, on white."""
    if image.format != "uchar":
        image = image.colourspace("b-w" if image.bands < 3 else "srgb")
    return image.flatten(background=_WHITE) if image.hasalpha() else image


def _resized(image: Any, size: tuple[int, int]) -> Any:
    if (image.width, image.height) == size:
        return image
    return image.resize(size[0] / image.width, vscale=size[1] / image.height)


def _whole(box: Box) -> tuple[int, int, int, int]:
    """The box in whole pixels, inside whatever it was inside of."""
    return round(box.left), round(box.top), int(box.width) or 1, int(box.height) or 1


def _in_srgb(image: Any, profile: bytes | None) -> Any:
    """Three bands in sRGB without metadata. A profile that is broken or of another kind is ignored."""
    import pyvips

    if foreign_profile(profile) is not None:
        try:
            image = image.icc_transform("srgb", embedded=True, intent="perceptual")
        except pyvips.Error:
            image = image.copy()
    if image.interpretation != "srgb" or image.bands != 3:
        image = image.colourspace("srgb")
    return image[:3] if image.bands > 3 else image


_STEPS: dict[Any, Callable[[Any], Any]] = {
    Transpose.FLIP_HORIZONTAL: lambda image: image.fliphor(),
    Transpose.FLIP_VERTICAL: lambda image: image.flipver(),
    Transpose.ROTATE_90: lambda image: image.rot270(),  # Pillow turns to the left, libvips to the right
    Transpose.ROTATE_180: lambda image: image.rot180(),
    Transpose.ROTATE_270: lambda image: image.rot90(),
}


def _turned(image: Any, turns: list) -> Any:
    for step in turns:
        image = _STEPS[step](image)
    return image


def _sentence(error: Exception, data: bytes, format: str) -> str:
    words = str(error).lower()
    is_cut = format == "PNG" and b"IEND" not in data
    if is_cut or "premature end" in words or "end of file" in words:
        return sentence_for(OSError("truncated"))
    return sentence_for(error)
