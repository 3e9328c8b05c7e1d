"""What may come out is decided by the database's clock, not by that of the machine that asks."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from coverage.models import Post
from coverage.publishing import publication, schedule
from newsroom.editorial import clock
from newsroom.editorial.errors import Invalid
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, MINUTE = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_clock(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no clock of its own")


@pytest.fixture
def post() -> Post:
    """Scheduled for a minute from now, the end of its embargo."""
    editor, due = factories.make_editor(), timezone.now() + MINUTE
    post = factories.make_post(factories.make_event(), by=editor, embargo_until=due)
    return schedule.schedule(publication.post_by_id(post.pk), by=editor, publish_at=due)


@contextmanager
def a_machine(by: datetime.timedelta, *, tick: bool = True) -> Iterator[None]:
    """Whose clock is wrong by so much, with a connection of its own."""
    connection.close()
    with time_machine.travel(timezone.now() + by, tick=tick):
        yield
    connection.close()


def test_a_machine_ahead_releases_nothing_early(post):
    with a_machine(HOUR):
        assert schedule.due() == []
        assert schedule.release_due() == []
        with pytest.raises(Invalid, match="embargo"):
            publication.publish(publication.post_by_id(post.pk), by=None)


def test_a_machine_behind_releases_in_time(post):
    due = timezone.now() - MINUTE
    Post.objects.filter(pk=post.pk).update(publish_at=due, embargo_until=due)

    with a_machine(-HOUR):
        released = schedule.release_due()

    post.refresh_from_db()
    assert (len(released), post.release_problem) == (1, "")


def test_what_a_machine_ahead_publishes_has_the_right_time(post):
    other = factories.make_post(post.event)

    with a_machine(HOUR):
        publication.publish(publication.post_by_id(other.pk), by=None)

    other.refresh_from_db()
    assert abs(other.first_released_at - timezone.now()) < MINUTE


@pytest.mark.parametrize("wrong", [0.9, -0.9, 0.01, 0])
def test_no_error_is_too_small(post, wrong):
    began = timezone.now()
    with a_machine(datetime.timedelta(seconds=wrong), tick=False):
        said = clock.now()

    assert began <= said <= timezone.now()


def test_a_clock_that_is_right_is_left_alone(post):
    connection.close()

    clock.now()

    assert connection.clock_ahead == clock.NONE
