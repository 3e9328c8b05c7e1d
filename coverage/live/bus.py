"""Hearing the bell: a subscription that comes back by itself. What is rung meanwhile, the one-second look finds."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from coverage.live.hub import Hub
from coverage.record.bell import CHANNEL

log = logging.getLogger(__name__)
PAUSE = 0.5  # seconds before the next try
SILENCE = 15  # seconds without a ring after which the connection is asked whether it lives
ANSWER = 5  # seconds it has to say so


async def listen_for_ever(hub: Hub) -> None:
    """Passes on what the bell rings, to the end of this process."""
    said = ""
    while True:
        try:
            async with aclosing(_rings()) as rings:
                async for ring in rings:
                    said = ""
                    if ring:
                        key, epoch, seq = ring.decode().split()
                        hub.heard(int(key), epoch, int(seq))
        except Exception as error:  # whatever it is, the next try may be better: this task must not end
            if repr(error) != said:
                log.warning("the bell cannot be heard, the one-second look goes on: %r", error)
            said = repr(error)
        await asyncio.sleep(PAUSE)


async def _rings() -> AsyncGenerator[bytes]:
    """The messages of one connection; an empty one says that they are heard from now on. Raises when it is lost."""
    client = redis.asyncio.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    async with client, client.pubsub(ignore_subscribe_messages=True) as subscription:
        await subscription.subscribe(CHANNEL)
        log.info("the bell is heard")
        yield b""
        quiet = 0  # seconds
        while True:
            message = await subscription.get_message(timeout=1.0)
            quiet = 0 if message else quiet + 1
            if message and message["type"] == "message":
                yield message["data"]
            elif quiet == SILENCE:
                await subscription.ping()
            elif quiet > SILENCE + ANSWER:
                raise redis.ConnectionError("Redis does not answer.")
