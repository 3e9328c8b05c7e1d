"""A process knows since when it owes its readers a finished page, and when it looked at the record last."""

import time

import pytest
from django.db import DatabaseError

from coverage.live import looking
from coverage.live.freshness import Freshness, freshness
from tests.coverage.live.asking import do, served, until
from tests.coverage.live.test_branch import ring

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/events/summit/"


def test_the_oldest_debt_counts_and_a_repeated_one_is_no_newer():
    owed = Freshness()
    assert owed.unfinished(time.monotonic()) == 0

    owed.owes("summit")
    owed.owes("other")
    first = owed.unfinished(1e9)
    owed.owes("summit")

    assert owed.unfinished(1e9) == first > 0
    owed.paid("summit")
    assert 0 < owed.unfinished(1e9) <= first
    owed.paid("other")
    assert owed.unfinished(1e9) == 0


def test_a_page_that_cannot_be_built_is_owed_until_it_is(event, release, monkeypatch):
    def unfinished() -> float:
        return freshness.unfinished(time.monotonic())

    def broken(key):
        raise DatabaseError("away")

    async def scene(server):
        await server.ask(PAGE)
        assert unfinished() == 0
        with monkeypatch.context() as patch:
            patch.setattr(looking, "first_page", broken)
            await do(release, event, "<p>News.</p>", minute=9)
            ring(server, event)
            await until(lambda: unfinished() > 0)
        await server.hub.look()
        await until(lambda: unfinished() == 0)
        assert b"News." in (await server.ask(PAGE)).body

    served(scene)


def test_the_last_look_is_that_which_the_record_answered(event, monkeypatch):
    async def scene(server):
        await server.ask(PAGE)
        await server.hub.look()
        looked = freshness.unlooked(1e9)
        monkeypatch.setattr(looking, "heads", None)
        with pytest.raises(TypeError):
            await server.hub.look()
        assert freshness.unlooked(1e9) == looked > 0

    served(scene)

    assert freshness.unlooked(1e9) is None
