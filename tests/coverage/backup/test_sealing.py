"""What is sealed opens with its key, as it was, or not at all."""

import base64
import io
import secrets

import pytest

from coverage.backup import sealing
from coverage.backup.errors import NotBackedUp, NotRestored
from coverage.backup.sealing import HEADER, KEY_NAME, MAGIC, SEGMENT, TAG, Sealer, Unsealer

KEY = bytes(range(32))
FIRST = SEGMENT - HEADER - TAG  # bytes that the first segment holds


def sealed(plain: bytes, key: bytes = KEY) -> bytes:
    out = io.BytesIO()
    sealer = Sealer(out, key)
    for start in range(0, len(plain), 300_000):
        sealer.write(plain[start : start + 300_000])
    sealer.close()
    return out.getvalue()


def opened(data: bytes, key: bytes = KEY) -> bytes:
    reader, parts = Unsealer(io.BytesIO(data), key), []
    while part := reader.read(70_000):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    "size", [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + SEGMENT - TAG, FIRST + SEGMENT - TAG + 1]
)
def test_it_opens_as_it_was_and_says_nothing_of_it(size):
    plain = secrets.token_bytes(size)

    data = sealed(plain)

    segments = 1 + max(0, -(-(size - FIRST) // (SEGMENT - TAG)))
    assert len(data) == len(MAGIC) + KEY_NAME + HEADER + size + segments * TAG
    assert size < 16 or plain[:16] not in data
    assert opened(data) == plain


def test_the_same_twice_looks_different():
    assert sealed(b"words") != sealed(b"words")


def test_another_key_is_told_from_a_changed_file():
    with pytest.raises(NotRestored, match="BACKUP_KEY is not the key"):
        opened(sealed(b"words"), bytes(32))


@pytest.mark.parametrize("at", [len(MAGIC) + KEY_NAME + 3, len(MAGIC) + KEY_NAME + HEADER, SEGMENT + 500, -1])
def test_a_changed_byte_is_noticed(at):
    data = bytearray(sealed(bytes(FIRST + 2000)))
    data[at] ^= 1

    with pytest.raises(NotRestored, match="cut short or changed"):
        opened(bytes(data))


@pytest.mark.parametrize("left", [len(MAGIC) + 3, len(MAGIC) + KEY_NAME + SEGMENT, -1])
def test_a_cut_file_is_noticed_even_between_two_segments(left):
    data = sealed(bytes(FIRST + 2000))

    with pytest.raises(NotRestored, match="cut short or changed"):
        opened(data[:left])


def test_segments_cannot_change_places():
    data = sealed(bytes(FIRST + 2 * (SEGMENT - TAG) + 5))
    start = len(MAGIC) + KEY_NAME + SEGMENT
    second, third = data[start : start + SEGMENT], data[start + SEGMENT : start + 2 * SEGMENT]

    with pytest.raises(NotRestored, match="cut short or changed"):
        opened(data[:start] + third + second + data[start + 2 * SEGMENT :])


def test_no_byte_of_a_changed_segment_is_given():
    data = bytearray(sealed(bytes(FIRST + 2000)))
    data[-1] ^= 1
    reader = Unsealer(io.BytesIO(bytes(data)), KEY)

    assert reader.read(FIRST) == bytes(FIRST)
    with pytest.raises(NotRestored):
        reader.read(1)


def test_a_key_is_32_bytes():
    assert sealing.read_key("") is None
    assert sealing.read_key(base64.urlsafe_b64encode(KEY).decode().rstrip("=")) == KEY
    for wrong in ("secret", "ä" * 43, base64.urlsafe_b64encode(bytes(16)).decode(), "!" * 43):
        with pytest.raises(NotBackedUp, match="token_urlsafe"):
            sealing.read_key(wrong)
