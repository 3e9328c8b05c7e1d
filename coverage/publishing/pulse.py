"""When beat was heard last, by the worker for publishing: both live if that was just now. In Redis only."""

import logging
from datetime import UTC, datetime

from django.conf import settings
from redis.exceptions import RedisError

from newsroom.editorial import clock, impatient

log = logging.getLogger(__name__)
KEY = "newsroom:pulse"
KEPT = 24 * 60 * 60  # seconds


def beat() -> None:
    """Says that it was heard now. Without Redis nobody asks, and nothing waits."""
    try:
        impatient.server(settings.REDIS_URL).set(KEY, clock.now().timestamp(), ex=KEPT)
    except RedisError as error:
        log.debug("the pulse was not kept: %s", error)


def last_beat() -> datetime | None:
    """When beat was heard; None: not for a day. Raises RedisError."""
    said = impatient.server(settings.REDIS_URL).get(KEY)
    return datetime.fromtimestamp(float(said), UTC) if said else None
