"""Blocks that lie: they are passed over, in a moment, and spoil no other."""

import struct
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media import metadata
from media.metadata import read
from tests.media import drawing
from tests.media.metadata.written import FORMATS, UTF_8, credit, exif, iim, jpeg, packet, photoshop, segment

ENTITIES = (
    "<!DOCTYPE x ["
    + "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' if n else '<!ENTITY e1 "Ada">' for n in range(9))
    + "]>"
)
OTHER = iim((2, 110, b"Grace"))


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(credit("&e9;", before=ENTITIES), id="entity bomb"),
        pytest.param(credit("Ada", before='<!DOCTYPE x SYSTEM "file:///etc/passwd">'), id="document type"),
        pytest.param(
            credit("Ada", before="<!DOCTYPE x>").decode().encode("utf-16"), id="document type in UTF-16"
        ),
        pytest.param(credit("Ada \xfc").decode().encode("latin-1", "ignore"), id="not UTF-8"),
        pytest.param(credit("Ada")[:-300], id="cut"),
        pytest.param(credit("&undeclared;"), id="entity nobody declared"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\0" * 5_000, id="zeros"),
    ],
)
def test_a_packet_that_is_none_is_passed_over(block):
    found = read(jpeg(xmp=block, datasets=OTHER), "JPEG")

    assert found.as_json() == {"credit": {"text": "Grace", "from": "IPTC"}}


def test_what_is_passed_over_is_told_without_a_word_of_it(monkeypatch, caplog):
    def breaks(_block):
        raise ValueError("Ada's secret")

    monkeypatch.setitem(metadata.READERS, "XMP", breaks)
    with caplog.at_level("INFO"):
        read(jpeg(xmp=credit("Ada"), datasets=OTHER), "JPEG")
        read(drawing.jpeg(40, 30), "GIF")

    assert [one.message for one in caplog.records] == [
        "a picture's XMP block cannot be read: ValueError",
        "the blocks of a GIF cannot be found: KeyError",
    ]


def webp(xmp: bytes) -> bytes:
    return drawing.saved(drawing.scene(64, 48), "WEBP", xmp=xmp)


def test_ten_megabytes_of_xmp_are_passed_over():
    assert read(webp(credit("Ada") + b" " * 900_000), "WEBP").credit == "Ada"
    assert read(webp(credit("Ada") + b" " * 10_000_000), "WEBP").as_json() == {}


def test_a_packed_bomb_is_passed_over():
    body = b"iTXtXML:com.adobe.xmp\0\x01\0\0\0" + zlib.compress(credit("Ada") + b" " * 100_000_000)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))

    tracemalloc.start()
    try:
        assert read(drawing.png_header(8, 8) + chunk, "PNG").as_json() == {}
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "nested",
    [
        ("<a>", "</a>"),
        ("<dc:creator>", "</dc:creator>"),
        ("<rdf:Seq><rdf:li>", "</rdf:li></rdf:Seq>"),
        ("<plus:LicensorURL>", "</plus:LicensorURL>"),
        ("<rdf:RDF>", "</rdf:RDF>"),
    ],
)
def test_a_packet_nested_without_end_is_read_in_a_moment(nested):
    start, end = nested
    depth = 990_000 // len(start + end)
    before = time.process_time()

    for field in ("dc:creator", "plus:Licensor"):
        read(webp(packet(f"<{field}>{start * depth}{end * depth}</{field}>")), "WEBP")

    assert time.process_time() - before < 5


def test_a_hundred_thousand_keywords_are_read_in_a_moment():
    words = "<rdf:li>w</rdf:li>" * 50_000
    before = time.process_time()

    found = read(webp(packet(f"<dc:subject><rdf:Alt>{words}</rdf:Alt></dc:subject>")), "WEBP")

    assert found.keywords == ("w",)
    assert time.process_time() - before < 3


@pytest.mark.parametrize(
    "end",
    [
        b"\x1c\x02\x6e\x7f\xffGrace",
        b"\x1c\x02\x6e\x80\x04\xff\xff\xff\xffGrace",
        b"\x1c\x02\x6e\xff\xffGrace",
        b"\x1c\x02\x6e\x80\x00",
        b"\x1c\x02\x6e",
        b"\x1d\x02\x6e\x00\x05Grace",
        b"Grace",
    ],
)
def test_lengths_of_iim_that_lie(end):
    found = read(jpeg(datasets=iim((2, 80, b"Ada")) + end), "JPEG")

    assert found.creator == "Ada"
    assert found.credit in ("", "Grace")


@pytest.mark.parametrize(
    "resources",
    [
        b"8BIM",
        b"8BIM\x04\x04",
        b"8BIM\x04\x04\xff",
        b"8BIM\x04\x0b\0\0\xff\xff\xff\xff",
        b"8BIM\x04\x04\0\0\xff",
    ],
)
def test_resources_that_break_off(resources):
    whole = jpeg(xmp=credit("Ada"))

    assert read(whole[:2] + segment(0xED, b"Photoshop 3.0\0" + resources) + whole[2:], "JPEG").credit == "Ada"


@pytest.mark.parametrize(("others", "credit"), [(15, "Ada"), (25, "")])
def test_resources_beyond_a_megabyte_are_not_looked_at(others, credit):
    parts = [b"8BIM\x04\x0b\0\0" + struct.pack(">I", 60_000) + bytes(60_000)] * others
    parts.append(photoshop(iim((2, 110, b"Ada"))))
    resources = b"".join(segment(0xED, b"Photoshop 3.0\0" + part) for part in parts)

    assert read(b"\xff\xd8" + resources, "JPEG").credit == credit


def tiff(*entries: tuple[int, int, int, int], next_at: int = 0) -> bytes:
    """Tag, type, count, value of each."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + packed + struct.pack("<I", next_at)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(b"Exif\0\0", id="empty"),
        pytest.param(b"Exif\0\0II*\0\xff\xff\xff\xff", id="directory behind the end"),
        pytest.param(b"Exif\0\0XX*\0\x08\0\0\0", id="neither byte order"),
        pytest.param(tiff((0x013B, 2, 0xFFFFFFFF, 0)), id="four gigabytes of name"),
        pytest.param(tiff((0x013B, 5, 1, 0), (0x010E, 4, 1, 7)), id="numbers for names"),
        pytest.param(tiff((0x013B, 99, 1, 0)), id="a type nobody knows"),
        pytest.param(tiff((0x8769, 4, 1, 8), next_at=8), id="directories in a circle"),
        pytest.param(tiff((0x8769, 2, 4, 0x41414141)), id="a text for a directory"),
        pytest.param(b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(100), id="more entries than bytes"),
    ],
)
def test_an_absurd_exif_says_nothing_and_spoils_nothing(block):
    whole = jpeg(xmp=credit("Ada"))

    found = read(whole[:2] + segment(0xE1, block) + whole[2:], "JPEG")

    assert found.as_json() == {"credit": {"text": "Ada", "from": "XMP"}}


@pytest.mark.parametrize(
    ("start", "piece", "format"),
    [
        (b"\xff\xd8", b"\xff\xe2\0\x02", "JPEG"),
        (b"\xff\xd8", segment(0xED, b"Photoshop 3.0\0" + bytes(60_000)), "JPEG"),
        (b"\xff\xd8", segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x0b\0\0\0\0\0\0" * 5_000), "JPEG"),
        (b"\x89PNG\r\n\x1a\n", b"\0\0\0\0zTXt\0\0\0\0", "PNG"),
        (b"RIFF\0\0\0\0WEBP", b"ALPH\0\0\0\0", "WEBP"),
    ],
)
def test_a_file_of_nothing_but_pieces_is_read_in_a_moment(start, piece, format):
    before = time.process_time()

    assert read(start + piece * (30_000_000 // len(piece)), format).as_json() == {}

    assert time.process_time() - before < 3


def test_no_file_at_all():
    assert read(b"", "JPEG").as_json() == {}
    assert read(drawing.SVG, "WEBP").as_json() == {}
    assert read(drawing.jpeg(40, 30), "GIF").as_json() == {}


@given(data=st.binary(max_size=400), format=st.sampled_from(FORMATS))
def test_random_bytes_never_raise(data, format):
    starts = {"JPEG": b"\xff\xd8", "PNG": b"\x89PNG\r\n\x1a\n", "WEBP": b"RIFF\0\0\0\0WEBP"}

    read(data, format)
    read(starts.get(format, drawing.AVIF_START[:28]) + data, format)


BLOCKS = {"exif": exif({0x013B: "Ada", 0x8298: "2024 Ada"}, {0x9003: "2024:03:20 09:12:00"})}
FILES = {
    "JPEG": jpeg(xmp=credit("Ada"), datasets=iim(UTF_8, (2, 110, b"Ada"), (2, 55, b"20240320")), **BLOCKS),
    "PNG": drawing.saved(drawing.scene(8, 8), "PNG", **BLOCKS),
    "WEBP": drawing.saved(drawing.scene(8, 8), "WEBP", xmp=credit("Ada"), **BLOCKS),
    "HEIF": drawing.heic("scene"),
    "AVIF": drawing.saved(drawing.scene(8, 8), "AVIF", xmp=credit("Ada"), **BLOCKS),
}


@settings(max_examples=200, deadline=None)
@given(
    format=st.sampled_from(FORMATS),
    changes=st.lists(st.tuples(st.integers(0, 1_500), st.binary(min_size=1, max_size=6)), max_size=6),
    end=st.integers(0, 3_000),
)
def test_a_damaged_file_never_raises(format, changes, end):
    data = bytearray(FILES[format])
    for at, change in changes:
        data[at : at + len(change)] = change

    for found in (read(bytes(data), format), read(bytes(data[:end]), format)):
        assert all(len(said.get("text", "")) <= 2_000 for said in found.as_json().values())


@given(block=st.binary(max_size=300))
def test_random_blocks_never_raise(block):
    datasets = iim((2, 110, block[:100])) + block

    read(jpeg(xmp=packet(block.decode("latin-1")), datasets=datasets), "JPEG")
    read(b"\xff\xd8" + segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + block), "JPEG")
