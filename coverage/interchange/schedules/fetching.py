"""Where a schedule comes from: a file, or an https address that is everybody's, within limits of size and time."""

import http.client
import socket
import ssl
import time
from email.message import Message
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

from newsroom.editorial.outside import (
    Connect,
    NotAsked,
    connect_outside,
    hung_up_after,
    is_public,
    is_public_or_private,
)

LARGEST = 5 * 1024 * 1024  # bytes
PATIENCE = 20  # seconds for the whole of it
# As what schedules are sent; also whatever ends in +json.
TYPES = {
    *("application/json", "text/json", "text/calendar", "text/x-vcalendar", "application/ics"),
    *("text/plain", "application/octet-stream", "binary/octet-stream"),
}


class NotFetched(Exception):
    """There was nothing to read, and why."""


def fetch(place: str, *, allow_private: bool = False) -> bytes:
    """The bytes of a file or of an https address, of a private network's only if that is allowed. Raises NotFetched."""
    if "://" not in place:
        return read_file(Path(place))
    is_allowed = is_public_or_private if allow_private else is_public
    return download(place, connect=partial(connect_outside, is_allowed=is_allowed))


def read_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise NotFetched(f"{path} is larger than 5 MiB: no schedule is.")
        return path.read_bytes()
    except OSError as error:
        raise NotFetched(f"{path} cannot be read: {error.strerror}.") from error


def download(url: str, *, connect: Connect = connect_outside, patience: float = PATIENCE) -> bytes:
    """What an https address answers; its name is resolved once, and must lead to public addresses only.

    It follows no redirects, sends no names or passwords, takes nothing compressed, and gives up after `patience`
    seconds or 5 MiB. Raises NotFetched.
    """
    parts = _parts(url)
    end = time.monotonic() + patience
    try:
        return _answer(parts, connect=connect, end=end)
    except NotAsked as error:
        is_near = error.address and is_public_or_private(error.address)
        hint = " If it is a server of your own network, say --allow-private." if is_near else ""
        raise NotFetched(f"{error}{hint}") from error
    except socket.gaierror as error:
        raise NotFetched(f"There is no {parts.hostname}: {error.strerror}.") from error
    except TimeoutError as error:
        raise NotFetched(f"{url} takes longer than {patience:g} seconds.") from error
    except (OSError, http.client.HTTPException) as error:
        raise NotFetched(f"{url} fails: {error}.") from error


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError as wrong:
        raise NotFetched(f"{url} is no address: {wrong}.") from wrong
    if not known:
        raise NotFetched(f"{url}: give a file, or an address that begins with https://.")
    if "@" in parts.netloc:
        raise NotFetched("Give the address without a name and password in it.")
    return parts


def _answer(parts: SplitResult, *, connect: Connect, end: float) -> bytes:
    plain = connect(parts.hostname, parts.port or 443, seconds=end - time.monotonic())
    left = max(end - time.monotonic(), 0)
    with ssl.create_default_context().wrap_socket(
        plain, server_hostname=parts.hostname, do_handshake_on_connect=False
    ) as secured:
        secured.settimeout(left or 0.001)
        with hung_up_after(left, secured):
            secured.do_handshake()
            return _ask(secured, parts)


def _ask(secured: ssl.SSLSocket, parts: SplitResult) -> bytes:
    connection = http.client.HTTPConnection(parts.netloc)
    connection.sock = secured
    path, query = (quote(part, safe="/%:@!$&'()*+,;=~?") for part in (parts.path or "/", parts.query))
    connection.request(
        "GET",
        f"{path}?{query}" if query else path,
        headers={"Accept": "*/*", "User-Agent": "Newsroom", "Connection": "close"},
    )
    return _body(connection.getresponse(), parts.geturl())


def _body(response: http.client.HTTPResponse, url: str) -> bytes:
    if 300 <= response.status < 400:
        onward = "".join(filter(str.isprintable, str(response.headers.get("Location"))))
        raise NotFetched(f"{url} leads on to {onward}: give that address instead.")
    if response.status != 200:
        raise NotFetched(f"{url} answers {response.status}.")
    _check_type(response.headers, url)
    data = response.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise NotFetched(f"{url} is larger than 5 MiB: no schedule is.")
    if response.length:
        raise http.client.IncompleteRead(data, response.length)
    return data


def _check_type(headers: Message, url: str) -> None:
    kind = headers.get_content_type()  # text/plain if none is said
    if kind not in TYPES and not kind.endswith("+json"):
        raise NotFetched(
            f"{url} is {kind}, and no schedule: look there for the address of its JSON or iCalendar export."
        )
    if headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetched(f"{url} comes compressed, unasked: save it to a file, and give that.")
