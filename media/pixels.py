"""Decoding a picture once and for all: whole, upright, in sRGB, without anything but pixels."""

from io import BytesIO

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from imagekit.processors import Transpose
from PIL import Image, ImageCms

from media.sniff import TAKEN

_TURNS = Transpose._EXIF_ORIENTATION_STEPS  # the same steps as the fallback's `Transpose()`
_SRGB = ImageCms.createProfile("sRGB")
_SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L", "I;16N")
ORIENTATION = 0x0112


class Unreadable(Exception):
    """The file is no picture that can be decoded whole. The message is for the person who sent it."""


class ToSRGB:
    """imagekit processor: 8 bits a channel, opaque on white, in sRGB by the embedded profile."""

    def process(self, image: Image.Image) -> Image.Image:
        return to_srgb(opaque(image), image.info.get("icc_profile"))


class FitWidth:
    """imagekit processor: scales down to `width` pixels, never up."""

    def __init__(self, width: int):
        self.width = width

    def process(self, image: Image.Image) -> Image.Image:
        return scaled(image, min(self.width, image.width), image.size)


class Upright:
    """An upright sRGB picture, decoded once; smaller ones are made from the next larger and kept.

    `width` and `height` are the original's pixels, upright; the largest kept picture may be smaller.
    """

    def __init__(self, largest: Image.Image, width: int, height: int):
        self.width, self.height = width, height
        self._levels = {largest.width: largest}

    @classmethod
    def decode(cls, data: bytes, *, largest: int) -> "Upright":
        """Decodes every byte; keeps a picture at most `largest` pixels wide. Raises Unreadable."""
        image, (width, height) = _load(data, largest)
        turns = _TURNS[orientation_of(image)]
        lying = Transpose.ROTATE_90 in turns or Transpose.ROTATE_270 in turns
        if lying:
            width, height = height, width
        kept = min(largest, width)
        size = (kept, _height(kept, width, height))
        # Turned and converted when already small: both cost by the pixel.
        small = opaque(image).resize(
            size[::-1] if lying else size, Image.Resampling.LANCZOS, reducing_gap=3.0
        )
        upright = Transpose(*turns).process(small) if turns else small
        return cls(to_srgb(upright, image.info.get("icc_profile")), width, height)

    def at(self, width: int) -> Image.Image:
        """The picture `width` pixels wide (or as wide as it is, if that is less). Do not change it."""
        width = min(width, max(self._levels))
        if width not in self._levels:
            larger = self._levels[min(w for w in self._levels if w > width)]
            self._levels[width] = scaled(larger, width, (self.width, self.height))
        return self._levels[width]


def orientation_of(image: Image.Image, *, header_only: bool = False) -> int:
    """The EXIF orientation, 1 to 8; 1 for what is absent or absurd.

    `header_only` never decodes: a PNG whose EXIF stands behind its pixels is then taken as upright.
    """
    if header_only and image.format == "PNG" and "exif" not in image.info:
        return 1
    try:
        value = image.getexif().get(ORIENTATION)
    except Exception:  # Pillow raises whatever a broken EXIF block makes it stumble on
        return 1
    return value if value in _TURNS else 1


def opaque(image: Image.Image) -> Image.Image:
    """The same colours as L, RGB or CMYK with 8 bits a channel; what is transparent becomes white."""
    if image.mode in _SIXTEEN_BITS:
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """An RGB image in sRGB without any metadata. A profile that is broken or of another kind is ignored."""
    converted = _converted(image, profile) if profile else None
    clean = converted or image.convert("RGB")
    clean.info = {}
    return clean


def scaled(image: Image.Image, width: int, original: tuple[int, int]) -> Image.Image:
    """`image` at `width` pixels, its height from the original's proportions, so that no rounding adds up."""
    size = (width, _height(width, *original))
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _height(width: int, original_width: int, original_height: int) -> int:
    return max(1, round(original_height * width / original_width))


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        name = source.profile.profile_description or ""
        if "sRGB" in name and "linear" not in name.lower():
            return None
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _load(data: bytes, largest: int) -> tuple[Image.Image, tuple[int, int]]:
    """The decoded image, as it lies, and its size in the file. Raises Unreadable."""
    try:
        with Image.open(BytesIO(data), formats=tuple(TAKEN.values())) as image:
            size = image.size
            if size[0] * size[1] > settings.IMAGE_MAX_PIXELS:
                raise Image.DecompressionBombError
            # JPEG only: decode at a half, quarter or eighth where that leaves twice what is needed, or more.
            image.draft(None, (largest * 2, largest * 2))
            image.load()
            return image, size
    except (MemoryError, SoftTimeLimitExceeded):
        raise
    except Exception as error:  # Pillow raises whatever a broken file makes it stumble on
        raise Unreadable(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return "The picture has more pixels than are taken. Send a smaller one."
    if isinstance(error, OSError) and "truncated" in str(error):
        return "The file is cut off: part of the picture is missing. Send it again."
    return "The file is damaged and cannot be read as a picture. Export it again and send that."
