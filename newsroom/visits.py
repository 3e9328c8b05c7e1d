"""A request to Django from outside: its number, whether it was slow or failed, and how many were refused."""

import logging
import re
import secrets
import time

from django.conf import settings
from prometheus_client import Counter

from newsroom.bodies import Message, Send
from newsroom.editorial import request_id
from newsroom.logs import route_of

log = logging.getLogger(__name__)
SLOW = 2.0  # seconds from having the whole request to beginning the answer
HEADER = b"x-request-id"
WELL_FORMED = re.compile(r"[0-9A-Za-z_-]{8,64}")
REFUSALS = (403, 404, 429)
ANSWERS = Counter(
    "newsroom_answers_total", "Answers that refuse (403, 404, 429) or failed (5xx), by status.", ["status"]
)
for status in (*REFUSALS, 500, 503):
    ANSWERS.labels(status)  # there from the start: the first one is an increase


def number_of(scope: Message) -> str:
    """What a proxy of ours calls the request, if it is well formed; else one of our own, sixteen signs."""
    if settings.TRUSTED_PROXIES:
        given = dict(scope["headers"]).get(HEADER, b"").decode("latin-1")
        if WELL_FORMED.fullmatch(given):
            return given
    return secrets.token_hex(8)


class Noted:
    """Within it the request has its number; `send` puts it on the answer. Afterwards a line is logged if it failed or
    was slow: of what went well there is no log."""

    def __init__(self, scope: Message, send: Send):
        self.scope, self._send = scope, send
        self.number = number_of(scope)
        self.status, self.seconds = 0, 0.0
        self._answering = request_id.answering(self.number)
        self.is_here()

    def is_here(self) -> None:
        """All of it has come: from now on it is we who take the time."""
        self._since = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.seconds = message["status"], time.perf_counter() - self._since
            headers = message.get("headers", ())
            # What caches keep is given to others, whose requests have other numbers.
            if not _is_for_caches(headers):
                message = {**message, "headers": [*headers, (HEADER, self.number.encode())]}
        await self._send(message)

    def __enter__(self) -> "Noted":
        self._answering.__enter__()
        return self

    def __exit__(self, *raised) -> None:
        try:
            if self.status >= 500 or self.status in REFUSALS:
                ANSWERS.labels(self.status).inc()
            if self.status >= 500 or self.seconds >= SLOW:
                self._log()
        finally:
            self._answering.__exit__(*raised)

    def _log(self) -> None:
        method, route = self.scope["method"], route_of(self.scope["path"])
        said = {"method": method, "route": route, "status": self.status, "seconds": round(self.seconds, 3)}
        log.warning("%s %s: %d after %.2f s", method, route, self.status, self.seconds, extra=said)


def _is_for_caches(headers) -> bool:
    return any(
        name.lower() == b"cache-control" and (b"public" in value or b"s-maxage" in value)
        for name, value in headers
    )
