"""The items of a HEIF or AVIF file."""

import struct
import time

import pytest

from media.metadata import read
from tests.media import drawing
from tests.media.metadata.written import credit


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, name) + body


def item(number: int, kind: bytes, rest: bytes = b"\0") -> bytes:
    return box(b"infe", b"\2\0\0\0" + struct.pack(">HH4s", number, 0, kind) + rest)


def heif(items: list[bytes], iloc: bytes, *others: bytes, version: int = 0) -> bytes:
    """A file of the box `meta` alone."""
    counted = len(items).to_bytes(2 if version == 0 else 4)
    iinf = box(b"iinf", bytes([version]) + bytes(3) + counted + b"".join(items))
    return drawing.HEIC[:24] + box(b"meta", bytes(4) + iinf + box(b"iloc", iloc) + b"".join(others))


XMP_ITEM = item(1, b"mime", b"\0application/rdf+xml\0")


def in_idat(*extents: tuple[int, int], number: int = 1) -> bytes:
    """An `iloc` of one item, its parts (offset, length) in the box `idat`."""
    packed = b"".join(struct.pack(">II", *extent) for extent in extents)
    return b"\1\0\0\0\x44\0" + struct.pack(">HHHHH", 1, number, 1, 0, len(extents)) + packed


@pytest.mark.parametrize("version", [0, 1])
def test_an_item_in_parts(version):
    said = credit("Ada")
    idat = box(b"idat", said[100:] + said[:100])
    iloc = in_idat((len(said) - 100, 100), (0, len(said) - 100))

    assert read(heif([XMP_ITEM], iloc, idat, version=version), "HEIF").credit == "Ada"


def test_numbers_of_four_bytes():
    said = credit("Ada")
    wide = box(b"infe", b"\3\0\0\0" + struct.pack(">IH4s", 70_000, 0, b"mime") + b"\0application/rdf+xml\0")
    # Version 2 of `iloc`; offset, length and base of four bytes, an index of two; another item first.
    places = [
        struct.pack(">IHHIHHII", 1, 1, 0, 0, 1, 0, 0, 3),
        struct.pack(">IHHIHHII", 70_000, 1, 0, 8, 1, 0, 2, len(said)),
    ]
    iloc = b"\2\0\0\0\x44\x42" + struct.pack(">I", 2) + b"".join(places)

    assert read(heif([wide], iloc, box(b"idat", bytes(10) + said)), "HEIF").credit == "Ada"


def test_a_letter_that_is_none_in_an_items_kind_is_survived():
    """It makes libheif's binding end the process."""
    data = drawing.heic("scene").replace(b"\0\0Exif\0", b"\0\0Ex\xfff\0")

    assert data != drawing.heic("scene")
    assert read(data, "HEIF").as_json() == {}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(heif([XMP_ITEM], b""), id="no places"),
        pytest.param(heif([XMP_ITEM], in_idat((0, 400))), id="no idat"),
        pytest.param(heif([XMP_ITEM], in_idat((2**32 - 1, 2**32 - 1))), id="behind the end"),
        pytest.param(
            heif([XMP_ITEM], in_idat(*[(0, 900_000)] * 9), box(b"idat", bytes(900_000))), id="overlapping"
        ),
        pytest.param(
            heif([XMP_ITEM] * 20_000, b"\0\0\0\0\0\0\xff\xff" + b"\0\1\0\0\xff\xff" * 65_535),
            id="a billion parts of no size",
        ),
        pytest.param(
            heif(
                [item(n, b"Exif") for n in range(20_000)], b"\2\0\0\0\x44\0\xff\xff\xff\xff" + bytes(900_000)
            ),
            id="more items than bytes",
        ),
        pytest.param(drawing.HEIC[:24] + b"\0\0\0\x08free" * 8_000_000, id="empty boxes"),
        pytest.param(
            drawing.HEIC[:24] + struct.pack(">I4sQ", 1, b"meta", 2**64 - 1), id="a box beyond the end"
        ),
        pytest.param(
            drawing.HEIC[:24] + struct.pack(">I4sQ", 1, b"meta", 2), id="a box shorter than its head"
        ),
        pytest.param(drawing.HEIC[:24] + box(b"meta", b""), id="an empty list"),
    ],
)
def test_lists_of_items_that_lie(data):
    before = time.process_time()

    assert read(data, "HEIF").as_json() == {}

    assert time.process_time() - before < 1.5
