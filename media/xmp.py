"""The one metadata block our files carry: who made the picture, and what it shows.

XMP part 1 (ISO 16684-1) for the packet; IPTC Photo Metadata Standard 2023.2 for the properties.
"""

import re
from xml.sax.saxutils import escape

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" \
xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">{properties}</rdf:Description>\
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
_CREDIT = (
    "<dc:creator><rdf:Seq><rdf:li>{0}</rdf:li></rdf:Seq></dc:creator>"
    '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{0}</rdf:li></rdf:Alt></dc:rights>'
    "<photoshop:Credit>{0}</photoshop:Credit>"
)
_ALT = (
    '<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">{0}</rdf:li></rdf:Alt>'
    "</Iptc4xmpCore:AltTextAccessibility>"
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def packet(*, credit: str, alt_text: str) -> bytes:
    """The packet in UTF-8; empty without a credit: such a file is for the desk only and made again later."""
    if not credit:
        return b""
    properties = _CREDIT.format(_text(credit)) + (_ALT.format(_text(alt_text)) if alt_text else "")
    return _PACKET.format(properties=properties).encode()


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("", value))
