"""A whole newsroom is broken at every named point and by faults, under a load; afterwards everything holds.

`FAULTS_SEED` chooses the faults and what the people do. The long run is `make soak`.
"""

import os
import random
import time
from collections.abc import Iterator

import pytest

from newsroom.editorial import crash
from tests.faults import invariants, ledger, whole
from tests.faults.breaking import Breaking
from tests.faults.history import History
from tests.faults.load import Load, Size, running
from tests.processes import eventually

pytestmark = [pytest.mark.any_database, pytest.mark.processes, pytest.mark.xdist_group("breaking")]

SEED = int(os.environ.get("FAULTS_SEED", "1"))
SIZE = Size(streams=12, requests=5, filings=1)
REACHED = 30  # seconds in which a story gets to each point
AROUND = 4  # seconds of work around a fault
# What is whole again within seconds.
QUICK = (
    "web killed",
    "publish worker killed",
    "pool child killed",
    "Redis killed",
    "PostgreSQL killed",
    "web stopped",
    "publish worker stopped",
    "lines cut",
    "Redis flushed",
)


@pytest.fixture(scope="module")
def newsroom() -> Iterator[whole.Whole]:
    with whole.running(alone=frozenset({"images", "beat"})) as newsroom:
        yield newsroom


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> Iterator[History]:
    history = History(tmp_path_factory.mktemp("history") / "history.jsonl")
    yield history
    history.close()


@pytest.fixture(scope="module")
def load(newsroom, history) -> Iterator[Load]:
    print(f"FAULTS_SEED={SEED}")
    with running(newsroom, history, SIZE, SEED) as load:
        yield load


@pytest.mark.parametrize("point", crash.POINTS)
def test_a_process_ends_there_and_everybody_goes_on(point, newsroom, load, history):
    asked_for, began = newsroom.crashes / point, time.time()

    asked_for.touch()
    load.do(load.one_story())

    assert eventually(lambda: not asked_for.exists(), REACHED), f"nothing gets to {point}"
    history.note("fault", what=point, began=began, ended=time.time())


@pytest.mark.parametrize("what", random.Random(SEED).sample(QUICK, 3))
def test_something_breaks_and_everybody_goes_on(what, newsroom, load, history):
    breaking = Breaking(newsroom, history, random.Random(SEED), load.lines)

    working = load.begin_work(AROUND)
    breaking.do(what)
    working.result()


def test_afterwards_everything_holds(newsroom, load, history):
    found = ledger.settled(newsroom, hurry=True)
    load.do(load.end(found["seq"]))

    assert invariants.broken(history.lines(), found, but=(invariants.in_time,)) == {}
