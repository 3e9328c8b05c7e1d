"""What a photograph's file says of itself: who made it, what it shows, what may be done with it.

Suggestions for a person, never the truth. No pixels are decoded and nothing is written.
Fields: IPTC Photo Metadata Standard 2023.2. Order of the blocks: XMP, IPTC-IIM, EXIF, for each field by itself.
"""

import logging

from media.metadata import cleaning, exif, iim, rdf
from media.metadata.blocks import blocks_of
from media.metadata.found import Found

__all__ = ["Found", "read"]

log = logging.getLogger(__name__)
READERS = {"XMP": rdf.read, "IPTC": iim.read, "EXIF": exif.read}


def read(data: bytes, format: str) -> Found:
    """What the file says, cleaned. `format` is JPEG, PNG, WEBP, HEIF or AVIF.

    Never raises: a broken block is passed over, and so is a file that is none.
    """
    said = {name: _said(name, block) for name, block in blocks_of(data, format).items()}
    fields, blocks = {}, {}
    for field, clean in cleaning.CLEANERS.items():
        for name in READERS:
            if value := clean(said.get(name, {}).get(field, [])):
                fields[field], blocks[field] = value, name
                break
    return Found(**fields, blocks=blocks)


def _said(name: str, block: bytes) -> dict[str, list[str]]:
    try:
        return READERS[name](block)
    except Exception as error:  # Pillow alone raises ten kinds of error over a broken block
        log.info("a picture's %s block cannot be read: %s", name, type(error).__name__)
        return {}
