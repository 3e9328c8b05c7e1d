"""The IPTC's older block: Information Interchange Model, version 4.2, chapters 1 (structure), 5 and 6 (datasets)."""

from collections.abc import Iterator

from media.metadata.cleaning import decoded

_FIELDS = {
    25: "keywords",
    80: "creator",
    105: "headline",
    110: "credit",
    115: "source",
    116: "copyright_notice",
    120: "caption",
}
_DATE, _TIME = 55, 60
_CHARACTERS = 90
_UTF_8 = b"\x1b%G"


def read(block: bytes) -> dict[str, list[str]]:
    """What the block says, by field; up to where it breaks off."""
    found, is_utf_8 = {}, False
    for record, number, body in datasets(block):
        if (record, number) == (1, _CHARACTERS):
            is_utf_8 = body == _UTF_8
        elif record == 2:
            # A text cut at its limit in bytes may end inside a character.
            text = body.decode(errors="ignore") if is_utf_8 else decoded(body)
            found.setdefault(number, []).append(text)
    moment = "".join(found.get(number, [""])[0] for number in (_DATE, _TIME))
    return {name: found.get(number, []) for number, name in _FIELDS.items()} | {"taken_at": [moment]}


def datasets(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, number and bytes of each dataset."""
    at = 0
    while block[at : at + 1] == b"\x1c" and at + 5 <= len(block):
        record, number, size = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5])
        at += 5
        if size & 0x8000:  # an extended dataset: so many bytes tell its size
            count = size & 0x7FFF
            size = int.from_bytes(block[at : at + count])
            at += count
        yield record, number, block[at : at + size]
        at += size
