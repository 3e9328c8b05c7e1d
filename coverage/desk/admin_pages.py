"""What all pages of the desk share: version, audit, a refusal shown in the form, times in the event's zone."""

import uuid
import zoneinfo
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from coverage.desk.adding import AddsOnceAdmin, given_id
from coverage.desk.changes import changes_in, history_of, saved_changes
from coverage.desk.versioned import STALE, VersionedAdmin
from coverage.desk.versioned import audit_of as audit_of
from coverage.desk.versions import columns_of
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import EditorialError, Invalid, StaleState
from newsroom.editorial.local_time import LocalTimeField, LocalTimeInput
from newsroom.editorial.roles import is_editor

# One native field for date and time, typed in the page's zone; a phone brings its own picker.
NATIVE_TIMES = {
    models.DateTimeField: {
        "form_class": LocalTimeField,
        "widget": LocalTimeInput(),
    }
}


class DeskForm(forms.ModelForm):
    """A form that shows, in the place it belongs to, what a verb refused after the form itself found no fault."""

    refused: EditorialError | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if isinstance(self.refused, Invalid):
            for name, sentences in self.refused.errors.items():
                self.add_error(name if name in self.fields else None, sentences)
        elif isinstance(self.refused, StaleState):
            self.add_error(None, STALE)
        elif self.refused:
            self.add_error(None, self.refused.message)
        return cleaned


class DeskAdmin(VersionedAdmin, AddsOnceAdmin):
    """Nothing is deleted, every save is audited, and a save under an old version is refused with nothing lost."""

    form = DeskForm
    formfield_overrides = NATIVE_TIMES
    actions = None
    save_on_top = False
    empty_value_display = ""
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def zone_of(self, obj: Model | None) -> zoneinfo.ZoneInfo | None:
        """The zone in which this thing's times are shown and typed; None is UTC."""
        return None

    def log_addition(self, request, obj, message) -> None:
        """The audit says it (`save_related`)."""

    def log_change(self, request, obj, message) -> None:
        """The audit says it (`save_related`)."""

    def construct_change_message(self, request, form, formsets, add=False) -> list:
        return []

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        def view() -> HttpResponse:
            return self.shown(request, object_id, form_url, extra_context)

        with timezone.override(self.page_zone(request, object_id)):
            return self.add_once(request, object_id, view)

    def shown(self, request, object_id, form_url, extra_context) -> HttpResponse:
        """The form, or what comes of it; refused, the form again with what was typed and the sentence."""
        try:
            if refused := self.stale(request, object_id):
                raise refused
            response = super().changeform_view(request, object_id, form_url, extra_context)
        except EditorialError as refused:
            self.meet_refusal(request, object_id, refused)
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = refused.status
        return response.render() if isinstance(response, TemplateResponse) else response

    def page_zone(self, request: HttpRequest, object_id: str | None) -> zoneinfo.ZoneInfo:
        """The zone a form was shown in; a form that comes back is read in the zone it was shown in."""
        shown = request.POST.get("_zone", "")
        if shown in zoneinfo.available_timezones():
            return zoneinfo.ZoneInfo(shown)
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        return self.zone_of(obj) or zoneinfo.ZoneInfo("UTC")

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_form(self, request, obj=None, change=False, **kwargs) -> type[DeskForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refused = getattr(request, "refused", None)
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["zone_name"] = timezone.get_current_timezone_name()
        context["says_zone"] = _asks_for_times(context)
        if add:
            context.setdefault("new_id", given_id(request.POST.get("_id")) or uuid.uuid4())
        elif obj:
            standing = self.model._default_manager.filter(pk=obj.pk).first()
            context |= {"title": str(standing or obj), "subtitle": None}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change) -> None:
        if not change:
            self.take_receipt(request)
        form.before = columns_of(self.check_version(request, obj)) if change else None
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            self.fill_receipt(request, form.instance)
        before, after = saved_changes(form, formsets)
        if after:
            write_audit(
                "change" if change else "add",
                form.instance,
                by=request.user,
                before=before or None,
                after=after,
            )

    def tells_all(self, request: HttpRequest) -> bool:
        """Whether its history says notes and values, too: they name posts, guests and people its page does not."""
        return is_editor(request.user)

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        """The audit of one thing: who may see it learns who did what when, and the rest if `tells_all`."""
        obj = self.get_object(request, unquote(object_id))
        # In this order: who may see none of them is not told which there are.
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            raise Http404
        tells_all = self.tells_all(request)
        rows = history_of(obj, getattr(self, "rows", ()) if tells_all else ())[:500]
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {obj}",
            "object": obj,
            "opts": self.opts,
            "tells_all": tells_all,
            "audit": [(row, changes_in(row)) for row in rows],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


def _asks_for_times(context: dict) -> bool:
    rows = [formset.formset.empty_form for formset in context["inline_admin_formsets"]]
    forms_shown = [context["adminform"].form, *rows]
    return any(
        isinstance(field, forms.DateTimeField) for form in forms_shown for field in form.fields.values()
    )
