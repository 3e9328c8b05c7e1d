"""What readers say is wrong, on the live desk: the latest reports that nobody has dealt with."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet

from coverage.desk.error_reports import correct_url, report_url
from coverage.desk.post_list import age_in_words
from coverage.field import wording
from coverage.models import ErrorReport, Event

MOST = 10  # reports shown; the list has the rest


@dataclass(frozen=True)
class Said:
    """One report. `title` is its post's; `correct`: where that is corrected, "" if readers do not have it now."""

    report: ErrorReport
    title: str
    age: str
    page: str
    correct: str

    @property
    def key(self) -> str:
        return f"report-{self.report.pk}"

    @property
    def stamp(self) -> str:
        """Changes with all its row shows but the age: the words of a report never do."""
        return hashlib.sha256(repr((self.title, self.correct)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Readers:
    """The latest first, and how many there are in all."""

    rows: list[Said]
    count: int


def readers_say(event: Event, *, at: datetime) -> Readers:
    """Three queries, four if there may be more than are shown."""
    reports = ErrorReport.objects.new().filter(event=event)
    shown = reports.select_related("post").prefetch_related("post__quotes", "post__post_images")
    rows = [_said(report, at) for report in shown[:MOST]]
    return Readers(rows, len(rows) if len(rows) < MOST else reports.count())


def counted(event: OuterRef) -> QuerySet:
    """A subquery: how many an event has; no row for none."""
    new = ErrorReport.objects.new().filter(event=event).order_by()
    return new.values("event").annotate(count=Count("pk")).values("count")


def _said(report: ErrorReport, at: datetime) -> Said:
    return Said(
        report=report,
        title=wording.title(report.post),
        age=age_in_words(report.at, at),
        page=report_url(report),
        correct=correct_url(report),
    )
