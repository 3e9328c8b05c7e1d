"""Reading an e-mail (RFC 5322, RFC 2045): who sent it, its words as plain text, its pictures."""

import email
import email.policy
import hashlib
import html
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import nh3

log = logging.getLogger(__name__)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BLOCK_END = re.compile(r"</(p|div|li|tr|h[1-6]|blockquote)>", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)  # the line before a signature (RFC 3676, section 4.3)
_BLANK_LINES = re.compile(r"\n\s*\n")


class Unreadable(ValueError):
    """This is no e-mail that could be filed. Its text says why."""


@dataclass(frozen=True)
class Letter:
    """`key` is the same whenever the same letter comes; `pictures` are (file name, bytes)."""

    sender: str
    subject: str
    text: str
    pictures: tuple[tuple[str, bytes], ...]
    key: str
    is_automatic: bool  # an out-of-office answer, a bounce (RFC 3834)


def read(raw: bytes) -> Letter:
    """Raises Unreadable."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    try:
        return _read(message, raw)
    except (
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
    ) as error:  # what the parser has for a broken header
        if isinstance(error, Unreadable):
            raise
        log.warning("an e-mail could not be read", exc_info=True)  # the sender is told less
        raise Unreadable("This e-mail is damaged: its headers cannot be read.") from error


def _read(message: EmailMessage, raw: bytes) -> Letter:
    parts = list(_parts(message))
    plain = [_text_of(part) for part in parts if _is_text(part, "plain")]
    words = plain or [_without_tags(_text_of(part)) for part in parts if _is_text(part, "html")]
    return Letter(
        sender=_sender(message),
        subject=_one_line(message["Subject"]),
        text=_tidy("\n\n".join(words)),
        pictures=tuple(_pictures(parts)),
        key=_one_line(message["Message-ID"]) or hashlib.sha256(raw).hexdigest(),
        is_automatic=_one_line(message["Auto-Submitted"]).lower() not in ("", "no"),
    )


def _sender(message: EmailMessage) -> str:
    """The one address in From: with several nobody could say who answers for the words."""
    addresses = [address for header in message.get_all("From", []) for address in header.addresses]
    if len(addresses) != 1 or "@" not in addresses[0].addr_spec:
        raise Unreadable("This e-mail does not say from whom it is: it needs one address in From.")
    return addresses[0].addr_spec


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Every part that holds something, in order; not those of a letter that is attached."""
    if message.get_content_maintype() == "message":
        return
    if not message.is_multipart():
        yield message
        return
    for part in message.iter_parts():
        yield from _parts(part)


def _is_text(part: EmailMessage, subtype: str) -> bool:
    return part.get_content_type() == f"text/{subtype}" and not part.is_attachment()


def _text_of(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True) or b""
    try:
        return raw.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:  # a character set that nobody knows
        return raw.decode("utf-8", "replace")


def _pictures(parts: list[EmailMessage]) -> Iterator[tuple[str, bytes]]:
    """What says that it is a picture, and what is attached without saying what it is."""
    for part in parts:
        unsaid = part.is_attachment() and part.get_content_type() == "application/octet-stream"
        if unsaid or part.get_content_maintype() == "image":
            yield part.get_filename() or "", part.get_payload(decode=True) or b""


def _without_tags(markup: str) -> str:
    spaced = _BLOCK_END.sub("\n\n", _BREAK.sub("\n", markup))
    return html.unescape(nh3.clean(spaced, tags=set()))


def _tidy(text: str) -> str:
    """Without the signature; one blank line between paragraphs."""
    text = text.replace("\r\n", "\n").replace("\0", "")
    return _BLANK_LINES.sub("\n\n", _SIGNATURE.split(text)[0]).strip()


def _one_line(header: object) -> str:
    return " ".join(str(header or "").replace("\0", "").split())
