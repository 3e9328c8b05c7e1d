"""The live branch: what open pages ask for, from memory, in front of Django. What it does not know is Django's.

It knows the first page of a public event, its live.json, updates.json and stream, by GET and HEAD, for our own hosts.
"""

import re
from collections.abc import Awaitable
from urllib.parse import parse_qs

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from coverage.live import metrics
from coverage.live.answers import Answer, send_answer
from coverage.live.channel import Channel
from coverage.live.hub import Busy, Hub
from coverage.live.streams import Streams
from coverage.live.updates import NUMBER
from newsroom.editorial.addresses import address_of, one_line

PATH = re.compile(r"/events/([-a-zA-Z0-9_]+)/(live\.json|updates\.json|stream|)")
# Preconditions Django judges: rare, and not worth a second opinion.
DJANGOS = {b"if-match", b"if-unmodified-since"}


class LiveBranch:
    """`serve` answers a request, or leaves it."""

    def __init__(self, hub: Hub, streams: Streams):
        self.hub, self.streams = hub, streams
        self._hosts: set[bytes] = set()

    async def serve(self, scope, receive, send) -> bool:
        """Whether it was answered; False: nothing was sent, ask Django. `send` leaves out the body of a HEAD."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        found = PATH.fullmatch(scope["path"])
        if found is None:
            return False
        asked = dict(scope["headers"])
        if not self._is_ours(asked) or not DJANGOS.isdisjoint(asked):
            return False
        slug, what = found.groups()
        if what == "" and scope["query_string"]:
            return False
        try:
            channel = await self.hub.channel(slug)
            answer = channel and what != "stream" and await self._answer(channel, what, scope)
        except Busy:
            return False
        if channel and what == "stream":
            await self._stream(channel, scope, asked, receive, send)
            return True
        if not answer:
            return False
        status = await send_answer(answer, asked, send)
        metrics.POLLS.labels(what or "page", status).inc()
        return True

    async def _answer(self, channel: Channel, what: str, scope) -> Answer | None:
        if what == "":
            return await self.hub.page(channel)
        if what == "live.json":
            return channel.live
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        after, epoch = query.get("after", ["0"])[-1], query.get("epoch", [""])[-1]
        known = epoch in ("", channel.head.epoch)
        if not NUMBER.fullmatch(after) or not known or int(after) > channel.head.seq:
            return None
        return await self.hub.chunk(channel, int(after))

    def _stream(self, channel: Channel, scope, asked: dict[bytes, bytes], receive, send) -> Awaitable[None]:
        """What streams, once awaited. It lives for minutes: nothing of the request is kept for it."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[-1]
        cursor = asked.get(b"last-event-id", b"").decode("latin-1") or given
        client = scope.get("client")
        address = address_of(
            asked.get(b"x-forwarded-for", b"").decode("latin-1"), client[0] if client else ""
        )
        if scope["method"] == "HEAD":
            receive = _gone
        asked.clear()
        scope.clear()
        return self.streams.serve(channel, one_line(address), cursor, receive, send)

    def _is_ours(self, asked: dict[bytes, bytes]) -> bool:
        """Whether the Host is allowed; Django refuses the others, with its own words."""
        host = asked.get(b"host", b"")
        if host not in self._hosts:
            domain, _ = split_domain_port(host.decode("latin-1"))
            if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
                return False
            if len(self._hosts) < 100:
                self._hosts.add(host)
        return True


async def _gone() -> dict:
    """A HEAD's reader wants no stream."""
    return {"type": "http.disconnect"}
