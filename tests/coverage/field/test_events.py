import datetime

import pytest

from coverage.field import events
from coverage.models import Event

NOON = datetime.datetime(2024, 3, 20, 12, tzinfo=datetime.UTC)


def event(slug: str, starts: int | None, ends: int | None = None) -> Event:
    """An event by days from noon."""
    days = [None if day is None else NOON + datetime.timedelta(days=day) for day in (starts, ends)]
    return Event(slug=slug, starts_at=days[0], ends_at=days[1])


ON, COMING, LATER = event("on", -1, 1), event("coming", 1, 2), event("later", 5, 6)
OVER, OLD, UNDATED = event("over", -3, -2), event("old", -9, -8), event("undated", None)


@pytest.mark.parametrize(
    ("among", "slug"),
    [
        ([LATER, UNDATED, OVER, ON, COMING], "on"),
        ([OVER, LATER, COMING, UNDATED], "coming"),
        ([OLD, UNDATED, OVER], "over"),
        ([UNDATED], "undated"),
    ],
)
def test_nearest(among, slug):
    assert events.nearest(among, at=NOON).slug == slug


def test_nearest_of_none():
    assert events.nearest([], at=NOON) is None
