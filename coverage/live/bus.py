"""Hearing the bell: a subscription that comes back by itself. What is rung meanwhile, the one-second look finds."""

import asyncio
import logging

import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from coverage.live.hub import Hub
from coverage.record.bell import CHANNEL

log = logging.getLogger(__name__)
PAUSE = 0.5  # seconds before the next try
SILENCE = 15  # seconds without a ring after which the connection is asked whether it lives


async def listen_for_ever(hub: Hub) -> None:
    """Passes on what the bell rings, to the end of this process."""
    said = ""
    while True:
        try:
            await _listen(hub)
        except (RedisError, OSError) as error:
            if repr(error) != said:
                log.warning("the bell cannot be heard, the one-second look goes on: %s", error)
            said = repr(error)
        await asyncio.sleep(PAUSE)


async def _listen(hub: Hub) -> None:
    """Until the connection is lost. Raises RedisError, OSError."""
    client = redis.asyncio.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    async with client, client.pubsub(ignore_subscribe_messages=True) as subscription:
        await subscription.subscribe(CHANNEL)
        log.info("the bell is heard")
        await hub.look()
        quiet = 0.0
        while True:
            message = await subscription.get_message(timeout=1.0)
            quiet = 0.0 if message else quiet + 1
            if message:
                key, epoch, seq = message["data"].decode().split()
                hub.heard(int(key), epoch, int(seq))
            elif quiet >= SILENCE:
                await subscription.ping()
                quiet = 0.0
