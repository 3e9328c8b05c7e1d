"""Addresses that are a right by themselves: whoever has one may use it, so only its hash is kept."""

import hashlib
import secrets


def new_secret() -> str:
    """What an address ends with: 192 random bits, 32 signs."""
    return secrets.token_urlsafe(24)


def digest_of(secret: str) -> str:
    """Of random text, long enough that nobody finds it by trying."""
    return hashlib.sha256(secret.encode()).hexdigest()
