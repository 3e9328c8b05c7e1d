"""Push services: which may be asked, and the key by which they know who asks (RFC 8292)."""

import base64
import re
from email.utils import parseaddr
from functools import cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

# An address that every library reads alike: no user, no backslash, nothing but ASCII.
_PLAIN = re.compile(r"(?P<origin>(?P<scheme>https?)://(?P<host>[a-z0-9.-]+(?::\d+)?))/[!-\[\]-~]*")


def public_key() -> str:
    """The key browsers subscribe with, base64url; "" where no push service may be asked."""
    if not settings.PUSH_SERVICES:
        return ""
    point = _key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def is_push_service(endpoint: str) -> bool:
    """Whether we may send to that address: a browser names it, so it could be anybody's.

    PUSH_SERVICES holds names of hosts, reached by https at its usual port, `*.` for any below; or whole origins.
    """
    found = _PLAIN.fullmatch(endpoint)
    if found is None:
        return False
    if found["origin"] in settings.PUSH_SERVICES:
        return True
    return found["scheme"] == "https" and any(
        found["host"].endswith(service[1:]) if service.startswith("*.") else found["host"] == service
        for service in settings.PUSH_SERVICES
    )


def signed(endpoint: str) -> dict[str, str]:
    """The header that says who sends (RFC 8292)."""
    parts = urlsplit(endpoint)
    contact = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return _key().sign({"aud": f"{parts.scheme}://{parts.netloc}", "sub": f"mailto:{contact}"})


@cache
def _key() -> Vapid02:
    return Vapid02.from_string(settings.VAPID_PRIVATE_KEY)
