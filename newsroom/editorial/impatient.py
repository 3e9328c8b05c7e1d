"""Redis for what must never hold anybody up: one try, and no answer is waited for longer than a fifth of a second."""

import functools

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


@functools.cache
def server(url: str) -> redis.Redis:
    """The client of this process. redis-py's own defaults hold a caller for seconds when the server is gone."""
    return redis.Redis.from_url(
        url, socket_timeout=0.2, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0)
    )
