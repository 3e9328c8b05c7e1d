"""Which engine decodes, and how."""

from media import vips
from media.pixels import PillowUpright
from media.upright import Upright


def decode(data: bytes, format: str, *, largest: int, headroom: float = 2) -> Upright:
    """The picture, every byte of it decoded, at most `largest` pixels wide. Raises Unreadable.

    `format` is what its first bytes said: JPEG, PNG, WEBP, HEIF or AVIF. A JPEG may be decoded at a half, quarter
    or eighth where that leaves `headroom` times the width needed.
    """
    if vips.is_allowed():
        return vips.VipsUpright.decode(data, format, largest=largest, headroom=headroom)
    return PillowUpright.decode(data, format, largest=largest, headroom=headroom)
