"""HTTP to servers of other people: short waits, no redirects, and when to ask again."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from coverage.following.models import Turn
from newsroom.editorial.outside import Connect, connect_outside, hung_up_after

TIMEOUT = (3, 5)  # seconds for the connection and again for TLS, and for all of the answer's headers
LONGEST_LOOK = 20  # seconds after which a look begins nothing further
LONGEST = timedelta(hours=1)


class Session(requests.Session):
    """Follows nobody elsewhere: what was allowed is the address it was given. A redirect is an answer like others.

    Names lead to public addresses, or are not asked; but the origins named in `anywhere` lead wherever they do. It
    takes nothing from the environment, such as a proxy's address or a password for the host, and reads no more of an
    answer than its headers.
    """

    def __init__(self, anywhere: Iterable[str] = (), *, connect: Connect = connect_outside):
        super().__init__()
        self.trust_env = False
        for scheme in ("https://", "http://"):
            self.mount(scheme, OutwardAdapter(connect))
        for origin in anywhere:
            self.mount(f"{origin}/", OutwardAdapter(partial(connect, is_allowed=lambda address: True)))

    def request(self, *arguments, **options) -> requests.Response:
        fixed = {"allow_redirects": False, "stream": True}
        answer = super().request(*arguments, **{"timeout": TIMEOUT, **options, **fixed})
        if answer.raw.length_remaining == 0:
            answer.raw.drain_conn()  # nothing is left to read: the connection serves for the next
        answer.close()
        return answer


class OutwardAdapter(HTTPAdapter):
    """Makes its connections by `connect` and holds them to a time. A proxy would do neither: it has none."""

    def __init__(self, connect: Connect):
        self.pools = {
            "http": _pool(HTTPConnectionPool, HTTPConnection, connect),
            "https": _pool(HTTPSConnectionPool, HTTPSConnection, connect),
        }
        super().__init__()

    def init_poolmanager(self, *arguments, **options) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self.pools


def _pool(pool: type, connection: type, connect: Connect) -> type:
    held = type(connection.__name__, (_Held, connection), {"connect_by": staticmethod(connect)})
    return type(pool.__name__, (pool,), {"ConnectionCls": held})


class _Held:
    """What our connections do otherwise than urllib3's."""

    connect_by: Connect
    line: socket.socket | None = None  # a second hold on the connection: TLS takes the first one into its own

    def connect(self) -> None:
        with ExitStack() as self.until_connected:
            super().connect()

    def _new_conn(self) -> socket.socket:
        made = self.connect_by(self._dns_host, self.port, seconds=self.timeout)
        self.line = made.dup()
        self.until_connected.enter_context(hung_up_after(self.timeout, self.line))
        return made

    def getresponse(self):
        with hung_up_after(self.timeout, self.line):
            return super().getresponse()

    def close(self) -> None:
        super().close()
        if self.line:
            self.line.close()


@contextmanager
def turn(work: str, seconds: int, *, at: datetime) -> Iterator[bool]:
    """Whether it is this worker's to do: a slow server elsewhere holds up one worker, not each that could be asked.

    The turn of a worker that was killed is over after so many seconds.
    """
    Turn.objects.get_or_create(work=work, defaults={"until": at})
    is_mine = bool(
        Turn.objects.filter(work=work, until__lte=at).update(until=at + timedelta(seconds=seconds))
    )
    try:
        yield is_mine
    finally:
        if is_mine:
            Turn.objects.filter(work=work).update(until=at)


def after(tries: int, retry_after: str | None, *, at: datetime) -> datetime:
    """When to ask again after so many failures: doubling from ten seconds, or when the server said, an hour at most."""
    usual = timedelta(seconds=10) * 2 ** min(tries, 10)
    return at + min(max(usual, _wait(retry_after, at)), LONGEST)


def _wait(retry_after: str | None, at: datetime) -> timedelta:
    """Seconds or an HTTP date (RFC 9110, section 10.2.3); what is neither asks for nothing."""
    if not retry_after:
        return timedelta()
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=int(retry_after[:6]))
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return timedelta()
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - at
