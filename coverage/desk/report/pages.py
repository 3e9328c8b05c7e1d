"""`/admin/coverage/event/<id>/report/`: four plots with their numbers, and each table as CSV. For editors."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from coverage.desk.beside import page_beside
from coverage.desk.fresh import ask_again
from coverage.desk.report import figures, shapes, tables
from coverage.desk.report.facts import Facts, facts_of
from coverage.models import Event
from newsroom.editorial.roles import is_editor

# The most people the drawing of who covered what names; the table has all of them.
MOST_PEOPLE = 12
LARGEST = 17  # pixels: the radius of the largest count's disc


@dataclass(frozen=True)
class Disc:
    """One person at one keynote. The disc's area is in proportion to the posts."""

    posts: int
    pictures: int
    radius: float


def urls(admin) -> list:
    """The page and its CSV, below an event's address in the admin."""
    site = admin.admin_site
    pages = [
        ("<int:event_id>/report/", report_page, "coverage_event_report"),
        ("<int:event_id>/report/<slug:name>.csv", table_file, "coverage_event_report_csv"),
    ]
    return [
        path(route, site.admin_view(require_safe(_for_editors(admin, view))), name=name)
        for route, view, name in pages
    ]


def _for_editors(admin, view):
    def page(request: HttpRequest, event_id: int, **keys: str) -> HttpResponse:
        if not is_editor(request.user):
            raise PermissionDenied("The report is for editors.")
        event = get_object_or_404(Event, pk=event_id)
        with timezone.override(event.zone):
            return view(admin, request, facts_of(event), **keys)

    return page


def report_page(admin, request: HttpRequest, facts: Facts) -> HttpResponse:
    context = {
        "title": f"Report: {facts.event}",
        "event": facts.event,
        **_time(facts),
        **_minutes(facts),
        **_coverage(facts),
        **_pictures(facts),
        "tables": {name.replace("-", "_"): table(facts) for name, table in _SHOWN.items()},
    }
    return page_beside(admin, request, "admin/coverage/event/report/page.html", context)


_SHOWN = {name: table for name, table in tables.TABLES.items() if name != "posts"}


def table_file(admin, request: HttpRequest, facts: Facts, name: str) -> HttpResponse:
    """The table of that name as a file, for whoever proved lately who she is: it names people and what each did."""
    if name not in tables.TABLES:
        raise Http404("There is no such table.")
    if asked := ask_again(request):
        return asked
    content = tables.as_csv(tables.TABLES[name](facts))
    file = f"{slugify(facts.event.slug)}-{name}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _time(facts: Facts) -> dict[str, Any]:
    found = figures.timeline(facts)
    untimed = [one for one in facts.keynotes if not (one.starts_at or one.actual_start)]
    return {
        "timeline": found,
        "days": shapes.days(found, facts.event.zone),
        "untimed": len(untimed),
        "elsewhere": {kind: found.elsewhere[kind] for kind in figures.KINDS},
        "sums": {
            "posts": len(facts.posts),
            "corrections": len(facts.corrections),
            "withdrawals": len(facts.withdrawals),
        },
    }


def _minutes(facts: Facts) -> dict[str, Any]:
    found = figures.waiting(facts)
    if not found.minutes:
        return {"waiting": found}
    return {
        "waiting": found,
        "histogram": shapes.histogram(found),
        "half": in_words(found.median),
        "nine_in_ten": in_words(found.ninetieth),
        "longest": found.posts[-1],
        "longest_wait": in_words(found.minutes[-1]),
    }


def in_words(minutes: float) -> str:
    """A length of time as one says it: under a minute, 4 minutes, 2 h 10 min."""
    if minutes < 1:
        return "under a minute"
    whole = round(minutes)
    if whole < 120:
        return shapes.counted(whole, "minute")
    return f"{whole // 60} h {whole % 60} min"


def _coverage(facts: Facts) -> dict[str, Any]:
    found = figures.covering(facts)
    named, others = found.people[:MOST_PEOPLE], found.people[MOST_PEOPLE:]
    groups = [[who] for who in named] + ([others] if others else [])
    names = [facts.people[who] for who in named] + ([f"{len(others)} others"] if others else [])
    most = max(found.posts.values(), default=1)
    return {
        "names": names,
        "covered": [(keynote, [_disc(found, who, keynote, most) for who in groups]) for keynote in found.keynotes],
        "totals": [tuple(map(sum, zip(*(found.totals[who] for who in group), strict=True))) for group in groups],
    }  # fmt: skip


def _disc(found: figures.Covering, people: list, keynote, most: int) -> Disc:
    pk = keynote.pk if keynote else None
    posts, pictures = (sum(of[who, pk] for who in people) for of in (found.posts, found.pictures))
    return Disc(posts, pictures, round(LARGEST * min(1, posts / most) ** 0.5, 1))


def _pictures(facts: Facts) -> dict[str, Any]:
    found = figures.credits(facts)
    totals: Counter = found.totals
    return {
        "credits": shapes.credit_rows(found),
        "more_credits": max(0, len(found.by_credit) - shapes.MOST_CREDITS),
        "shown_pictures": totals[figures.SHOWN],
        "apart": [
            (totals[name], name) for name in figures.STANDINGS if name != figures.SHOWN and totals[name]
        ],
    }
