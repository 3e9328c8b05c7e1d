"""What we write is read by exiftool, which knows nothing of us."""

import json
import subprocess
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from media.labels import Labels, exif, iim, into_jpeg, save_options, xmp
from media.metadata import read
from tests.media import drawing

FULL = Labels(
    creator="Zoë Łukasiewicz",
    credit="Zoë Łukasiewicz/Newsroom",
    copyright_notice="© 2024 Zoë",
    web_statement="https://example.org/licence?a=1&b=2",
    digital_source_type="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
    alt_text='A stage, "blue" & <wide>, 💡\nwith {two} speakers',
)
IN_XMP = {
    "XMP-dc:Creator": ["Zoë Łukasiewicz"],
    "XMP-dc:Rights": "© 2024 Zoë",
    "XMP-photoshop:Credit": "Zoë Łukasiewicz/Newsroom",
    "XMP-xmpRights:Marked": True,
    "XMP-xmpRights:WebStatement": "https://example.org/licence?a=1&b=2",
    "XMP-iptcExt:DigitalSourceType": FULL.digital_source_type,
    "XMP-iptcCore:AltTextAccessibility": FULL.alt_text,
}
IN_EXIF = {"IFD0:Artist": "Zoë Łukasiewicz", "IFD0:Copyright": "© 2024 Zoë"}
IN_IIM = {
    "IPTC:CodedCharacterSet": "UTF8",
    "IPTC:By-line": "Zoë Łukasiewicz",
    "IPTC:Credit": "Zoë Łukasiewicz/Newsroom",
    "IPTC:CopyrightNotice": "© 2024 Zoë",
}
# What a file of each format says without labels, by group.
ABOUT_THE_PIXELS = (
    "SourceFile",
    "System:",
    "File:",
    "ExifTool:",
    "Composite:",
    "JFIF:",
    "QuickTime:",
    "Meta:",
)


def labelled(labels: Labels, format: str, **options) -> bytes:
    """A drawn picture with them, as a rendition gets them."""
    data = drawing.saved(drawing.scene(64, 48), format, **options, **save_options(labels))
    return into_jpeg(data, labels) if format == "JPEG" else data


@pytest.fixture
def tags(exiftool, tmp_path):
    """What exiftool finds in a file, by group and name; not what it says of the pixels."""

    def read(data: bytes) -> dict:
        file = tmp_path / "picture"
        file.write_bytes(data)
        command = ["exiftool", "-json", "-G1", "-a", "-struct", "-ee", "-U", str(file)]
        said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]
        return {name: value for name, value in said.items() if not name.startswith(ABOUT_THE_PIXELS)}

    return read


@pytest.mark.parametrize(
    ("format", "expected"), [("JPEG", IN_XMP | IN_EXIF | IN_IIM), ("AVIF", IN_XMP | IN_EXIF)]
)
def test_the_labels_and_nothing_else(format, expected, tags):
    assert tags(labelled(FULL, format)) == expected


@pytest.mark.parametrize("format", ["JPEG", "AVIF"])
def test_empty_labels_write_nothing(format, tags):
    assert save_options(Labels()) == {}
    assert tags(labelled(Labels(), format)) == {}
    assert labelled(Labels(), format) == drawing.saved(drawing.scene(64, 48), format)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"alt_text": "A stage"}, {"XMP-iptcCore:AltTextAccessibility": "A stage"}),
        (
            {"credit": "Ada"},
            {"XMP-photoshop:Credit": "Ada", "IPTC:Credit": "Ada", "IPTC:CodedCharacterSet": "UTF8"},
        ),
        ({"web_statement": "https://example.org/"}, {"XMP-xmpRights:WebStatement": "https://example.org/"}),
    ],
)
def test_an_empty_field_writes_nothing(labels, expected, tags):
    assert tags(labelled(Labels(**labels), "JPEG")) == expected


@pytest.mark.parametrize("format", ["JPEG", "AVIF"])
def test_what_we_wrote_we_read(format):
    found = read(labelled(FULL, format), format)

    assert (found.creator, found.credit) == (FULL.creator, FULL.credit)
    assert (found.copyright_notice, found.alt_text) == ("2024 Zoë", FULL.alt_text.replace("<wide>, ", ", "))
    assert found.digital_source_type == FULL.digital_source_type


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("A" * 300, 32),
        ("ë" * 300, 32),
        ("A" + "ë" * 300, 31),
        ("💡" * 40, 32),
        ("A" * 31 + " and others", 31),
        ("A" * 32, 32),
    ],
)
def test_iim_is_cut_at_its_bytes_and_never_inside_a_character(text, limit, tags):
    labels = Labels(creator=text, credit=text, copyright_notice="ë" * 100)

    found = tags(labelled(labels, "JPEG"))

    assert text.startswith(found["IPTC:By-line"])
    assert len(found["IPTC:By-line"].encode()) == limit
    assert found["IPTC:Credit"] == found["IPTC:By-line"]
    assert found["IPTC:CopyrightNotice"] == "ë" * 64
    assert found["XMP-photoshop:Credit"] == found["IFD0:Artist"] == text


def test_iim_of_odd_length_is_padded():
    odd, even = (into_jpeg(drawing.jpeg(40, 30), Labels(credit=credit)) for credit in ("Ada", "Anna"))

    assert len(iim(Labels(credit="Ada"))) % 2 == 0
    assert len(odd) + 2 == len(even)
    assert [read(file, "JPEG").blocks["credit"] for file in (odd, even)] == ["IPTC", "IPTC"]


def test_iim_stands_behind_jfif_exif_and_xmp():
    plain = drawing.jpeg(40, 30, progressive=True, **save_options(FULL))

    written = into_jpeg(plain, FULL)

    place = written.index(b"\xff\xed")
    head = written[:place]
    assert [head.count(mark) for mark in (b"JFIF\0", b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0")] == [
        1,
        1,
        1,
    ]
    length = int.from_bytes(written[place + 2 : place + 4]) + 2
    assert head + written[place + length :] == plain


def test_the_pixels_stay():
    plain, written = drawing.jpeg(40, 30), into_jpeg(drawing.jpeg(40, 30), FULL)

    assert Image.open(BytesIO(written)).tobytes() == Image.open(BytesIO(plain)).tobytes()


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", drawing.saved(drawing.scene(8, 8), "PNG")])
def test_only_a_jpeg_takes_iim(data):
    with pytest.raises(ValueError, match="JPEG"):
        into_jpeg(data, FULL)


def test_a_cut_head_does_not_go_on_for_ever():
    assert into_jpeg(b"\xff\xd8\xff\xe0", FULL).startswith(b"\xff\xd8\xff\xe0")


def test_what_no_block_can_hold_is_left_out(tags):
    labels = Labels(creator=" A\x00\x0bd\ud800a\ufffe ", credit="]]> &amp; <b>", copyright_notice="\x00")

    found = tags(labelled(labels, "JPEG"))

    assert found["XMP-dc:Creator"] == ["Ada"]
    assert found["IPTC:By-line"] == found["IFD0:Artist"] == "Ada"
    assert found["XMP-photoshop:Credit"] == found["IPTC:Credit"] == "]]> &amp; <b>"
    assert "XMP-dc:Rights" not in found


def test_texts_stand_in_the_default_language():
    items = ElementTree.fromstring(xmp(FULL)).iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")

    assert [(item.text, *item.attrib.values()) for item in items] == [
        (FULL.creator,),
        (FULL.copyright_notice, "x-default"),
        (FULL.alt_text, "x-default"),
    ]


def test_the_largest_texts_fit_a_jpeg():
    labels = Labels(*["💡" * 2_000] * 6)

    found = read(labelled(labels, "JPEG"), "JPEG")

    assert len(exif(labels)) < 65_533
    assert found.alt_text == "💡" * 2_000
