"""From where somebody asks, behind our own proxies."""

import ipaddress

from django.conf import settings
from django.utils.crypto import salted_hmac


def address_of(forwarded: str, remote: str) -> str:
    """The address that the outermost of our TRUSTED_PROXIES saw; without proxies the connection's own; "" unknown.

    `forwarded` is X-Forwarded-For. Each proxy adds the address it saw at its right: what stands further left, anybody
    can write.
    """
    seen = [part.strip() for part in forwarded.split(",")]
    proxies = min(settings.TRUSTED_PROXIES, len(seen))
    if proxies and is_address(seen[-proxies]):
        return seen[-proxies]
    return remote


def one_line(address: str) -> str:
    """What counts as one connection to the network: an IPv4 address, the /64 an IPv6 line is given."""
    if ":" not in address or not is_address(address):
        return address
    # A socket of both kinds writes IPv4 so (RFC 4291, section 2.5.5.2).
    if written_as_ipv6 := ipaddress.IPv6Address(address).ipv4_mapped:
        return str(written_as_ipv6)
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def neighbourhood(address: str) -> str:
    """Where an address is, roughly: the /24 around an IPv4 address, the /48 of an IPv6 one; "" for what is none."""
    line = one_line(address)
    if "/" in line:
        return str(ipaddress.ip_network(line).supernet(new_prefix=48))
    return str(ipaddress.ip_network(f"{line}/24", strict=False)) if is_address(line) else ""


def hashed_line(address: str, purpose: str) -> str:
    """The same for the same connection and purpose; without our key nobody finds the address behind it."""
    return salted_hmac(purpose, one_line(address), algorithm="sha256").hexdigest()


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
