"""The posts as a table, `posts.csv`: one row a post, oldest first, for spreadsheets."""

import zoneinfo
from collections.abc import Iterable
from datetime import datetime

from coverage.front.links import absolute
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.paths import post_path
from coverage.record.titles import said_by, text_of
from newsroom.editorial.spreadsheets import csv_lines

COLUMNS = (
    "id", "time", "released", "changed", "keynote", "sponsor", "kind", "headline", "text", "byline", "speakers",
    "quoted", "credits", "corrections", "key event", "address",
)  # fmt: skip


def header() -> bytes:
    return csv_lines([COLUMNS])


def rows_of(head: EventHead, posts: Iterable[ReleasedPost]) -> bytes:
    """Expects speakers and pictures to be prefetched. Times in the event's zone; several values joined by `; `."""
    zone = zoneinfo.ZoneInfo(head.time_zone)
    return csv_lines(_row(head, post, zone) for post in posts)


def _row(head: EventHead, post: ReleasedPost, zone: zoneinfo.ZoneInfo) -> list[str]:
    times = [_local(at, zone) for at in (post.happened_at, post.released_at, post.changed_at)]
    return [
        post.public_id, *times, post.keynote_title, post.sponsor, post.kind, post.headline, text_of(post), post.byline,
        _several(one.name for one in post.speakers.all()),
        _several(map(said_by, post.quotes)),
        _several(picture.credit for picture in post.picture_rows.all()),
        _several(correction["note"] for correction in post.corrections),
        "yes" if post.key_event else "",
        absolute(post_path(head, post)),
    ]  # fmt: skip


def _several(values: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(values))


def _local(at: datetime | None, zone: zoneinfo.ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else ""
