"""Metadata blocks written by hand, and drawn pictures that carry them."""

import struct

from PIL import Image

from media.metadata import read
from tests.media import drawing

FORMATS = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"]
NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
UTF_8 = (1, 90, b"\x1b%G")


def packet(elements: str = "", attributes: str = "", before: str = "") -> bytes:
    declared = " ".join(f'xmlns:{prefix}="{url}"' for prefix, url in NAMESPACES.items())
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{before}'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {declared}>'
        f'<rdf:Description rdf:about="" {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>'
        f'{" " * 200}<?xpacket end="w"?>'
    ).encode()


def credit(text: str, **around: str) -> bytes:
    return packet(f"<photoshop:Credit>{text}</photoshop:Credit>", **around)


def iim(*datasets: tuple[int, int, bytes]) -> bytes:
    return b"".join(
        struct.pack(">BBBH", 0x1C, *dataset[:2], len(dataset[2])) + dataset[2] for dataset in datasets
    )


def exif(tags: dict[int, str], camera: dict[int, str] | None = None) -> bytes:
    block = Image.Exif()
    block.update({tag: text.encode() for tag, text in tags.items()})
    block.get_ifd(0x8769).update(camera or {})
    return block.tobytes()


def photoshop(datasets: bytes, name: bytes = b"") -> bytes:
    """As Photoshop keeps it: another resource in front, a name, an even size."""
    named = bytes([len(name)]) + name + bytes((len(name) + 1) % 2)
    other = b"8BIM\x04\x0b\0\0\0\0\0\x03abc\0"
    return (
        other
        + b"8BIM\x04\x04"
        + named
        + struct.pack(">I", len(datasets))
        + datasets
        + bytes(len(datasets) % 2)
    )


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*, xmp: bytes = b"", datasets: bytes = b"", exif: bytes = b"") -> bytes:
    options = {name: block for name, block in (("xmp", xmp), ("exif", exif)) if block}
    plain = drawing.jpeg(40, 30, **options)
    resources = segment(0xED, b"Photoshop 3.0\0" + photoshop(datasets)) if datasets else b""
    return plain[:2] + resources + plain[2:]


def xmp_of(elements: str = "", attributes: str = "") -> dict:
    return read(jpeg(xmp=packet(elements, attributes)), "JPEG").as_json()


def iim_of(*datasets: tuple[int, int, bytes]) -> dict:
    return read(jpeg(datasets=iim(*datasets)), "JPEG").as_json()


def file_of(format: str) -> bytes:
    return drawing.heic("scene") if format == "HEIF" else drawing.saved(drawing.scene(64, 48), format)
