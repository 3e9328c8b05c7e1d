"""Servers of other people: a name is resolved once, the address that was looked at is the one that is asked, and only
if it is public; nobody is waited for without end.
"""

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator

# The only part of IPv6 that is given out to the internet.
_UNICAST = ipaddress.ip_network("2000::/3")
# Networks that carry an IPv4 address within: what counts is that one.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PRIVATE = [
    ipaddress.ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
]
# Where Amazon's machines find what they may do, among the private ones.
_METADATA = ipaddress.ip_network("fd00:ec2::/32")

Connect = Callable[..., socket.socket]  # `connect_outside`, or another with its parameters


class NotAsked(OSError):
    """A host leads where nobody may be asked; says where. `address`: the first such IP address, "" if there is none."""

    address = ""


def connect_outside(
    host: str,
    port: int,
    *,
    seconds: float,
    is_allowed: Callable[[str], bool] | None = None,
    resolve: Callable = socket.getaddrinfo,
) -> socket.socket:
    """A connection to the first of a host's addresses that answers, within so many seconds for all of them together;
    the resolver has limits of its own.

    `is_allowed` says of an IP address whether it may be asked: is_public, if none is given. Raises NotAsked if any of
    them may not, and OSError.
    """
    addresses = resolved(host, port, is_allowed=is_allowed or is_public, resolve=resolve)
    end = time.monotonic() + seconds
    for place, address in enumerate(addresses, start=1):
        share = (end - time.monotonic()) / (len(addresses) - place + 1)
        try:
            return socket.create_connection((address, port), timeout=max(share, 0.001))
        except OSError:
            if place == len(addresses):
                raise
    raise NotAsked(f"{host} has no address.")


def resolved(host: str, port: int, *, is_allowed: Callable[[str], bool], resolve: Callable) -> list[str]:
    """A host's IP addresses, in the resolver's order, asked for once. Raises NotAsked, and OSError for no such name."""
    try:
        found = resolve(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise NotAsked(f"There is no {host}: {error}.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_allowed(address):
            refused = NotAsked(f"{host} leads to {address}, which is no public address: it is not asked.")
            refused.address = address
            raise refused
    return addresses


def is_public(address: str) -> bool:
    """Whether anybody on the internet reaches this IP address, and the one it may carry within."""
    ip = _innermost(address)
    is_given_out = isinstance(ip, ipaddress.IPv4Address) or ip in _UNICAST
    return is_given_out and ip.is_global and not ip.is_multicast


def is_public_or_private(address: str) -> bool:
    """As is_public, or of a private network. Never this machine, a link or a cloud's own service."""
    ip = _innermost(address)
    return is_public(address) or (any(ip in network for network in _PRIVATE) and ip not in _METADATA)


def _innermost(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1]) or ip


@contextlib.contextmanager
def hung_up_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """Whoever waits on the connection meanwhile is woken when the time is over, also by a server that sends a byte now
    and then for ever: a socket's own timeout begins anew with each. Raises TimeoutError then, whatever came.
    """
    over = threading.Event()

    def hang_up() -> None:
        over.set()
        with contextlib.suppress(OSError):  # it may be closed already
            socket.socket.shutdown(line, socket.SHUT_RDWR)  # TLS's own would forget the half it has read

    alarm = threading.Timer(seconds, hang_up)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
        if over.is_set():  # to the reader it looked like the end
            raise TimeoutError(f"It takes longer than {seconds:.3g} seconds.")
