"""The bell says that there is news, and holds nobody up, whatever Redis does."""

import socket
import threading
import time

import pytest
import redis
from django.db import transaction

from coverage.record.bell import CHANNEL, Bell
from coverage.record.models import EventHead
from tests import factories
from tests.own_redis import OwnRedis
from tests.processes import eventually, outcome, start

CLICK = 0.010  # seconds, the most a ring may add to a click


@pytest.fixture
def listener(settings):
    """On a Redis of its own: everything else that is tested at this moment rings too."""
    server = OwnRedis()
    server.start()
    settings.REDIS_URL = server.url
    client = redis.Redis.from_url(settings.REDIS_URL)
    subscription = client.pubsub(ignore_subscribe_messages=True)
    subscription.subscribe(CHANNEL)
    subscription.get_message(timeout=1)
    yield subscription
    subscription.close()
    client.close()
    server.close()


def heard(listener, seconds: float = 5) -> str | None:
    message = listener.get_message(timeout=seconds)
    return message and message["data"].decode()


@pytest.mark.django_db(transaction=True)
def test_a_release_rings_once_it_is_committed_and_says_the_key_and_the_number_alone(listener):
    event = factories.make_event(title="Secret title")
    while heard(listener, 0.3):
        pass

    factories.make_published(event, body="<p>canary</p>")

    head = EventHead.objects.get(desk_id=event.pk)
    assert heard(listener) == f"{head.pk} {head.epoch} {head.seq}"


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_does_not_ring(listener):
    event = factories.make_event()
    while heard(listener, 0.3):
        pass

    with transaction.atomic():
        factories.make_published(event)
        transaction.set_rollback(True)

    assert heard(listener, 0.3) is None


@pytest.mark.parametrize("server", ["refuses", "never answers"])
def test_a_ring_does_not_wait_for_redis(settings, server, caplog):
    with socket.create_server(("127.0.0.1", 0)) as dead:
        settings.REDIS_URL = f"redis://127.0.0.1:{dead.getsockname()[1]}/0"
        if server == "refuses":
            dead.close()
        bell = Bell()

        began = time.perf_counter()
        for seq in range(50):
            bell.ring(7, "abc123", seq)
        taken = time.perf_counter() - began
        bell.flush(5)

    assert bell.waiting == {}
    assert taken < 50 * CLICK
    assert sum("not heard" in line for line in caplog.messages) == 1


def test_the_newest_ring_of_an_event_stands_for_those_before(listener, monkeypatch):
    bell, gate = Bell(), threading.Event()
    send = bell._send
    monkeypatch.setattr(bell, "_send", lambda *a: gate.wait(5) and send(*a))

    for seq in range(1, 4):
        bell.ring(7, "abc123", seq)
    eventually(lambda: bell.waiting == {7: "7 abc123 3"})
    gate.set()
    bell.flush(5)

    said = [heard(listener), heard(listener, 0.3)]
    assert [line for line in said if line][-1] == "7 abc123 3"


def test_a_command_that_ends_at_once_has_rung(listener, settings):
    code = "from coverage.record.bell import bell; bell.ring(9, 'abc123', 4)"

    outcome(start(code, REDIS_URL=settings.REDIS_URL))

    assert heard(listener) == "9 abc123 4"


def test_a_forked_child_rings_with_a_thread_of_its_own(listener, settings):
    code = """
import os
from coverage.record import bell
bell.bell.ring(1, "abc123", 1); bell.bell.flush(5)
if os.fork() == 0:
    bell.bell.ring(2, "abc123", 2); bell.bell.flush(5); os._exit(0)
os.wait()
"""

    outcome(start(code, REDIS_URL=settings.REDIS_URL))

    assert [heard(listener), heard(listener)] == ["1 abc123 1", "2 abc123 2"]
