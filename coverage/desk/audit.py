"""The audit at the desk: to read, to filter and to take along as CSV, never to change."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import path

from coverage.desk.changes import changes_in
from coverage.desk.fresh import ask_again
from coverage.desk.searched import SearchedAdmin
from coverage.models import Event
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_chief
from newsroom.editorial.spreadsheets import MARK, csv_lines

COLUMNS = ("at", "person", "verb", "kind", "thing", "id", "event", "from", "to", "note", "before", "after")
AT_ONCE = 500  # rows held in memory, and sent together
SYSTEM = "0"  # stands for nobody in the filter by person


class ByPerson(admin.SimpleListFilter):
    title, parameter_name, template = "person", "person", "admin/editorial/auditrow/select.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        people = User.objects.order_by("username")
        return [(SYSTEM, "the system"), *((str(one.pk), one.get_username()) for one in people)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRow]) -> QuerySet[AuditRow]:
        value = self.value()
        if not value or not value.isdigit():
            return queryset
        return queryset.filter(person_id=None if value == SYSTEM else int(value))


class ByColumn(admin.SimpleListFilter):
    """One of the values a column has; the index finds them without reading every row on PostgreSQL and SQLite."""

    template = "admin/editorial/auditrow/select.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        known = AuditRow.objects.order_by(self.parameter_name).values_list(self.parameter_name, flat=True)
        return [(value, self.called(value)) for value in known.distinct()]

    def called(self, value: str) -> str:
        return value

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRow]) -> QuerySet[AuditRow]:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class ByVerb(ByColumn):
    title, parameter_name = "verb", "verb"


class ByKind(ByColumn):
    title, parameter_name = "kind", "thing_type"

    def called(self, value: str) -> str:
        return value.rpartition(".")[2]


class ByEvent(admin.SimpleListFilter):
    """What was done to an event, its keynotes, its guests and its posts."""

    title, parameter_name, template = "event", "event", "admin/editorial/auditrow/select.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(str(event.pk), event.title) for event in Event.objects.order_by("-starts_at", "title")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRow]) -> QuerySet[AuditRow]:
        value = self.value() or ""
        return queryset.filter(event_id=int(value)) if value.isdigit() else queryset


class ByDay(admin.SimpleListFilter):
    """One day, in UTC; any other text is no day and changes nothing."""

    title, parameter_name, template = "day", "day", "admin/editorial/auditrow/day.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> tuple:
        return ()

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRow]) -> QuerySet[AuditRow]:
        try:
            midnight = datetime.combine(
                date.fromisoformat(self.value() or ""), datetime.min.time(), tzinfo=UTC
            )
        except ValueError:
            return queryset
        return queryset.filter(at__gte=midnight, at__lt=midnight + timedelta(days=1))

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield {"value": self.value() or ""}


class LongPaginator(Paginator):
    """Counts no further than a person would page: a count of everything reads everything."""

    most = 10_000

    @property
    def count(self) -> int:
        return self.object_list.order_by()[: self.most].count()


class AuditAdmin(SearchedAdmin):
    change_list_template = "admin/editorial/auditrow/change_list.html"
    list_display = ("when", "person", "verb", "kind", "thing_title", "states", "said")
    list_display_links = ("when",)
    list_filter = (ByPerson, ByVerb, ByKind, ByEvent, ByDay)
    search_fields = ("thing_title", "note", "thing_id")
    paginator = LongPaginator
    list_per_page = 100
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    empty_value_display = ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="editorial_auditrow_export"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        context = {"title": "Audit (times in UTC)", "may_export": is_chief(request.user)}
        return super().changelist_view(request, context | (extra_context or {}))

    def history_view(self, request, object_id, extra_context=None):
        """Django would lead back from a row that is not there before it asks who may see one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def export_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """The rows of the list as it is filtered, all of them, the latest first."""
        if not is_chief(request.user):
            raise PermissionDenied("Taking the audit along is for the chief editor.")
        if asked := ask_again(request):
            return asked
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters as wrong:
            raise BadRequest("There is no such filter.") from wrong
        return as_csv(request, rows, f"audit-{datetime.now(UTC):%Y-%m-%d-%H%M}.csv")

    @admin.display(description="When", ordering="id")
    def when(self, row: AuditRow) -> str:
        return f"{row.at:%-d %b %Y %H:%M:%S}"

    @admin.display(description="Who", ordering="person_name")
    def person(self, row: AuditRow) -> str:
        return row.person_name or "the system"

    @admin.display(description="Kind", ordering="thing_type")
    def kind(self, row: AuditRow) -> str:
        return row.thing_type.rpartition(".")[2]

    @admin.display(description="From → to")
    def states(self, row: AuditRow) -> str:
        return f"{row.from_state or '–'} → {row.to_state or '–'}" if row.from_state or row.to_state else ""

    @admin.display(description="Note and changes")
    def said(self, row: AuditRow) -> str:
        context = {"row": row, "changes": changes_in(row)}
        return render_to_string("admin/editorial/auditrow/said.html", context)


def as_csv(request: HttpRequest, rows: QuerySet[AuditRow], name: str) -> StreamingHttpResponse:
    """A file that opens in a spreadsheet with its accents and executes nothing there; never held in memory whole."""
    chunks = csv_chunks(rows)
    content = apart(chunks) if isinstance(request, ASGIRequest) else chunks
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def csv_chunks(rows: QuerySet[AuditRow]) -> Iterator[bytes]:
    """UTF-8 with the mark by which spreadsheets know it, a header, then five hundred rows at a time."""
    titles = dict(Event.objects.values_list("pk", "title"))
    yield MARK + csv_lines([COLUMNS])
    found = rows.order_by("-id").iterator(chunk_size=AT_ONCE)
    while batch := list(islice(found, AT_ONCE)):
        yield csv_lines(_cells(row, titles) for row in batch)


async def apart(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Reads the database on the request's own thread, between the pieces the server sends."""
    while chunk := await sync_to_async(next)(chunks, None):
        yield chunk


def _cells(row: AuditRow, titles: dict[int, str]) -> list[str]:
    said = [
        json.dumps(side, ensure_ascii=False) if side is not None else "" for side in (row.before, row.after)
    ]
    kind, event = row.thing_type.rpartition(".")[2], titles.get(row.event_id, "")
    who, states = row.person_name or "the system", (row.from_state, row.to_state)
    return [
        row.at.isoformat(), who, row.verb, kind, row.thing_title, row.thing_id, event, *states, row.note, *said
    ]  # fmt: skip
