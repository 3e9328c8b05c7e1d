import xml.etree.ElementTree as ElementTree

from media import xmp

CREATOR = ".//{http://purl.org/dc/elements/1.1/}creator//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
ALT = (
    ".//{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility"
    "//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
)


def test_text_that_looks_like_markup_stays_text():
    credit, alt = 'Ada </dc:creator> & "Sons" <b>', "]]> &amp; \u00e9\U0001f4bb\nsecond line"

    tree = ElementTree.fromstring(xmp.packet(credit=credit, alt_text=alt))

    assert tree.find(CREATOR).text == credit
    assert tree.find(ALT).text == alt


def test_what_xml_cannot_hold_is_left_out():
    tree = ElementTree.fromstring(xmp.packet(credit="A\x0bd\ud800a\ufffe", alt_text=""))

    assert tree.find(CREATOR).text == "Ada"
    assert tree.find(ALT) is None


def test_no_credit_no_packet():
    assert xmp.packet(credit="", alt_text="A stage") == b""
