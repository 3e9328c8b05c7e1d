"""From what cameras and agencies write to what a person may be shown."""

import html
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from urllib.parse import urlsplit

from media.wording import clean_text

LONGEST_TEXT, LONGEST_NAME = 2_000, 200  # characters
MOST = 50  # names or keywords
_FIRST_PHOTOGRAPH = 1826

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--[^<>]*>")
_MARK = r"©|\(c\)|copyright\b|[\s:,.;-]"
_MARKS = re.compile(rf"(?:{_MARK})+", re.IGNORECASE)
_YEARS = r"(?:19|20)[0-9]{2}(?:\s?[-–]\s?[0-9]{2,4})?\b"
_RESERVED = r"all rights reserved\b"
_MARKS_AND_YEARS = re.compile(rf"(?:{_MARK}|{_YEARS}|{_RESERVED})+(?:by\s)?", re.IGNORECASE)
_END = re.compile(rf"[\s,.;]+(?:{_YEARS}|{_RESERVED}\.?)$", re.IGNORECASE)
_VIA = re.compile(r",?\s(?:via|/)\s|\s/|/\s", re.IGNORECASE)
# What cameras and phones write where a caption belongs, as far as we met it.
_CAMERAS = re.compile(
    r"(?:(?:konica |minolta )*(?:olympus )?digital (?:still )?camera|kodak digital still camera|sony dsc"
    r"|samsung(?: camera pictures)?|exif_jpeg_picture|jpeg image|screenshot|untitled|default|dcim\\.*"
    r"|(?:img|dsc[fn]?|dji|pxl)[_-]?[0-9_]+(?:\.\w+)?"
    r"|(?:[a-z]*(?:oznor|rptnor)|cof|dav|edf|hdr|hdrpl|mde|mmexport[0-9]+|rhdr|sdr)[_a-z]*)",
    re.IGNORECASE,
)
_SOURCE_TYPE = re.compile(
    r"(?:https?://cv\.iptc\.org/newscodes/digitalsourcetype/|digsrctype:)([a-zA-Z]{3,60})/?"
)
_MOMENT = re.compile(
    r"([0-9]{4})[-:]?([0-9]{2})[-:]?([0-9]{2})"
    r"(?:[T ]?([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def decoded(raw: bytes) -> str:
    """Text of no stated character set: UTF-8 if it is that, else as Windows reads Latin-1."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "ignore")


def paragraphs(text: str) -> str:
    """Plain text that keeps its line breaks: no tags, entities, control characters or direction overrides."""
    plain = _TAG.sub(" ", clean_text(html.unescape(text)))
    lines = (" ".join(line.split()) for line in plain.splitlines())
    return "\n".join(lines).strip()[:LONGEST_TEXT].rstrip()


def line(text: str) -> str:
    return " ".join(paragraphs(text).split())


def name(text: str) -> str:
    return line(text)[:LONGEST_NAME].rstrip()


def byline(text: str) -> str:
    """A name without the marks and years of a copyright, an agency after a stroke: "Ada Lovelace/Reuters"."""
    plain = line(text)
    bare = _without(_MARKS_AND_YEARS, plain)
    if bare != plain:  # "Studio 2000" keeps its year, "© Ada 2024" does not
        bare = _END.sub("", bare)
    return _VIA.sub("/", bare).removeprefix("via ").strip(" /,;")[:LONGEST_NAME].rstrip()


def notice(text: str) -> str:
    """A copyright notice without its mark; the year stays."""
    return _without(_MARKS, line(text))


def caption(text: str) -> str:
    plain = paragraphs(text)
    return "" if _CAMERAS.fullmatch(plain) else plain


def url(text: str) -> str:
    """A web address, or nothing."""
    text = text.strip()
    if len(text) > LONGEST_TEXT or clean_text(text) != text or any(c.isspace() for c in text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.hostname else ""


def source_type(text: str) -> str:
    """The full address of the term, in the form its publisher gives."""
    term = _SOURCE_TYPE.fullmatch(text.strip())
    return f"http://cv.iptc.org/newscodes/digitalsourcetype/{term[1]}" if term else ""


def moment(text: str) -> str:
    """When, out of any block's way of writing it, as ISO 8601; nothing for a date that cannot be."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None or int(found[1]) < _FIRST_PHOTOGRAPH:
        return ""
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day)).isoformat()
        clock = f"{hour}:{minute}:{second or '00'}{offset or ''}"
        return datetime.fromisoformat(f"{year}-{month}-{day}T{clock}").isoformat()
    except ValueError:
        return ""


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(filter(None, map(name, list(texts)[: 2 * MOST]))))[:MOST]


def bylines(texts: Iterable[str]) -> str:
    """Several creators in one credit's words."""
    return ", ".join(dict.fromkeys(filter(None, map(byline, list(texts)[:MOST]))))[:LONGEST_NAME].rstrip(" ,")


def _without(start: re.Pattern, text: str) -> str:
    found = start.match(text)
    return text[found.end() :] if found else text


def _first(clean: Callable[[str], str]) -> Callable[[Iterable[str]], str]:
    """The first of several texts (languages, repeated datasets) that leaves something."""
    return lambda texts: next(filter(None, map(clean, list(texts)[:MOST])), "")


CLEANERS: dict[str, Callable[[Iterable[str]], str | tuple[str, ...]]] = {
    "creator": bylines,
    "credit": _first(byline),
    "copyright_notice": _first(notice),
    "source": _first(name),
    "headline": _first(line),
    "caption": _first(caption),
    "alt_text": _first(paragraphs),
    "usage_terms": _first(paragraphs),
    "web_statement": _first(url),
    "licensor_url": _first(url),
    "taken_at": _first(moment),
    "digital_source_type": _first(source_type),
    "keywords": names,
    "people": names,
    "event": _first(name),
}
