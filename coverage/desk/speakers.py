"""Speakers and organisations. Names as billed are frozen in the appearances; here are today's."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from coverage.desk.admin_pages import DeskAdmin
from coverage.models import Event, Organisation, Speaker
from coverage.publishing.programme import release_programme
from coverage.publishing.reach import speakers_for


class NamedAdmin(DeskAdmin):
    """A name with an address made from it, which stays."""

    prepopulated_fields = {"slug": ("name",)}

    def get_prepopulated_fields(self, request, obj=None) -> dict[str, Any]:
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        return ("slug",) if obj else ()


class SpeakerAdmin(NamedAdmin):
    fields = ("name", "slug", "job_title", "organisation")
    list_display = ("name", "job_title", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    autocomplete_fields = ("organisation",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        return speakers_for(request.user).order_by("name")


class OrganisationAdmin(NamedAdmin):
    fields = ("name", "slug", "url")
    list_display = ("name", "url")
    search_fields = ("name",)

    def save_related(self, request, form, formsets, change) -> None:
        """A sponsor's name is printed wherever its keynote is: those events are released again."""
        super().save_related(request, form, formsets, change)
        if change and form.changed_data:
            for event in _events_printing(form.instance):
                release_programme(event)


def _events_printing(organisation: Organisation) -> QuerySet[Event]:
    sponsored = Q(keynotes__sponsor=organisation)
    return Event.objects.filter(sponsored | Q(keynotes__appearances__organisation=organisation)).distinct()
