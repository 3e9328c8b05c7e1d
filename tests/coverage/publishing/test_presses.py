"""Which presses run a keynote, whom they are offered to, and what one still means that arrives late."""

import datetime

import pytest
import time_machine

from coverage.models import Keynote
from coverage.publishing import presses, running_order
from coverage.publishing.delays import shift
from newsroom.editorial.errors import NotAllowed, WrongState
from newsroom.editorial.states import EventState
from tests import factories

pytestmark = pytest.mark.django_db
NINE = datetime.datetime(2026, 3, 20, 8, tzinfo=datetime.UTC)  # in Paris
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def event():
    return factories.make_event(time_zone="Europe/Paris")


@pytest.fixture
def editor():
    return factories.make_editor()


@pytest.fixture
def keynote(event) -> Keynote:
    return factories.make_keynote(event, title="Opening", starts_at=NINE, ends_at=NINE + HOUR)


def again(keynote: Keynote) -> Keynote:
    return Keynote.objects.select_related("event").get(pk=keynote.pk)


def offered(keynote: Keynote, person, **given) -> list[str]:
    values = {"publishes": True, "state": EventState.LIVE, "at": NINE, **given}
    return presses.offered([again(keynote)], person, **values)[keynote.pk]


def test_what_is_offered_follows_how_it_stands(keynote, editor):
    unplanned = factories.make_keynote(keynote.event)
    cancelled = factories.make_keynote(keynote.event)
    running_order.cancel_keynote(cancelled, by=editor)

    assert offered(unplanned, editor) == ["start"]
    assert offered(cancelled, editor) == []
    assert offered(keynote, editor) == offered(keynote, editor, at=NINE + HOUR) == ["start", "late"]
    presses.press("start", keynote, by=editor)
    assert offered(keynote, editor) == ["end", "late", "undo-start"]
    presses.press("end", keynote, by=editor)
    assert offered(keynote, editor) == ["undo-end"]


def test_what_is_offered_is_what_is_allowed(keynote, editor):
    writer, publisher, reporter = (factories.make_person() for _ in range(3))
    for person in (writer, publisher, reporter):
        factories.assign(person, keynote.event, may_publish=person == publisher)
    Keynote.objects.filter(pk=keynote.pk).update(writer=writer)

    for person, publishes in ((writer, False), (publisher, True), (reporter, False)):
        may = offered(keynote, person, publishes=publishes)
        assert bool(may) == running_order.may_run(person, again(keynote))
    assert offered(keynote, editor, state=EventState.DRAFT) == []
    for name in ("start", "end", "undo-start", "undo-end"):
        with pytest.raises(NotAllowed):
            presses.press(name, keynote, by=reporter)


@pytest.mark.parametrize(
    ("pressed", "counts"),
    [
        (-20 * MINUTE, True),
        (-6 * HOUR, True),
        (-6 * HOUR - MINUTE, False),
        (MINUTE, False),
        (datetime.timedelta(), True),
    ],
)
def test_a_late_press_counts_when_it_was_pressed_within_hours(pressed, counts, keynote, editor):
    presses.press("start", again(keynote), by=editor, pressed_at=NINE + pressed)

    assert again(keynote).actual_start == (NINE + pressed if counts else NINE)


def test_a_press_before_the_planned_day_counts_when_it_arrives(event, editor, clock):
    midnight = datetime.datetime(2026, 3, 20, 23, tzinfo=datetime.UTC)  # in Paris
    keynote = factories.make_keynote(event, starts_at=midnight + HOUR)
    clock.move_to(midnight + 2 * HOUR)

    assert presses.counts_at(again(keynote), midnight - MINUTE, now=midnight + 2 * HOUR) is None
    presses.press("start", again(keynote), by=editor, pressed_at=midnight)

    assert again(keynote).actual_start == midnight


def test_what_came_to_be_after_the_press_is_not_undone_or_ended_by_it(keynote, editor, clock):
    presses.press("start", keynote, by=editor)
    clock.shift(HOUR)

    for name in ("end", "undo-start"):
        with pytest.raises(WrongState, match="has begun only since 09:00, after this was pressed"):
            presses.press(name, keynote, by=editor, pressed_at=NINE - 2 * MINUTE)
    presses.press("end", keynote, by=editor, pressed_at=NINE - MINUTE)  # a clock may be that far off
    assert again(keynote).actual_end == NINE
    with pytest.raises(WrongState, match="is over only since 09:00"):
        presses.press("undo-end", keynote, by=editor, pressed_at=NINE - 2 * MINUTE)
    presses.press("undo-end", keynote, by=editor, pressed_at=NINE + MINUTE)
    assert again(keynote).actual_end is None


def test_what_is_over_or_cancelled_is_not_late(keynote, editor):
    later = factories.make_keynote(keynote.event, starts_at=NINE + HOUR)
    off = factories.make_keynote(keynote.event, starts_at=NINE + HOUR)
    running_order.cancel_keynote(off, by=editor)
    for name in ("start", "end"):
        presses.press(name, keynote, by=editor)

    for one, word in ((keynote, "over"), (off, "cancelled")):
        with pytest.raises(WrongState, match=f"is {word}: it cannot be late"):
            shift(one, 10, by=editor)
    assert again(later).starts_at == NINE + HOUR


def test_a_start_that_only_filed_its_marker_says_so(keynote, editor):
    writer = factories.make_person()
    factories.assign(writer, keynote.event)
    Keynote.objects.filter(pk=keynote.pk).update(writer=writer)

    filed = presses.press("start", again(keynote), by=writer)

    assert presses.sentence_of(presses.done_by("start", filed), keynote) == (
        "“Opening” has begun. The post that says so waits with the desk."
    )
    assert presses.done_by("undo-start", None) == "undo-start"
    assert presses.sentence_of("undo-start", keynote) == "Taken back: “Opening” has not begun."
