"""What a camera writes: Exif 3.0 (CIPA DC-008), sections 4.6.4 and 4.6.5."""

import re

from PIL import ExifTags, Image

from media.metadata.cleaning import decoded

_OFFSET = re.compile(r"[+-][0-9]{2}:[0-9]{2}")


def read(block: bytes) -> dict[str, list[str]]:
    """What the block says, by field. Raises what Pillow raises."""
    exif = Image.Exif()
    exif.load(block)
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    taken, offset = (
        _text(camera.get(tag)) for tag in (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal)
    )
    return {
        "creator": _text(exif.get(ExifTags.Base.Artist)).split(";"),
        "copyright_notice": [_text(exif.get(ExifTags.Base.Copyright))],
        "caption": [_text(exif.get(ExifTags.Base.ImageDescription))],
        "taken_at": [taken + (offset if _OFFSET.fullmatch(offset) else "")],
    }


def _text(value: object) -> str:
    """A text, which Pillow reads as Latin-1 and programs write in UTF-8; empty if it is none.

    A copyright has two parts, the photographer's and the editor's, with a NUL between.
    """
    raw = value.encode("latin-1", "ignore") if isinstance(value, str) else value
    if not isinstance(raw, bytes):
        return ""
    return "; ".join(part for part in map(str.strip, decoded(raw).split("\0")) if part)
