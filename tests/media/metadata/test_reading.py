"""Blocks are put into drawn pictures by hand, or by exiftool, and read back."""

import json
import struct
import subprocess
import zlib

import pytest

from media.metadata import read
from tests.media import drawing
from tests.media.metadata.written import (
    FORMATS,
    UTF_8,
    credit,
    exif,
    file_of,
    iim,
    iim_of,
    jpeg,
    photoshop,
    segment,
    xmp_of,
)


def test_every_field_of_xmp():
    def texts(kind: str, *items: str) -> str:
        return f"<rdf:{kind}>" + "".join(f"<rdf:li>{item}</rdf:li>" for item in items) + f"</rdf:{kind}>"

    found = xmp_of(
        f"<dc:creator>{texts('Seq', 'Ada Lovelace', 'Grace Hopper')}</dc:creator>"
        "<photoshop:Credit>Ada Lovelace/Reuters</photoshop:Credit>"
        '<dc:rights><rdf:Alt><rdf:li xml:lang="de">Rechte</rdf:li><rdf:li xml:lang="x-default">2024 Reuters</rdf:li>'
        "</rdf:Alt></dc:rights>"
        "<photoshop:Source>Reuters</photoshop:Source>"
        "<photoshop:Headline>Doors open</photoshop:Headline>"
        f"<dc:description>{texts('Alt', 'The queue at nine.')}</dc:description>"
        f"<Iptc4xmpCore:AltTextAccessibility>{texts('Alt', 'A long queue')}</Iptc4xmpCore:AltTextAccessibility>"
        f"<xmpRights:UsageTerms>{texts('Alt', 'Editorial use only')}</xmpRights:UsageTerms>"
        '<xmpRights:WebStatement rdf:resource="https://example.org/licence"/>'
        '<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorName>R</plus:LicensorName>'
        "<plus:LicensorURL>https://example.org/buy</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>"
        "<photoshop:DateCreated>2024-03-20T09:12:00.25+01:00</photoshop:DateCreated>"
        "<Iptc4xmpExt:DigitalSourceType>https://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
        "</Iptc4xmpExt:DigitalSourceType>"
        f"<dc:subject>{texts('Bag', 'queue', 'doors', 'queue')}</dc:subject>"
        f"<Iptc4xmpExt:PersonInImage>{texts('Bag', 'Zoe', 'Ada')}</Iptc4xmpExt:PersonInImage>"
        f"<Iptc4xmpExt:Event>{texts('Alt', 'KubeCon')}</Iptc4xmpExt:Event>"
    )

    assert {said.pop("from") for said in found.values()} == {"XMP"}
    assert {field: said.get("text") or said["texts"] for field, said in found.items()} == {
        "creator": "Ada Lovelace, Grace Hopper",
        "credit": "Ada Lovelace/Reuters",
        "copyright_notice": "2024 Reuters",
        "source": "Reuters",
        "headline": "Doors open",
        "caption": "The queue at nine.",
        "alt_text": "A long queue",
        "usage_terms": "Editorial use only",
        "web_statement": "https://example.org/licence",
        "licensor_url": "https://example.org/buy",
        "taken_at": "2024-03-20T09:12:00+01:00",
        "digital_source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
        "keywords": ["queue", "doors"],
        "people": ["Zoe", "Ada"],
        "event": "KubeCon",
    }


def test_xmp_in_attributes():
    found = xmp_of(
        '<plus:Licensor><rdf:Bag><rdf:li><rdf:Description plus:LicensorURL="https://example.org/buy"/></rdf:li>'
        "</rdf:Bag></plus:Licensor>",
        'photoshop:Credit="Ada" xmpRights:WebStatement="https://example.org/"',
    )

    assert found == {
        "credit": {"text": "Ada", "from": "XMP"},
        "web_statement": {"text": "https://example.org/", "from": "XMP"},
        "licensor_url": {"text": "https://example.org/buy", "from": "XMP"},
    }


def test_every_field_of_iim():
    found = iim_of(
        UTF_8,
        (2, 25, b"queue"),
        (2, 25, b"doors"),
        (2, 55, b"20240320"),
        (2, 60, b"091200+0100"),
        (2, 80, "Zoë".encode()),
        (2, 80, b"Ada"),
        (2, 105, b"Doors open"),
        (2, 110, b"Ada / Reuters"),
        (2, 115, b"Reuters"),
        (2, 116, b"(c) 2024 Reuters"),
        (2, 120, b"The queue at nine."),
    )

    assert found == {
        "creator": {"text": "Zoë, Ada", "from": "IPTC"},
        "credit": {"text": "Ada/Reuters", "from": "IPTC"},
        "copyright_notice": {"text": "2024 Reuters", "from": "IPTC"},
        "source": {"text": "Reuters", "from": "IPTC"},
        "headline": {"text": "Doors open", "from": "IPTC"},
        "caption": {"text": "The queue at nine.", "from": "IPTC"},
        "taken_at": {"text": "2024-03-20T09:12:00+01:00", "from": "IPTC"},
        "keywords": {"texts": ["queue", "doors"], "from": "IPTC"},
    }


def test_every_field_of_exif():
    tags = {0x013B: "Zoë; Ada", 0x8298: "© 2024 Zoë\0Reuters", 0x010E: "The queue"}
    block = exif(tags, {0x9003: "2024:03:20 09:12:00", 0x9011: "+01:00"})

    assert read(jpeg(exif=block), "JPEG").as_json() == {
        "creator": {"text": "Zoë, Ada", "from": "EXIF"},
        "copyright_notice": {"text": "2024 Zoë; Reuters", "from": "EXIF"},
        "caption": {"text": "The queue", "from": "EXIF"},
        "taken_at": {"text": "2024-03-20T09:12:00+01:00", "from": "EXIF"},
    }


def test_each_field_takes_the_first_block_that_says_something():
    found = read(
        jpeg(
            xmp=credit("From XMP"),
            datasets=iim((2, 110, b"From IIM"), (2, 80, b"Ada"), (2, 116, b"(c)")),
            exif=exif({0x013B: "Grace", 0x8298: "2024 Grace", 0x010E: "From EXIF"}),
        ),
        "JPEG",
    )

    assert found.as_json() == {
        "creator": {"text": "Ada", "from": "IPTC"},
        "credit": {"text": "From XMP", "from": "XMP"},
        "copyright_notice": {"text": "2024 Grace", "from": "EXIF"},
        "caption": {"text": "From EXIF", "from": "EXIF"},
    }


# The five formats


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_that_says_nothing(format):
    assert read(file_of(format), format).as_json() == {}


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "AVIF"])
def test_what_pillow_wrote(format):
    blocks = {"xmp": credit("Ada"), "exif": exif({0x8298: "Grace"})}

    found = read(drawing.saved(drawing.scene(64, 48), format, **blocks), format)

    assert (found.credit, found.copyright_notice) == ("Ada", "Grace")


@pytest.mark.parametrize("format", FORMATS)
def test_what_exiftool_wrote(format, exiftool, tmp_path):
    file = tmp_path / f"picture.{'heic' if format == 'HEIF' else format.lower()}"
    file.write_bytes(file_of(format))
    said = {
        "XMP-photoshop:Credit": "Ada Lovelace via Reuters",
        "XMP-dc:Creator": ["Ada Lovelace", "Zoë"],
        "XMP-iptcExt:PersonInImage": ["Zoë", "Ada"],
        "XMP-plus:LicensorURL": "https://example.org/buy",
        "XMP-iptcExt:DigitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
        "XMP-photoshop:DateCreated": "2024:03:20 09:12:00",
        "IFD0:Copyright": "Zoë",
    }
    written = file.with_suffix(".json")
    written.write_text(json.dumps([{"SourceFile": "*", **said}]))
    command = ["exiftool", "-q", "-m", "-n", f"-json={written}", "-overwrite_original", str(file)]
    subprocess.run(command, check=True, capture_output=True)

    found = read(file.read_bytes(), format)

    assert found.credit == "Ada Lovelace/Reuters"
    assert (found.creator, found.people) == ("Ada Lovelace, Zoë", ("Zoë", "Ada"))
    assert found.licensor_url == "https://example.org/buy"
    assert found.digital_source_type.endswith("/digitalCapture")
    assert found.taken_at == "2024-03-20T09:12:00"
    assert (found.copyright_notice, found.blocks["copyright_notice"]) == ("Zoë", "EXIF")


def test_iim_that_exiftool_wrote(exiftool, tmp_path):
    file = tmp_path / "picture.jpg"
    file.write_bytes(file_of("JPEG"))
    tags = ["-IPTC:By-line=Zoë", "-IPTC:CodedCharacterSet=UTF8", "-IPTC:DateCreated=2024:03:20"]
    subprocess.run(["exiftool", "-q", *tags, "-overwrite_original", str(file)], check=True)

    found = read(file.read_bytes(), "JPEG")

    assert (found.creator, found.taken_at) == ("Zoë", "2024-03-20")


def test_a_png_is_read_behind_its_pixels_and_unpacked():
    """Where exiftool puts it, and where a reader who stops at the pixels finds nothing."""
    plain, said = drawing.saved(drawing.scene(64, 48), "PNG"), zlib.compress(credit("Ada"))
    body = b"iTXtXML:com.adobe.xmp\0\x01\0\0\0" + said
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))

    assert read(plain[:-12] + chunk + plain[-12:], "PNG").credit == "Ada"


def test_iim_that_goes_on_in_the_next_segment():
    resource = photoshop(iim((2, 110, b"Ada")), name=b"caption")
    parts = [segment(0xED, b"Photoshop 3.0\0" + part) for part in (resource[:40], resource[40:])]

    assert read(b"\xff\xd8" + b"".join(parts) + drawing.jpeg(40, 30)[2:], "JPEG").credit == "Ada"


def test_half_a_picture_still_says_whose_it_is():
    half = jpeg(xmp=credit("Ada"))

    assert read(half[: len(half) // 2], "JPEG").credit == "Ada"
