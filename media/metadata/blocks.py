"""The raw metadata blocks of a file.

Walked here: Pillow reads a PNG's later chunks only by decoding it, and one broken block makes it refuse the whole file.
Sources: ITU-T T.81 annex B; XMP part 3 (ISO 16684-1), section 1.1; the PNG specification,
third edition, section 11.3; RFC 9649.
"""

import logging
import struct
import zlib
from collections.abc import Iterator
from itertools import islice

from media.metadata import boxes

log = logging.getLogger(__name__)
LARGEST = 1_000_000  # bytes; a larger block is passed over
_MOST = 100_000  # segments or chunks looked at

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXIF = b"Exif\0\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_PNG_XMP = b"XML:com.adobe.xmp\0"


def blocks_of(data: bytes, format: str) -> dict[str, bytes]:
    """The blocks the file has, by name: XMP (the packet), IPTC (the IIM datasets), EXIF (with or without its mark)."""
    try:
        found = _WALKS[format](data)
    except Exception as error:  # a file that is none; decoders raise what they like
        log.info("the blocks of a %s cannot be found: %s", format, type(error).__name__)
        return {}
    return {name: block for name, block in found.items() if block and len(block) <= LARGEST}


def _of_jpeg(data: bytes) -> dict[str, bytes]:
    found, photoshop = {}, []
    for marker, body in islice(_segments(data), _MOST):
        if marker == 0xE1 and body.startswith(_XMP):
            found.setdefault("XMP", body[len(_XMP) :])
        elif marker == 0xE1 and body.startswith(_EXIF):
            found.setdefault("EXIF", body)
        elif marker == 0xED and body.startswith(_PHOTOSHOP):
            photoshop.append(body[len(_PHOTOSHOP) :])  # a resource may go on in the next segment
    return {**found, "IPTC": _iim_among(b"".join(photoshop)[:LARGEST])}


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and body of each before the scan."""
    at = 2
    while data[at : at + 1] == b"\xff" and at + 4 <= len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in (0xD9, 0xDA) or length < 2:
            return
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def _iim_among(resources: bytes) -> bytes:
    """The IIM datasets among Photoshop's image resources: number 0x0404. Empty if there are none."""
    at = 0
    while resources[at : at + 4] == b"8BIM" and at + 7 <= len(resources):
        number, name = int.from_bytes(resources[at + 4 : at + 6]), resources[at + 6]
        at += 7 + name + (name + 1) % 2  # the name and its length together are even
        size = int.from_bytes(resources[at : at + 4])
        if number == 0x0404:
            return resources[at + 4 : at + 4 + size]
        at += 4 + size + size % 2
    return b""


def _of_png(data: bytes) -> dict[str, bytes]:
    found = {}
    for name, body in islice(_png_chunks(data), _MOST):
        if name == b"eXIf":
            found["EXIF"] = body
        elif name == b"iTXt" and body.startswith(_PNG_XMP):
            found["XMP"] = _png_text(body[len(_PNG_XMP) :])
    return found


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        yield name, data[at + 8 : at + 8 + size]
        at += 12 + size


def _png_text(body: bytes) -> bytes:
    """An iTXt chunk's text: after two flags, a language and a translated keyword."""
    text = body[2:].split(b"\0", 2)[2]
    return zlib.decompressobj().decompress(text, LARGEST + 1) if body[0] else text


def _of_webp(data: bytes) -> dict[str, bytes]:
    found = dict(islice(_webp_chunks(data), _MOST))
    return {"XMP": found.get(b"XMP ", b""), "EXIF": found.get(b"EXIF", b"")}


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


_WALKS = {
    "JPEG": _of_jpeg,
    "PNG": _of_png,
    "WEBP": _of_webp,
    "HEIF": boxes.blocks_in,
    "AVIF": boxes.blocks_in,
}
