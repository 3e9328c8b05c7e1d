"""From where somebody signs in, for counting wrong passwords. Called by axes."""

from django.http import HttpRequest

from newsroom.editorial.addresses import address_of


def client_address(request: HttpRequest) -> str | None:
    """The person's own address, behind our proxies; None if unknown."""
    return (
        address_of(request.META.get("HTTP_X_FORWARDED_FOR", ""), request.META.get("REMOTE_ADDR") or "")
        or None
    )
