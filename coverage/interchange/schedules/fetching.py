"""Where a schedule comes from: a file, or an https address that is everybody's, within limits of size and time."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LARGEST = 5 * 1024 * 1024  # bytes
PATIENCE = 20  # seconds for the whole of it
# Networks that carry an IPv4 address within: what counts is that one.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotFetched(Exception):
    """There was nothing to read, and why."""


def fetch(place: str) -> bytes:
    """The bytes of a file or of an https address. Raises NotFetched."""
    return download(place) if "://" in place else read_file(Path(place))


def read_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise NotFetched(f"{path} is larger than 5 MiB: no schedule is.")
        return path.read_bytes()
    except OSError as error:
        raise NotFetched(f"{path} cannot be read: {error.strerror}.") from error


def download(
    url: str, *, connect: Callable[[str, int], socket.socket] | None = None, patience: float = PATIENCE
) -> bytes:
    """What an https address answers; its name is resolved once, and must lead to public addresses only.

    It follows no redirects, sends no names or passwords, and gives up after `patience` seconds or 5 MiB.
    Raises NotFetched.
    """
    parts = _parts(url)
    host, port = parts.hostname, parts.port or 443
    plain = (connect or connect_public)(host, port)
    plain.settimeout(patience)
    ended = time.monotonic() + patience
    try:
        with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured:
            alarm = threading.Timer(patience, _hang_up, [secured])
            alarm.start()
            try:
                return _ask(secured, parts)
            finally:
                alarm.cancel()
    except (OSError, http.client.HTTPException) as error:
        why = f"takes longer than {patience:g} seconds" if time.monotonic() >= ended else f"fails: {error}"
        raise NotFetched(f"{url} {why}.") from error


def _hang_up(secured: ssl.SSLSocket) -> None:
    """Also on a server that sends a byte now and then for ever."""
    with contextlib.suppress(OSError):
        secured.shutdown(socket.SHUT_RDWR)


def _ask(secured: ssl.SSLSocket, parts: SplitResult) -> bytes:
    connection = http.client.HTTPConnection(parts.netloc)
    connection.sock = secured
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    connection.request(
        "GET", path, headers={"Accept": "*/*", "User-Agent": "Newsroom", "Connection": "close"}
    )
    return _body(connection.getresponse(), parts.geturl())


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme == "https" and parts.hostname and (parts.port or True)
    except ValueError as wrong:
        raise NotFetched(f"{url} is no address: {wrong}.") from wrong
    if not known:
        raise NotFetched(f"{url}: give a file, or an address that begins with https://.")
    if parts.username or parts.password:
        raise NotFetched("Give the address without a name and password in it.")
    return parts


def connect_public(host: str, port: int) -> socket.socket:
    """A connection to the first of a host's addresses that answers. Raises NotFetched if any of them is not public."""
    addresses = public_addresses(host, port)
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout=PATIENCE / 4)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout=PATIENCE / 4)


def public_addresses(host: str, port: int) -> list[str]:
    """Resolves a name once. Raises NotFetched if it leads anywhere inside: this machine, a private or local network."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotFetched(f"There is no {host}: {error}.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_public(address):
            raise NotFetched(f"{host} leads to {address}, which is no public address: it is not asked.")
    return addresses


def is_public(address: str) -> bool:
    """Whether anybody on the internet reaches this IP address, and the one it may carry within."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    within = None
    if isinstance(ip, ipaddress.IPv6Address):
        within = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64:
            within = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if within:
        return is_public(str(within))
    return ip.is_global and not ip.is_multicast


def _body(response: http.client.HTTPResponse, url: str) -> bytes:
    if 300 <= response.status < 400:
        raise NotFetched(f"{url} leads on to {response.headers.get('Location')}: give that address instead.")
    if response.status != 200:
        raise NotFetched(f"{url} answers {response.status} {response.reason}.")
    data = response.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise NotFetched(f"{url} is larger than 5 MiB: no schedule is.")
    if response.length:
        raise http.client.IncompleteRead(data, response.length)
    return data
