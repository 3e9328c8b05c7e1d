"""An XMP packet: XMP part 1 (ISO 16684-1), section 7, as much of RDF/XML as its writers use."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_DC = "http://purl.org/dc/elements/1.1/ "
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/ "
_RIGHTS = "http://ns.adobe.com/xap/1.0/rights/ "
_CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/ "
_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/ "
_PLUS = "http://ns.useplus.org/ldf/xmp/1.0/ "
_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"

_FIELDS = {
    _DC + "creator": "creator",
    _PHOTOSHOP + "Credit": "credit",
    _DC + "rights": "copyright_notice",
    _PHOTOSHOP + "Source": "source",
    _PHOTOSHOP + "Headline": "headline",
    _DC + "description": "caption",
    _CORE + "AltTextAccessibility": "alt_text",
    _RIGHTS + "UsageTerms": "usage_terms",
    _RIGHTS + "WebStatement": "web_statement",
    _PLUS + "Licensor": "licensor_url",
    _PHOTOSHOP + "DateCreated": "taken_at",
    _EXT + "DigitalSourceType": "digital_source_type",
    _DC + "subject": "keywords",
    _EXT + "PersonInImage": "people",
    _EXT + "Event": "event",
}


def read(packet: bytes) -> dict[str, list[str]]:
    """What the packet says, by field. Raises expat.ExpatError, and ValueError for one that declares entities."""
    root = _tree(packet.strip(b"\0 \r\n\t"))
    found = {}
    for description in next(root.iter(_RDF + "RDF"), ()):
        for name, texts in _properties(description):
            if name in _FIELDS:
                found.setdefault(_FIELDS[name], texts)
    return found


def _tree(packet: bytes) -> Element:
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse  # no document type, no entities
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.data
    parser.Parse(packet, True)
    return builder.close()


def _refuse(*declaration: object) -> None:
    raise ValueError("A packet of XMP declares no document type.")


def _properties(description: Element) -> Iterator[tuple[str, list[str]]]:
    """Its simple properties may be attributes."""
    for name, text in description.items():
        yield name, [text]
    for element in description:
        yield element.tag, _urls(element) if element.tag == _PLUS + "Licensor" else _texts(element)


def _texts(element: Element) -> list[str]:
    """One text, or those of its list; of a list of languages the default comes first."""
    for items in element:
        if items.tag in (_RDF + "Alt", _RDF + "Seq", _RDF + "Bag"):
            return [_text(item) for item in sorted(items, key=lambda item: not _is_default(item))]
    return [_text(element)]


def _is_default(item: Element) -> bool:
    return item.get(_LANGUAGE, "").lower() == "x-default"


def _text(element: Element) -> str:
    return element.get(_RDF + "resource") or "".join(element.itertext())


def _urls(licensors: Element) -> list[str]:
    name = _PLUS + "LicensorURL"
    urls = [element.text if element.tag == name else element.get(name) for element in licensors.iter()]
    return [url for url in urls if url]
