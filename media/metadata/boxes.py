"""EXIF and XMP of a HEIF or AVIF file, which keep them as items: ISO/IEC 14496-12 section 8.11, 23008-12 annex A.

Read here and not by libheif's binding, which a wrong letter in an item's type makes end the whole process
(pi_heif 1.4).
"""

import struct
from collections.abc import Iterator
from itertools import islice

LARGEST = 1_000_000  # bytes of the list of items, and of an item
_MOST = 100_000  # boxes looked at

_XMP = b"application/rdf+xml"


def blocks_in(data: bytes) -> dict[str, bytes]:
    """The first EXIF (from the TIFF header on) and XMP among the items. Raises ValueError for broken boxes."""
    meta = next((body for name, body in boxes(data) if name == b"meta"), b"")[4 : 4 + LARGEST]
    parts = dict(boxes(meta))
    wanted = {item: kind for kind, item in _wanted(parts.get(b"iinf", b"")).items()}
    found = {}
    for item, source, extents in _places(parts.get(b"iloc", b""), wanted):
        found[wanted.pop(item)] = _joined(data if source == 0 else parts.get(b"idat", b""), extents)
    if "EXIF" in found:  # four bytes say how far behind them the TIFF header is
        found["EXIF"] = found["EXIF"][4 + int.from_bytes(found["EXIF"][:4]) :]
    return found


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each box in a row, at most `_MOST`; a box cut off ends with the data."""
    return islice(_all_boxes(data), _MOST)


def _all_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16]), 16
        end = at + size if size else len(data)
        if end < at + head:
            return
        yield name, data[at + head : end]
        at = end


def _wanted(iinf: bytes) -> dict[str, int]:
    """The number of the first item of each kind."""
    first, head = {}, 6 if iinf[:1] == b"\0" else 8
    for _, body in boxes(iinf[head:]):
        width = 4 if body[:1] == b"\3" else 2
        item, kind, rest = body[4 : 4 + width], body[6 + width : 10 + width], body[10 + width :]
        if kind == b"Exif":
            first.setdefault("EXIF", int.from_bytes(item))
        elif kind == b"mime" and rest.split(b"\0")[1:2] == [_XMP]:
            first.setdefault("XMP", int.from_bytes(item))
    return first


class _Reader:
    """Big-endian numbers, one after the other. Raises ValueError at the end."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def number(self, size: int) -> int:
        self.skip(size)
        return int.from_bytes(self.data[self.at - size : self.at])

    def skip(self, size: int) -> None:
        self.at += size
        if self.at > len(self.data):
            raise ValueError("The box is too short.")


def _places(iloc: bytes, wanted: dict[int, str]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Of each wanted item its number, its source (0 the file, 1 the box `idat`), where its parts begin and end.

    An item the receiver takes from `wanted` is not looked at again.
    """
    reader = _Reader(iloc)
    version, _, sizes = reader.number(1), reader.number(3), reader.number(2)
    of_offset, of_length, of_base, of_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    widths = (of_index if version else 0, of_offset, of_length)
    of_item = 4 if version == 2 else 2
    for _ in range(reader.number(of_item)):
        item = reader.number(of_item)
        source = reader.number(2) & 15 if version else 0
        reader.skip(2)  # in which file: this one
        base, count = reader.number(of_base), reader.number(2)
        if item in wanted:
            yield item, source, [_extent(reader, base, widths) for _ in range(count)]
        else:
            reader.skip(count * sum(widths))


def _extent(reader: _Reader, base: int, widths: tuple[int, int, int]) -> tuple[int, int]:
    _, offset, length = (reader.number(width) for width in widths)
    return base + offset, base + offset + length


def _joined(data: bytes, extents: list[tuple[int, int]]) -> bytes:
    block = bytearray()
    for start, end in extents:
        block += data[start : min(end, start + LARGEST)]
        if len(block) > LARGEST:
            raise ValueError("The item is too large.")
    return bytes(block)
