"""The text of a copied page: its encoding checked, its lines cleaned."""

import re

# Marks that only order a right-to-left line, soft hyphens, zero-width spaces and control characters. Zero-width
# joiners stay: emoji families and Persian spelling need them.
HIDDEN = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0e-\x1b\x7f-\x9f]"
)
NOT_TEXT = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf")
UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
# UTF-8 once read as Windows-1252 and saved again: a right quote becomes "â€™", an é becomes "Ã©".
TWICE_ENCODED = re.compile("â€[™œ˜¦“”\x9d]|Ã[©¨¡¶¼¤§±]")


class UnreadablePage(ValueError):
    """The page cannot be read; the message says what is wrong and what to do."""


def decode(data: bytes) -> str:
    """The text of a copied page, which must be UTF-8, with or without a byte order mark.

    Raises `UnreadablePage` for a binary, an empty or a wrongly encoded file.
    """
    _refuse_binary(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadablePage(_not_utf_8(data, error.start)) from None
    if not any(clean_lines(text)):
        raise UnreadablePage("The file is empty; copy the text of the page into it and save it as UTF-8.")
    if re.match(r"\s*<(?:!doctype html|html)\b", text, re.IGNORECASE):
        raise UnreadablePage(
            "The file is a saved web page; open it in a browser, copy its text and save that as UTF-8."
        )
    if damaged := TWICE_ENCODED.search(text) or re.search("\ufffd", text):
        raise UnreadablePage(
            f"Line {text.count('\n', 0, damaged.start()) + 1} says “{damaged[0]}” where another character belongs: "
            "the text was read in a wrong encoding before it was saved; copy it from the page again, as UTF-8."
        )
    return text


def _refuse_binary(data: bytes) -> None:
    utf_16 = data.startswith(UTF_16_OR_32) or (b"\x00" in data and _every_other_byte_is_nul(data))
    if utf_16:
        raise UnreadablePage(
            "The file is UTF-16 (“Unicode” in some editors), not UTF-8; save it as UTF-8 and try again."
        )
    control = sum(1 for byte in data if byte < 32 and byte not in b"\t\n\v\f\r")
    if b"\x00" in data or data.startswith(NOT_TEXT) or control * 20 > len(data):
        raise UnreadablePage(
            "The file is not plain text; copy the text of the page into a text file saved as UTF-8."
        )


def _every_other_byte_is_nul(data: bytes) -> bool:
    """UTF-16 without its mark: nearly all NUL at even or at odd places, hardly any at the others."""
    fewer, more = sorted((data[0::2].count(0), data[1::2].count(0)))
    return more * 4 > len(data) and fewer * 20 < len(data) and len(data) % 2 == 0


def _not_utf_8(data: bytes, start: int) -> str:
    where = f"line {data.count(b'\n', 0, start) + 1} is not UTF-8"
    if not data.decode("utf-8", "ignore").isascii():
        return (
            f"The file is damaged: {where} while other lines are; copy the page again and save it as UTF-8."
        )
    return f"The file looks like Latin-1 or Windows-1252: {where}; save it as UTF-8 and try again."


def clean_lines(text: str) -> list[str]:
    """Lines without hidden characters and spare spaces, a no-break space being a space; blank lines are ""."""
    return [" ".join(HIDDEN.sub("", line).split()) for line in text.splitlines()]
