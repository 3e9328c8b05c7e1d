"""HTTP to servers of other people: short waits, no redirects, and when to ask again."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests

TIMEOUT = (3, 5)  # seconds for the connection, and for the answer
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
