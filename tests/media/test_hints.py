import time
import uuid

import pytest
from celery import current_app

from media import hints
from media.models import Image


@pytest.fixture
def dead_broker():
    """Celery with a broker that is not there."""
    url, current_app.conf.broker_write_url = (
        current_app.conf.broker_write_url,
        "redis+socket:///nowhere/valkey.sock",
    )
    yield
    current_app.conf.broker_write_url = url


def test_dead_broker_neither_fails_nor_slows_an_upload(
    dead_broker, receive, django_capture_on_commit_callbacks, caplog
):
    started = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        image = receive()

    assert time.monotonic() - started < 0.5
    assert image.state == "received"
    assert f"media.make_renditions for {image.pk} was not sent" in caplog.text


def test_dead_broker_leaves_the_image_to_be_told_again(dead_broker, make, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image = make()

    image.refresh_from_db()
    assert (image.state, image.announced) == ("ready", False)


def test_live_broker_gets_ids_and_nothing_else(own_queues, make, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image = make()

    image.refresh_from_db()
    assert image.announced
    with current_app.connection_for_read() as connection:
        images, publish = connection.SimpleQueue("images"), connection.SimpleQueue("publish")
        made, told = images.get(timeout=5), [publish.get(timeout=5) for _ in ("first", "all")]
        for queue in (images, publish):
            with pytest.raises(queue.Empty):
                queue.get_nowait()
    assert (made.headers["task"], made.payload[0]) == ("media.make_renditions", [str(image.pk)])
    assert [(one.headers["task"], one.payload[0]) for one in told] == [
        ("publishing.pictures_ready", [str(image.pk)])
    ] * 2


def test_telling_stops_at_the_first_that_does_not_leave(dead_broker, make):
    one, two = make(), make(None, alt_text="Another")

    hints.tell([one.pk, two.pk, uuid.uuid4()])

    assert not Image.objects.filter(announced=True).exists()
