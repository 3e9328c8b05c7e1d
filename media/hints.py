"""Messages to Celery. Each is a hint: it is sent once, and what it announced is found by a sweep if it is lost."""

import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager
from itertools import takewhile
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu import Producer
from kombu.exceptions import KombuError
from kombu.pools import producers
from redis.exceptions import RedisError

from media.models import Image
from newsroom.editorial.crash import crash_at

log = logging.getLogger(__name__)

MAKE = "media.make_renditions"
READY = "publishing.pictures_ready"


def make_after_commit(image_id: UUID) -> None:
    """Once the transaction is committed a worker hears that the image's renditions are to be made."""

    def hint() -> None:
        crash_at("ingest.committed")
        send(MAKE, image_id, queue="images")

    transaction.on_commit(hint, robust=True)


def tell_after_commit(image_ids: Iterable[UUID]) -> None:
    """Once the transaction is committed the newsroom hears that these images are ready or print differently."""
    ids = list(image_ids)

    def hint() -> None:
        crash_at("renditions.committed")
        tell(ids)

    transaction.on_commit(hint, robust=True)


def tell(image_ids: Iterable[UUID]) -> None:
    """Says so now, and notes it on the rows of those whose message left; stops at the first that did not."""
    told = list(takewhile(lambda image_id: send(READY, image_id, queue="publish"), image_ids))
    Image.objects.filter(pk__in=told).update(announced=True)


def send(task: str, key: UUID | int, *, queue: str) -> bool:
    """Whether the broker took it. A dead or deaf broker costs half a second at most and a line in the log."""
    try:
        with _producer() as producer:
            current_app.send_task(
                task, args=[str(key)], queue=queue, producer=producer, retry=False, ignore_result=True
            )
    except (KombuError, RedisError, OSError) as error:
        log.warning("%s for %s was not sent (%s): the sweep will find it", task, key, error)
        return False
    return True


def _producer() -> AbstractContextManager[Producer]:
    """A kept connection that waits for no answer longer than half a second, unlike a worker's, which must."""
    patience = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 0}
    return producers[current_app.connection_for_write(transport_options=patience)].acquire(
        block=True, timeout=0.5
    )
