import datetime

import pytest

from coverage.field import programme
from tests import factories


def at(clock: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"2024-03-20T{clock}:00+00:00")


@pytest.fixture
def keynotes(event):
    factories.make_keynote(event, slug="welcome", starts_at=at("09:00"), ends_at=at("09:20"))
    factories.make_keynote(event, slug="panel", format="panel", starts_at=at("09:10"), ends_at=at("10:00"))
    factories.make_keynote(event, slug="coffee", format="break", starts_at=at("10:00"), ends_at=at("10:30"))
    factories.make_keynote(event, slug="open-end", starts_at=at("11:00"))
    factories.make_keynote(event, slug="last", starts_at=at("12:00"))
    factories.make_keynote(event, slug="unplanned")
    return programme.run_of_show(event)


@pytest.mark.parametrize(
    ("clock", "slug"),
    [
        ("08:59", None),
        ("09:00", "welcome"),
        ("09:15", "panel"),
        ("09:59", "panel"),
        ("10:15", None),
        ("10:45", None),
        ("11:59", "open-end"),
        ("12:00", "last"),
        ("13:59", "last"),
        ("14:00", None),
    ],
)
def test_preselected(keynotes, clock, slug):
    found = programme.preselected(keynotes, at=at(clock))

    assert (found.slug if found else None) == slug


def test_on_now_two_at_once_last_begun_first(keynotes):
    running = programme.on_now(keynotes, at=at("09:15"))

    assert [keynote.slug for keynote in running] == ["panel", "welcome"]


def test_what_somebody_said_counts_before_the_plan(keynotes):
    welcome, panel, *_ = keynotes
    welcome.actual_start, panel.cancelled_at = at("09:05"), at("08:00")

    def on(clock: str) -> list[str]:
        return [keynote.slug for keynote in programme.on_now(keynotes, at=at(clock))]

    assert [on("09:04"), on("09:15"), on("10:10")] == [[], ["welcome"], ["welcome", "coffee"]]
    assert on("11:30") == ["open-end"]  # nobody said that the welcome is over, but it must be
    welcome.actual_end = at("09:40")
    assert [on("09:30"), on("10:10")] == [[], ["coffee"]]


def test_of_the_day_in_the_zone_of_the_event(event):
    factories.make_keynote(
        event, slug="night", starts_at=datetime.datetime(2024, 3, 19, 23, 30, tzinfo=datetime.UTC)
    )
    factories.make_keynote(
        event, slug="next", starts_at=datetime.datetime(2024, 3, 21, 9, tzinfo=datetime.UTC)
    )

    today = programme.of_the_day(programme.run_of_show(event), event, at=at("12:00"))

    assert [keynote.slug for keynote in today] == ["night"]


def test_of_the_day_without_any_shows_all(event, keynotes):
    shown = programme.of_the_day(keynotes, event, at=at("12:00") + datetime.timedelta(days=30))

    assert len(shown) == 6
