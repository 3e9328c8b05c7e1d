"""What is written into every file readers get: who made the picture, whose it is, what it shows. And nothing else.

Blocks are built anew, never copied from the original. XMP part 1 (ISO 16684-1) for the packet, IPTC Photo Metadata
Standard 2023.2 for the properties, IIM version 4.2 and Photoshop's image resources for JPEG's older block.
"""

import re
import struct
from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import ExifTags, Image

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" \
xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" \
xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">{properties}</rdf:Description>\
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
_LANGUAGES = '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'
_PROPERTIES = {
    "creator": "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>",
    "credit": "<photoshop:Credit>{}</photoshop:Credit>",
    "copyright_notice": f"<dc:rights>{_LANGUAGES}</dc:rights><xmpRights:Marked>True</xmpRights:Marked>",
    "web_statement": "<xmpRights:WebStatement>{}</xmpRights:WebStatement>",
    "digital_source_type": "<Iptc4xmpExt:DigitalSourceType>{}</Iptc4xmpExt:DigitalSourceType>",
    "alt_text": f"<Iptc4xmpCore:AltTextAccessibility>{_LANGUAGES}</Iptc4xmpCore:AltTextAccessibility>",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# IIM's number and limit in bytes of each.
_DATASETS = {"creator": (80, 32), "credit": (110, 32), "copyright_notice": (116, 128)}
_UTF_8 = b"\x1b%G"


@dataclass(frozen=True)
class Labels:
    """The texts of one picture; an empty one writes nothing."""

    creator: str = ""
    credit: str = ""
    copyright_notice: str = ""
    web_statement: str = ""
    digital_source_type: str = ""
    alt_text: str = ""

    def __post_init__(self):
        for field, text in vars(self).items():
            object.__setattr__(self, field, _NOT_XML.sub("", text).strip())


def save_options(labels: Labels) -> dict[str, bytes]:
    """What Pillow's `save()` takes to write them into a JPEG or AVIF. A JPEG's IIM comes after: `into_jpeg`."""
    blocks = {"xmp": xmp(labels), "exif": exif(labels)}
    return {name: block for name, block in blocks.items() if block}


def into_jpeg(data: bytes, labels: Labels) -> bytes:
    """The encoded JPEG with an IIM block after its first segments (JFIF, EXIF, XMP). Raises ValueError for no JPEG."""
    if not data.startswith(b"\xff\xd8\xff"):
        raise ValueError("The IIM block goes into a JPEG.")
    datasets = iim(labels)
    if not datasets:
        return data
    at = 2
    while data[at : at + 2] in (b"\xff\xe0", b"\xff\xe1"):
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return data[:at] + _photoshop_segment(datasets) + data[at:]


def xmp(labels: Labels) -> bytes:
    """The packet in UTF-8."""
    texts = {field: text for field, text in vars(labels).items() if text}
    properties = "".join(_PROPERTIES[field].format(escape(text)) for field, text in texts.items())
    return _PACKET.format(properties=properties).encode() if properties else b""


def exif(labels: Labels) -> bytes:
    """Artist and Copyright, in UTF-8 as exiftool and MWG 2.0 (section 3.2) read them."""
    block = Image.Exif()
    if labels.creator:
        block[ExifTags.Base.Artist] = labels.creator.encode()
    if labels.copyright_notice:
        block[ExifTags.Base.Copyright] = labels.copyright_notice.encode()
    return block.tobytes() if len(block) else b""


def iim(labels: Labels) -> bytes:
    """The datasets, each cut to its limit."""
    datasets = [
        _dataset(2, number, _cut(text, limit))
        for field, (number, limit) in _DATASETS.items()
        if (text := getattr(labels, field))
    ]
    return _dataset(1, 90, _UTF_8) + b"".join(datasets) if datasets else b""


def _dataset(record: int, number: int, body: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(body)) + body


def _cut(text: str, limit: int) -> bytes:
    """At most so many bytes of UTF-8, no character cut in two."""
    return text.encode()[:limit].decode(errors="ignore").rstrip().encode()


def _photoshop_segment(datasets: bytes) -> bytes:
    """APP13 with one image resource, number 0x0404, without a name."""
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(datasets)) + datasets + bytes(len(datasets) % 2)
    body = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body
