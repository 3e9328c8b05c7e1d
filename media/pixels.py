"""Pillow's way with pixels: whole, upright, in sRGB, without anything but pixels. And imagekit's processors."""

import logging
from io import BytesIO

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from imagekit.processors import Transpose
from PIL import Image, ImageCms

from media.geometry import Box, height_at, largest_cut
from media.upright import Unreadable, Upright

log = logging.getLogger(__name__)
TURNS = Transpose._EXIF_ORIENTATION_STEPS  # the same steps as the fallback's `Transpose()`
_SRGB = ImageCms.createProfile("sRGB")
_SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L", "I;16N")
ORIENTATION = 0x0112


class ToSRGB:
    """imagekit processor: 8 bits a channel, opaque on white, in sRGB by the embedded profile."""

    def process(self, image: Image.Image) -> Image.Image:
        return to_srgb(opaque(image), image.info.get("icc_profile"))


class FitWidth:
    """imagekit processor: scales down to `width` pixels, never up."""

    def __init__(self, width: int):
        self.width = width

    def process(self, image: Image.Image) -> Image.Image:
        width = min(self.width, image.width)
        return scaled(image, (width, height_at(width, image.size)))


class CutShape:
    """imagekit processor: the largest cut of a shape around a focal point, scaled down to `width` pixels."""

    def __init__(self, shape: tuple[int, int], focus: tuple[float, float], width: int):
        self.shape, self.focus, self.width = shape, focus, width

    def process(self, image: Image.Image) -> Image.Image:
        box = largest_cut(image.size, self.shape, self.focus)
        across = min(self.width, int(box.width) or 1)
        return scaled(image, (across, height_at(across, self.shape)), box)


class PillowUpright(Upright):
    """The levels as Pillow's images."""

    @classmethod
    def decode(cls, data: bytes, format: str, *, largest: int, headroom: float = 2) -> "PillowUpright":
        """Decodes every byte; keeps a picture at most `largest` pixels wide. Raises Unreadable.

        A JPEG is decoded at a half, quarter or eighth where that leaves `headroom` times what is needed.
        """
        image, (width, height) = _load(data, format, largest, headroom)
        turns = TURNS[orientation_of(image)]
        lying = is_lying(turns)
        if lying:
            width, height = height, width
        kept = min(largest, width)
        size = (kept, height_at(kept, (width, height)))
        # Turned and converted when already small: both cost by the pixel.
        small = opaque(image).resize(
            size[::-1] if lying else size, Image.Resampling.LANCZOS, reducing_gap=3.0
        )
        upright = Transpose(*turns).process(small) if turns else small
        return cls(to_srgb(upright, image.info.get("icc_profile")), width, height)

    def scaled(self, level: Image.Image, size: tuple[int, int], box: Box | None = None) -> Image.Image:
        return scaled(level, size, box)

    def as_image(self, level: Image.Image, box: Box | None = None) -> Image.Image:
        if box is None:
            return level
        return level.crop((box.left, box.top, box.left + box.width, box.top + box.height))


def is_lying(turns: list) -> bool:
    """Whether these steps of `Transpose` exchange width and height."""
    return Transpose.ROTATE_90 in turns or Transpose.ROTATE_270 in turns


def orientation_of(image: Image.Image, *, header_only: bool = False) -> int:
    """The EXIF orientation, 1 to 8; 1 for what is absent or absurd.

    `header_only` never decodes: a PNG whose EXIF stands behind its pixels is then taken as upright.
    """
    if header_only and image.format == "PNG" and "exif" not in image.info:
        return 1
    try:
        value = image.getexif().get(ORIENTATION)
    except Exception as error:  # Pillow raises whatever a broken EXIF block makes it stumble on
        log.info("a picture's orientation cannot be read: %s", type(error).__name__)
        return 1
    return value if value in TURNS else 1


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
    clean = _converted(image, profile) or image.convert("RGB")
    clean.info = {}
    return clean


def scaled(image: Image.Image, size: tuple[int, int], box: Box | None = None) -> Image.Image:
    """`image`, or a part of it, at this size in pixels."""
    if box is None and image.size == size:
        return image
    part = (box.left, box.top, box.left + box.width, box.top + box.height) if box else None
    return image.resize(size, Image.Resampling.LANCZOS, box=part, reducing_gap=3.0)


def foreign_profile(profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    """The embedded profile if pixels must be converted by it: None for sRGB, for none and for a broken one."""
    if not profile:
        return None
    try:
        found = ImageCms.ImageCmsProfile(BytesIO(profile))
        name = found.profile.profile_description or ""
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return None if "sRGB" in name and "linear" not in name.lower() else found


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    source = foreign_profile(profile)
    if source is None:
        return None
    try:
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _load(data: bytes, format: str, largest: int, headroom: float) -> tuple[Image.Image, tuple[int, int]]:
    """The decoded image, as it lies, and its size in the file. Raises Unreadable."""
    try:
        with Image.open(BytesIO(data), formats=[format]) as image:
            size = image.size
            if size[0] * size[1] > settings.IMAGE_MAX_PIXELS:
                raise Image.DecompressionBombError
            lying = is_lying(TURNS[orientation_of(image, header_only=True)])
            spare = size[1 if lying else 0] / largest / headroom
            if spare > 1:
                image.draft(None, (round(size[0] / spare), round(size[1] / spare)))
            image.load()
            return image, size
    except (MemoryError, SoftTimeLimitExceeded):
        raise
    except Exception as error:  # Pillow raises whatever a broken file makes it stumble on
        raise Unreadable(sentence_for(error)) from error


def sentence_for(error: Exception) -> str:
    """What a decoder stumbled on, for the person who sent the file."""
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return "The picture has more pixels than are taken. Send a smaller one."
    if isinstance(error, OSError) and "truncated" in str(error):
        return "The file is cut off: part of the picture is missing. Send it again."
    return "The file is damaged and cannot be read as a picture. Export it again and send that."
