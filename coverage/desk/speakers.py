"""Speakers and organisations. Names as billed are frozen in the appearances; here are today's."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from coverage.desk.admin_pages import DeskAdmin
from coverage.desk.one_person import lead_to, merging_page, pairs_for, who_is_now
from coverage.desk.respelling import respelling_page
from coverage.models import Event, Organisation, Speaker, SpeakerAlias
from coverage.publishing.head import lock_heads
from coverage.publishing.leading_on import lead_on, organisation_path
from coverage.publishing.programme import release_programme
from coverage.publishing.reach import appearances_for, speakers_for
from newsroom.editorial.errors import Invalid
from newsroom.editorial.roles import is_editor

BESIDES = (
    "Nothing is corrected or saved yet, for this form holds other changes: {}. Save them with the name as it was; "
    "then correct the name."
)


class NamedAdmin(DeskAdmin):
    """A name with an address made from it, which stays."""

    prepopulated_fields = {"slug": ("name",)}

    def get_prepopulated_fields(self, request, obj=None) -> dict[str, Any]:
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        return ("slug",) if obj else ()


class AliasRows(admin.TabularInline):
    model = SpeakerAlias
    fields = ("name",)
    extra = 0
    verbose_name = "alias"
    verbose_name_plural = "Other names: found by the desk, never shown to readers"


class SpeakerAdmin(NamedAdmin):
    inlines = (AliasRows,)
    rows = ("aliases",)
    list_display = ("name", "job_title", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("name", "aliases__name", "organisation__name")
    autocomplete_fields = ("organisation",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "slug", "job_title", "organisation"),
                "description": "As of today: for what comes. What was billed, and what is published, stays.",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        return speakers_for(request.user).order_by("name")

    def get_urls(self) -> list:
        return [
            path(f"<int:speaker_id>/{name}/", self._view(page), name=f"coverage_speaker_{name}")
            for name, page in (("respelling", respelling_page), ("merging", merging_page))
        ] + super().get_urls()

    def _view(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, speaker_id: int) -> HttpResponse:
            speaker = self.get_queryset(request).filter(pk=speaker_id).first()
            if speaker is None and is_editor(request.user) and (stays := who_is_now(speaker_id)):
                return lead_to(request, stays)
            if speaker is None:
                raise Http404
            return page(self, request, speaker)

        return self.admin_site.admin_view(view)

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        return super().changelist_view(request, {"pairs": pairs_for(request), **(extra_context or {})})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        """What was typed as the right spelling goes to the page that corrects it; nothing is saved.

        Whatever else was typed stays in the form, and says so.
        """
        if object_id and request.method == "POST" and "_wrong" in request.POST:
            if besides := self._typed_besides(request, object_id):
                request.refused = Invalid({"": [BESIDES.format(", ".join(besides))]})
                response = super().changeform_view(request, object_id, form_url, extra_context)
                response.status_code = max(response.status_code, request.refused.status)
                return response
            address = reverse("admin:coverage_speaker_respelling", args=[unquote(object_id)])
            return HttpResponseRedirect(f"{address}?{urlencode({'new': request.POST.get('name', '')})}")
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _typed_besides(self, request: HttpRequest, object_id: str) -> list[str]:
        """What else than the name differs from what stands, in the form's words."""
        speaker = self.get_object(request, unquote(object_id))
        if speaker is None or not self.has_change_permission(request, speaker):
            return []
        form = self.get_form(request, speaker, change=True)(request.POST, instance=speaker)
        besides = [form.fields[name].label for name in form.changed_data if name != "name"]
        formsets, _ = self._create_formsets(request, speaker, change=True)
        return besides + ["other names" for formset in formsets if formset.has_changed()]

    def save_related(self, request, form, formsets, change) -> None:
        """A name given up remains as an alias."""
        super().save_related(request, form, formsets, change)
        if change and "name" in form.changed_data:
            SpeakerAlias.objects.get_or_create(speaker=form.instance, name=form.before["name"])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj:
            shown = appearances_for(request.user).filter(speaker=obj.pk)
            context["billed"] = shown.select_related("keynote__event").order_by(
                "-keynote__event", "keynote__order"
            )
            context["may_correct"] = is_editor(request.user)
        return super().render_change_form(request, context, add, change, form_url, obj)


class OrganisationAdmin(NamedAdmin):
    fields = ("name", "slug", "url")
    list_display = ("name", "url")
    search_fields = ("name",)

    def save_model(self, request, obj, form, change) -> None:
        """The heads are locked before the row, as in every verb."""
        if change:
            lock_heads(_events_printing(obj))
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        """A sponsor's name is printed wherever its keynote is: those events are released again."""
        super().save_related(request, form, formsets, change)
        if "slug" in form.changed_data and change:
            lead_on(*(organisation_path(slug) for slug in (form.initial["slug"], form.instance.slug)))
        if change and form.changed_data:
            for event in _events_printing(form.instance):
                release_programme(event)


def _events_printing(organisation: Organisation) -> QuerySet[Event]:
    printing = Q(keynotes__sponsor=organisation) | Q(keynotes__appearances__organisation=organisation)
    return Event.objects.filter(printing).distinct().order_by("pk")
