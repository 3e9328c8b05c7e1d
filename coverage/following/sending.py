"""HTTP to servers of other people: short waits, no redirects, and when to ask again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests

from coverage.following.models import Turn

TIMEOUT = (3, 5)  # seconds for the connection, and for the answer
LONGEST_LOOK = 20  # seconds after which a look begins nothing further
LONGEST = timedelta(hours=1)


class Session(requests.Session):
    """Follows nobody elsewhere: what was allowed is the address it was given. A redirect is an answer like others.

    It takes nothing from the environment, such as a proxy's address or a password for the host.
    """

    def __init__(self):
        super().__init__()
        self.trust_env = False

    def request(self, *arguments, **options) -> requests.Response:
        return super().request(*arguments, **{"timeout": TIMEOUT, **options, "allow_redirects": False})


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
