"""The audit in the admin: to read and to filter, never to change."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from newsroom.editorial.models import AuditRow


@admin.register(AuditRow)
class AuditRowAdmin(admin.ModelAdmin):
    list_display = ("when", "person", "verb", "thing", "thing_title", "states", "note")
    list_display_links = ("when",)
    list_filter = ("verb", "thing_type", "person_name")
    search_fields = ("thing_title", "note", "person_name", "thing_id")
    date_hierarchy = "at"
    list_per_page = 100
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Audit (times in UTC)", **(extra_context or {})})

    @admin.display(description="When", ordering="at")
    def when(self, row: AuditRow) -> str:
        return f"{row.at:%-d %b %Y %H:%M:%S}"

    @admin.display(description="Who", ordering="person_name")
    def person(self, row: AuditRow) -> str:
        return row.person_name or "the system"

    @admin.display(description="Kind", ordering="thing_type")
    def thing(self, row: AuditRow) -> str:
        return row.thing_type.rpartition(".")[2]

    @admin.display(description="From → to")
    def states(self, row: AuditRow) -> str:
        return f"{row.from_state or '–'} → {row.to_state or '–'}" if row.from_state or row.to_state else ""
