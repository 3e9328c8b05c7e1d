"""From where somebody signs in, for counting wrong passwords. Called by axes."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost of our TRUSTED_PROXIES saw; without proxies the connection's own.

    Each proxy adds the address it saw at the right of X-Forwarded-For: what stands further left, anybody can write.
    """
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies = min(settings.TRUSTED_PROXIES, len(seen))
    if proxies and _is_address(seen[-proxies]):
        return seen[-proxies]
    return request.META.get("REMOTE_ADDR") or None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
