"""How large a HEIF or AVIF file says its picture is, read without the decoders' libraries.

Their bindings may end the whole process over one wrong letter (pi_heif 1.4 does, in the type of an item), so the web
process never calls them; a Celery child may die of it. Source: ISO/IEC 23008-12 section 6.5, 14496-12 section 8.11.
"""

from collections.abc import Iterator
from typing import BinaryIO

from media.metadata.boxes import LARGEST, boxes


def canvas(file: BinaryIO, size: int) -> tuple[int, int] | None:
    """Width and height in pixels, upright, of the main picture; None if the boxes make no sense. Moves the place."""
    meta = _meta(file, size)
    try:
        return _size_in(meta) if meta else None
    except (IndexError, KeyError, ValueError, StopIteration):
        return None


def is_cut(file: BinaryIO, size: int) -> bool:
    """Whether a file of `size` bytes ends inside one of its boxes. Moves the file's place."""
    ends = [end for end, _, _ in _top(file, size)]
    return not ends or ends[-1] != size


def _top(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes, int]]:
    """End, name and place of the body of each outermost box; the last end is `size` if the file is whole."""
    at = 0
    while at + 8 <= size:
        file.seek(at)
        header = file.read(16)
        length, head = int.from_bytes(header[:4]), 8
        if length == 1:
            length, head = int.from_bytes(header[8:16]), 16
        length = length or size - at
        if length < head:
            return
        at += length
        yield at, header[4:8], at - length + head


def _meta(file: BinaryIO, size: int) -> bytes:
    for end, name, body in _top(file, size):
        if name == b"meta":
            file.seek(body + 4)
            return file.read(min(end - body - 4, LARGEST))
    return b""


def _size_in(meta: bytes) -> tuple[int, int]:
    parts = dict(boxes(meta))
    properties = dict(boxes(parts[b"iprp"]))
    known = list(boxes(properties[b"ipco"]))
    own = [known[index - 1] for index in _properties_of(_main_item(parts[b"pitm"]), properties[b"ipma"])]
    extent = next(body for name, body in own if name == b"ispe")
    width, height = int.from_bytes(extent[4:8]), int.from_bytes(extent[8:12])
    quarters = next((body[0] & 3 for name, body in own if name == b"irot"), 0)
    return (height, width) if quarters % 2 else (width, height)


def _main_item(pitm: bytes) -> int:
    return int.from_bytes(pitm[4:6] if pitm[0] == 0 else pitm[4:8])


def _properties_of(item: int, ipma: bytes) -> list[int]:
    """The numbers, from 1, of an item's properties. Raises IndexError past the end, KeyError without the item."""
    of_item, of_index = (2 if ipma[0] == 0 else 4), (2 if ipma[3] & 1 else 1)
    at = 8
    for _ in range(min(int.from_bytes(ipma[4:8]), len(ipma))):
        number, count = int.from_bytes(ipma[at : at + of_item]), ipma[at + of_item]
        at += of_item + 1
        raw = [int.from_bytes(ipma[at + i * of_index : at + (i + 1) * of_index]) for i in range(count)]
        if number == item:
            return [index & (0x7FFF if of_index == 2 else 0x7F) for index in raw]
        at += count * of_index
    raise KeyError(item)
