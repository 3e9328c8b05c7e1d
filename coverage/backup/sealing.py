"""Encryption of a backup as it is written, and back: a mebibyte at a time, whatever its size.

After two lines of our own comes Google Tink's streaming AEAD, AES256_GCM_HKDF_1MB, as its page on AES-GCM-HKDF
streaming gives the bytes. Each segment is authenticated with its number and with whether it is the last, so that none
can be changed, left out, moved or cut off.
"""

import base64
import binascii
import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from coverage.backup.errors import NotBackedUp, NotRestored

MAGIC = b"newsroom backup, encrypted 1\n"
KEY_NAME = 8  # bytes that tell a wrong key from a changed file, and nothing of the key
SALT, PREFIX, TAG = 32, 7, 16  # bytes
HEADER = 1 + SALT + PREFIX
SEGMENT = 1024 * 1024  # bytes, with its tag; the first one also holds the header


def read_key(text: str) -> bytes | None:
    """The key that BACKUP_KEY says; None if it says none. Raises NotBackedUp if it is no key of 32 bytes."""
    if not text:
        return None
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise NotBackedUp(
            "BACKUP_KEY is no key: it is 32 random bytes in base64url. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return key


def is_sealed(file: BinaryIO) -> bool:
    """Whether the file begins as an encrypted backup does; it is read from its beginning again afterwards."""
    start = file.read(len(MAGIC))
    file.seek(0)
    return start == MAGIC


class Sealer:
    """A file to write to; what arrives in `out` is encrypted. Only `close` makes it whole."""

    def __init__(self, out: BinaryIO, key: bytes):
        salt, prefix = secrets.token_bytes(SALT), secrets.token_bytes(PREFIX)
        start = MAGIC + _name_of(key)
        self.out, self.prefix, self.number = out, prefix, 0
        self.cipher = AESGCM(_derived(key, salt, start))
        self.waiting = bytearray()
        self.room = SEGMENT - HEADER - TAG
        out.write(start + bytes([HEADER]) + salt + prefix)

    def write(self, data: bytes) -> int:
        self.waiting += data
        # One byte more than fits: only then it is known not to be the last.
        while len(self.waiting) > self.room:
            self._seal(bytes(self.waiting[: self.room]), is_last=False)
        return len(data)

    def close(self) -> None:
        self._seal(bytes(self.waiting), is_last=True)

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        self.out.write(self.cipher.encrypt(_nonce(self.prefix, self.number, is_last), plain, None))
        del self.waiting[: len(plain)]
        self.number, self.room = self.number + 1, SEGMENT - TAG


class Unsealer:
    """A file to read from. Gives no byte that was not authenticated; raises NotRestored at the first that is not."""

    def __init__(self, sealed: BinaryIO, key: bytes):
        start = sealed.read(len(MAGIC) + KEY_NAME)
        header = sealed.read(HEADER)
        if len(header) < HEADER or header[0] != HEADER:
            raise NotRestored("This file was cut short or changed: its beginning is no backup's.")
        if start[len(MAGIC) :] != _name_of(key):
            raise NotRestored("BACKUP_KEY is not the key this file was encrypted with. Set the one that was.")
        self.sealed, self.prefix, self.number = sealed, header[1 + SALT :], 0
        self.cipher = AESGCM(_derived(key, header[1 : 1 + SALT], start))
        self.segment = sealed.read(SEGMENT - HEADER)
        self.ready = b""

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        parts, wanted = [], size
        while wanted and (self.ready or self._open_next()):
            parts.append(self.ready[:wanted])
            self.ready = self.ready[wanted:]
            wanted -= len(parts[-1])
        return b"".join(parts)

    def _open_next(self) -> bool:
        """False at the end."""
        if self.segment is None:
            return False
        following = self.sealed.read(SEGMENT)
        nonce = _nonce(self.prefix, self.number, is_last=not following)
        try:
            self.ready = self.cipher.decrypt(nonce, self.segment, None)
        except (InvalidTag, ValueError) as error:
            raise NotRestored(
                f"This file was cut short or changed at about byte {self.number * SEGMENT:,}. Take another backup."
            ) from error
        self.segment, self.number = following or None, self.number + 1
        return bool(self.ready) or self._open_next()


def _derived(key: bytes, salt: bytes, said: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=said).derive(key)


def _name_of(key: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_NAME, salt=None, info=b"name of the key").derive(key)


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])
