"""Cleaning what people type and what their files are called."""

import unicodedata

from newsroom.editorial.errors import Invalid

# Marks that turn the reading direction of everything after them: they hide what a name or credit says.
_DIRECTION = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
LONGEST = {
    "alt_text": 500,
    "credit": 200,
    "caption": 2000,
    "creator": 200,
    "copyright_notice": 300,
    "web_statement": 500,
    "licensor_url": 500,
}
_CALLED = {
    "alt_text": "The alternative text",
    "credit": "The credit",
    "caption": "The caption",
    "creator": "The creator",
    "copyright_notice": "The copyright notice",
    "web_statement": "The address of the licence",
    "licensor_url": "The address of the licensor",
}


def clean_texts(**texts: str | None) -> dict[str, str]:
    """The given texts by field, cleaned and trimmed; None (leave what stands) is left out.

    Raises Invalid, with a sentence for every text that is too long.
    """
    cleaned = {field: clean_text(text) for field, text in texts.items() if text is not None}
    errors = {
        field: [f"{_CALLED[field]} has {len(text):,} characters; at most {LONGEST[field]:,} fit. Shorten it."]
        for field, text in cleaned.items()
        if len(text) > LONGEST[field]
    }
    if errors:
        raise Invalid(errors)
    return cleaned


def clean_text(text: str) -> str:
    """Without control characters (line breaks stay) and direction overrides, NFC, trimmed."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(c for c in text if c in "\n\t" or not _is_unwanted(c)).strip()


def clean_file_name(name: str) -> str:
    """A file's name as text to show, never as a path: the last part, at most 255 characters."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C")
    return name.strip()[:255]


def _is_unwanted(character: str) -> bool:
    return character in _DIRECTION or unicodedata.category(character) in ("Cc", "Cs", "Cn")
