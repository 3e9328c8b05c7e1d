"""Readers' reports at the desk: the list, a page for each, and the buttons that deal with one."""

import zoneinfo
from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import Truncator
from django.views.decorators.http import require_POST

from coverage.desk.admin_pages import DeskAdmin, audit_of
from coverage.desk.beside import page_beside
from coverage.desk.post_verbs import wants_json
from coverage.models import ErrorReport
from coverage.models.error_report import ReportState
from coverage.publishing import error_reports
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import PostState

VERBS: dict[str, Callable[..., ErrorReport]] = {
    "handle": error_reports.handle,
    "dismiss": error_reports.dismiss,
    "reopen": error_reports.reopen,
}
LABELS = {"handle": "Handled", "dismiss": "Dismiss", "reopen": "Reopen"}
SAYS = {
    "handle": "Handled: it is off the desk.",
    "dismiss": "Dismissed: it is off the desk.",
    "reopen": "Reopened: it is on the desk again.",
}


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Note for colleagues",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept in the audit for good: leave out the reader’s name and address.",
    )


class ErrorReportAdmin(DeskAdmin):
    """To read and to deal with, never to change: what a reader wrote stays as it came."""

    list_display = ("excerpt", "about", "when", "state", "wants_an_answer")
    list_display_links = ("excerpt",)
    list_filter = ("state", ("event", admin.RelatedOnlyFieldListFilter))
    search_fields = ("text", "public_id", "post__headline")
    search_help_text = "The reader’s words, or the post’s headline or address"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErrorReport]:
        return error_reports.reports_for(request.user).select_related("event", "post", "handled_by")

    def zone_of(self, obj: ErrorReport | None) -> zoneinfo.ZoneInfo | None:
        return obj.event.zone if obj else None

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.verb_view)
        return [
            path("<int:pk>/verb/<slug:name>/", view, name="coverage_errorreport_verb"),
            *super().get_urls(),
        ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        """The report's own page, in place of a form."""
        report = self.get_object(request, unquote(object_id)) if object_id else None
        if report is None or not self.has_view_permission(request, report):
            return super().changeform_view(request, object_id, form_url, extra_context)
        return self.report_page(request, report, NoteForm())

    def report_page(
        self, request: HttpRequest, report: ErrorReport, form: NoteForm, *, status: int = 200
    ) -> HttpResponse:
        verbs = ("handle", "dismiss") if report.state == ReportState.NEW else ("reopen",)
        context = {
            "title": f"A reader’s report on “{Truncator(report.post).chars(60)}”",
            "report": report,
            "form": form,
            "verbs": [(name, LABELS[name]) for name in verbs] if is_editor(request.user) else [],
            "audit": audit_of(report)[:20],
            "correct": correct_url(report),
        }
        with timezone.override(report.event.zone):
            return page_beside(self, request, "admin/coverage/errorreport/page.html", context, status=status)

    @method_decorator(require_POST)
    def verb_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Does what was pressed; from the live desk it leads back there, or tells the script."""
        if name not in VERBS:
            raise Http404(f"There is no verb “{name}”.")
        if not self.has_view_permission(request):
            raise PermissionDenied("Readers’ reports are for editors.")
        report = get_object_or_404(self.get_queryset(request), pk=pk)
        form = NoteForm(request.POST)
        if not form.is_valid():
            return self.report_page(request, report, form, status=400)
        try:
            VERBS[name](report, by=request.user, note=form.cleaned_data["note"])
        except EditorialError as refused:
            return self.refuse(request, report, form, refused)
        if wants_json(request):
            return JsonResponse({"says": SAYS[name]})
        messages.success(request, SAYS[name])
        is_from_desk = request.POST.get("_back") == "desk"
        return HttpResponseRedirect(desk_url(report) if is_from_desk else report_url(report))

    def refuse(
        self, request: HttpRequest, report: ErrorReport, form: NoteForm, refused: EditorialError
    ) -> HttpResponse:
        """The sentence, on the report's page as it stands now or for the script; a note typed is still there."""
        if wants_json(request):
            return JsonResponse({"refused": [refused.message]}, status=refused.status)
        messages.error(request, refused.message)
        return self.report_page(request, report, form, status=refused.status)

    @admin.display(description="What is wrong", ordering="text")
    def excerpt(self, report: ErrorReport) -> str:
        return Truncator(report.text).chars(90)

    @admin.display(description="Post", ordering="event")
    def about(self, report: ErrorReport) -> str:
        return format_html('{} <span class="quiet">{}</span>', Truncator(report.post).chars(60), report.event)

    @admin.display(description="Wants an answer", ordering="email", empty_value="")
    def wants_an_answer(self, report: ErrorReport) -> str | None:
        return "yes" if report.email else None

    @admin.display(description="Received", ordering="at")
    def when(self, report: ErrorReport) -> str:
        """In its event's zone."""
        return f"{report.at.astimezone(report.event.zone):%-d %b %Y, %H:%M}"


def report_url(report: ErrorReport) -> str:
    return reverse("admin:coverage_errorreport_change", args=[report.pk])


def desk_url(report: ErrorReport) -> str:
    return reverse("admin:live_desk", args=[report.event.slug])


def correct_url(report: ErrorReport) -> str:
    """Where its post is corrected; "" if readers do not have it now."""
    if report.post.state != PostState.PUBLISHED:
        return ""
    return reverse("admin:coverage_post_verb", args=[report.post_id, "correct"])
