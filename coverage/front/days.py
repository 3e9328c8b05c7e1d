"""A page's posts as one text, each day under its heading."""

import datetime
import zoneinfo
from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from coverage.record.querysets import Printed

HEADING = "l j F"  # the same words as `dayOf` in static/js/live.js


def day_by_day(posts: Iterable[Printed], zone: zoneinfo.ZoneInfo) -> SafeString:
    """The fragments in the order given, with a heading where another day of the zone begins; none without posts."""
    day, lines = None, []
    for post in posts:
        its = datetime.datetime.fromtimestamp(post.position / 1_000_000, zone).date()
        if its != day:
            lines.append(f'<h3 class="date">{date_format(its, HEADING)}</h3>')
        lines.append(post.fragment)
        day = its
    return mark_safe("\n".join(lines))  # noqa: S308 - fragments are finished HTML, made at release
