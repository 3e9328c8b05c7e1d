"""Who is at which page, with a real Valkey, and without one."""

import datetime
import socket
import time

import pytest
import time_machine

from coverage.desk import presence
from newsroom.editorial.people import User
from tests import factories

PAGE, OTHER = "/admin/coverage/post/1/change/", "/admin/coverage/post/2/change/"
NOON = datetime.datetime(2026, 3, 20, 12, tzinfo=datetime.UTC)


@pytest.fixture
def ada():
    return User(pk=1, username="ada", first_name="Ada")


@pytest.fixture
def ben():
    return User(pk=2, username="ben")


def at(seconds: int):
    return time_machine.travel(NOON + datetime.timedelta(seconds=seconds), tick=False)


def test_who_is_here_is_known_by_name_and_since_when(ada, ben):
    with at(0):
        assert presence.here(ada, PAGE) == []
    with at(20):
        presence.here(ada, PAGE)
        presence.here(ben, OTHER)

        (seen,) = presence.here(ben, PAGE)

        assert (seen.person, seen.name, seen.since) == (1, "Ada", NOON)
        assert [one.name for one in presence.who_is(PAGE)] == ["Ada", "ben"]


def test_who_sends_no_heartbeat_for_sixty_seconds_is_gone(ada):
    with at(0):
        presence.here(ada, PAGE)
    with at(59):
        assert len(presence.who_is(PAGE)) == 1
    with at(60):
        assert presence.who_is(PAGE) == []
    with at(70):
        presence.here(ada, PAGE)
        assert presence.who_is(PAGE)[0].since == NOON + datetime.timedelta(seconds=70)


def test_who_is_at_an_event_is_known_wherever_she_is(ada, ben):
    presence.here(ada, PAGE, event=7)
    presence.here(ada, OTHER, event=7)
    presence.here(ben, OTHER, event=8)

    assert [(one.name, one.page) for one in presence.who_is_at(7)] == [("Ada", PAGE), ("Ada", OTHER)]


def test_who_leaves_is_gone_at_once(ada):
    presence.here(ada, PAGE)

    presence.leave(ada, PAGE)

    assert presence.who_is(PAGE) == []


def test_without_redis_nobody_is_seen_and_nobody_waits(ada, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"

    assert (presence.here(ada, PAGE), presence.who_is(PAGE), presence.who_is_at(7)) == ([], [], [])


def test_a_redis_that_takes_calls_and_never_answers_costs_a_blink(ada, settings, tmp_path):
    address = f"{tmp_path}/deaf.sock"
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(address)
        deaf.listen()
        settings.REDIS_URL = f"unix://{address}"
        started = time.monotonic()

        assert presence.here(ada, PAGE) == []

        assert time.monotonic() - started < 1


@pytest.mark.django_db
def test_it_is_no_row_of_the_database(django_assert_num_queries):
    person = factories.make_editor()

    with django_assert_num_queries(0):
        presence.here(person, PAGE, event=7)
        presence.who_is(PAGE)
