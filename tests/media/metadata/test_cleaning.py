from xml.sax.saxutils import escape

import pytest

from media.metadata import read
from tests.media.metadata.written import UTF_8, credit, exif, iim, iim_of, jpeg, xmp_of


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("© Ada Lovelace", "Ada Lovelace"),
        ("(c) 2024 Ada Lovelace", "Ada Lovelace"),
        ("(C)Ada Lovelace", "Ada Lovelace"),
        ("Copyright © 2023-2024 by Ada Lovelace", "Ada Lovelace"),
        ("COPYRIGHT: Ada Lovelace", "Ada Lovelace"),
        ("&copy; Ada Lovelace, 2024", "Ada Lovelace"),
        ("© Ada Lovelace. All rights reserved.", "Ada Lovelace"),
        ("2024 Ada Lovelace", "Ada Lovelace"),
        ("Studio 2000", "Studio 2000"),
        ("1854 Media", "1854 Media"),
        ("Copyrighters Ltd", "Copyrighters Ltd"),
        ("Ada Lovelace via Reuters", "Ada Lovelace/Reuters"),
        ("Ada Lovelace, via Reuters", "Ada Lovelace/Reuters"),
        ("Ada Lovelace / Reuters", "Ada Lovelace/Reuters"),
        ("Ada Lovelace /Reuters", "Ada Lovelace/Reuters"),
        ("via Reuters", "Reuters"),
        ("Viacom/Olivia", "Viacom/Olivia"),
        ("  Ada \n\t Lovelace ", "Ada Lovelace"),
        ("Ada\u202e Lovelace\u2069\x85", "Ada Lovelace"),
        ("<b>Ada</b> &amp; Sons", "Ada & Sons"),
        ("&lt;b&gt;Ada", "Ada"),
        ("<<b>script>Ada", "< script>Ada"),
        ("A" * 3_000, "A" * 200),
    ],
)
def test_credits_in_the_house_style(written, shown):
    assert read(jpeg(xmp=credit(escape(written))), "JPEG").credit == shown
    assert iim_of(UTF_8, (2, 80, written.encode()))["creator"]["text"] == shown


def test_a_tag_is_not_hidden_by_what_is_taken_out_of_it():
    assert iim_of(UTF_8, (2, 110, "<\x07script>A<\u202eb>da".encode()))["credit"]["text"] == "A da"


@pytest.mark.parametrize("nothing", ["", " ", "©", "Copyright 2024", "(c) 2024. All rights reserved"])
def test_a_credit_of_marks_alone_is_none(nothing):
    found = read(jpeg(xmp=credit(nothing), datasets=iim((2, 110, b"Ada"))), "JPEG")

    assert found.as_json()["credit"] == {"text": "Ada", "from": "IPTC"}


@pytest.mark.parametrize("written", ["© 2024 Reuters", "(c) 2024 Reuters", "Copyright: 2024 Reuters"])
def test_a_copyright_notice_keeps_its_year(written):
    assert iim_of(UTF_8, (2, 116, written.encode()))["copyright_notice"]["text"] == "2024 Reuters"


@pytest.mark.parametrize(
    "default",
    [
        "OLYMPUS DIGITAL CAMERA         ",
        "SONY DSC",
        "DIGITAL CAMERA",
        "KONICA MINOLTA DIGITAL CAMERA",
        "Exif_JPEG_PICTURE",
        "DCIM\\100MEDIA\\DJI_0001.JPG",
        "IMG_20240320_091200.jpg",
        "cof_vivid",
        "Screenshot",
    ],
)
def test_what_a_camera_calls_every_picture_is_no_caption(default):
    assert read(jpeg(exif=exif({0x010E: default})), "JPEG").as_json() == {}


def test_a_caption_keeps_its_lines():
    text = "<p>Doors open.</p>\r\n  A < b, and   SONY DSC is a camera.\r\n"

    assert (
        iim_of((2, 120, text.encode()))["caption"]["text"] == "Doors open.\nA < b, and SONY DSC is a camera."
    )


def test_captions_and_lists_have_an_end():
    words = [(2, 25, b"word %d" % number) for number in range(200)]

    found = iim_of((2, 120, b"A" * 9_000), (2, 25, b"B" * 9_000), *words)

    assert len(found["caption"]["text"]) == 2_000
    assert len(found["keywords"]["texts"]) == 50
    assert max(map(len, found["keywords"]["texts"])) == 200


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.org/",
        "www.example.org",
        "https://",
        "https://[",
        "https://example.org/ two",
        "https://example.org/\u202egpj",
        "https://example.org/" + "a" * 2_000,
    ],
)
def test_an_address_that_is_none_is_left_out(url):
    assert xmp_of(f"<xmpRights:WebStatement>{url}</xmpRights:WebStatement>") == {}


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("2024-03-20T09:12:00Z", "2024-03-20T09:12:00+00:00"),
        ("2024-03-20T09:12", "2024-03-20T09:12:00"),
        ("2024-03-20", "2024-03-20"),
        ("2024:03:20 09:12:00", "2024-03-20T09:12:00"),
        ("2024-03", None),
        ("2024-02-30T09:12:00", None),
        ("2024-03-20T25:12:00", None),
        ("2024-03-20T09:12:00+99:00", None),
        ("0000:00:00 00:00:00", None),
        ("0001-01-01", None),
        ("٢٠٢٤-٠٣-٢٠", None),
        ("yesterday", None),
    ],
)
def test_dates(date, shown):
    found = xmp_of(f"<photoshop:DateCreated>{date}</photoshop:DateCreated>")

    assert found.get("taken_at", {}).get("text") == shown


@pytest.mark.parametrize("offset", ["", "   :  ", "Europe/Paris"])
def test_an_offset_nobody_set_is_not_guessed(offset):
    block = exif({}, {0x9003: "2024:03:20 09:12:00", 0x9011: offset})

    assert read(jpeg(exif=block), "JPEG").taken_at == "2024-03-20T09:12:00"


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        (
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia/",
            "trainedAlgorithmicMedia",
        ),
        ("digsrctype:algorithmicMedia", "algorithmicMedia"),
        ("https://example.org/newscodes/digitalsourcetype/digitalCapture", None),
        ("a photograph", None),
    ],
)
def test_digital_source_types(term, shown):
    found = xmp_of(f"<Iptc4xmpExt:DigitalSourceType>{term}</Iptc4xmpExt:DigitalSourceType>")

    address = shown and f"http://cv.iptc.org/newscodes/digitalsourcetype/{shown}"
    assert found.get("digital_source_type", {}).get("text") == address


@pytest.mark.parametrize(
    ("datasets", "shown"),
    [
        ([UTF_8, (2, 80, "Zoë".encode())], "Zoë"),
        ([(2, 80, "Zoë".encode())], "Zoë"),
        ([(2, 80, "Zoë".encode("latin-1"))], "Zoë"),
        ([UTF_8, (2, 80, "Zoë".encode()[:-1])], "Zo"),
    ],
)
def test_the_character_set_of_iim(datasets, shown):
    assert iim_of(*datasets)["creator"]["text"] == shown
