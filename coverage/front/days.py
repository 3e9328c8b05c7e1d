"""A page's posts as one text, each day under its heading."""

import datetime
import itertools
import zoneinfo
from collections.abc import Iterable, Iterator

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from coverage.record.querysets import Printed

HEADING = "l j F Y"  # the same words as `dayForm` in static/js/live.js


def day_by_day(posts: Iterable[Printed], zone: zoneinfo.ZoneInfo) -> SafeString:
    """The fragments in the order given, each day of the zone a feed under its heading; nothing without posts."""
    return mark_safe("\n".join(by_day(posts, zone)))  # noqa: S308 - fragments are finished HTML


def by_day(posts: Iterable[Printed], zone: zoneinfo.ZoneInfo) -> Iterator[str]:
    """The same piece by piece; the headings are in the language that is active when they are asked for."""
    for day, its in itertools.groupby(posts, key=lambda post: _day(post, zone)):
        yield _opening(day)
        for post in its:
            yield post.fragment
        yield "</div></section>"


def _day(post: Printed, zone: zoneinfo.ZoneInfo) -> datetime.date:
    return datetime.datetime.fromtimestamp(post.position / 1_000_000, zone).date()


def _opening(day: datetime.date) -> str:
    """`feedOf` in static/js/live.js makes the same."""
    return (
        f'<section class="of-day"><h3 class="date" id="day-{day}">{date_format(day, HEADING)}</h3>'
        f'<div role="feed" aria-labelledby="day-{day}">'
    )
