"""Keynotes and who appears in them: the run of show, with what is held back until it is announced."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html, format_html_join

from coverage.desk.admin_pages import NATIVE_TIMES, DeskForm
from coverage.desk.billing import billing_page, billing_url, set_aside
from coverage.desk.likely import likely_event
from coverage.desk.releasing import ReleasingAdmin
from coverage.desk.zones import EventSelect
from coverage.models import Appearance, Event, Keynote
from coverage.publishing import programme
from coverage.publishing.access import events_for
from coverage.publishing.covering import JOBS, may_cover
from coverage.publishing.reach import keynotes_for
from coverage.record.models import ReleasedAppearance
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor


class AppearanceRows(admin.StackedInline):
    model = Appearance
    formfield_overrides = NATIVE_TIMES
    fields = (
        ("speaker", "role", "by_video"),
        ("name", "job_title", "organisation_name"),
        ("organisation", "order", "as_billed"),
        ("held", "announce_at"),
    )
    autocomplete_fields = ("speaker", "organisation")
    readonly_fields = ("as_billed",)
    extra = 0
    verbose_name_plural = "Who appears, as billed that day"

    def get_queryset(self, request):
        known = ReleasedAppearance.objects.filter(desk_id=OuterRef("pk"))
        rows = super().get_queryset(request).annotate(is_known=Exists(known))
        return rows.select_related("speaker", "organisation", "keynote")

    @admin.display(description="Readers know it")
    def as_billed(self, appearance: Appearance) -> str:
        if not getattr(appearance, "is_known", False):
            return "not yet: change it freely"
        return format_html('<a href="{}">Wrong, or changed since?</a>', billing_url(appearance))


class KeynoteForm(DeskForm):
    class Meta:
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in (self.fields[job] for job in JOBS if job in self.fields):
            if self.instance.pk:
                field.queryset = may_cover(self.instance.event)
            field.label_from_instance = lambda person: person.desk_name()
            field.empty_label = "nobody yet"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        event = cleaned.get("event") or (self.instance.event if self.instance.pk else None)
        for job in JOBS:
            person = cleaned.get(job)
            if person and event and not may_cover(event).filter(pk=person.pk).exists():
                self.add_error(
                    job, f"{person.desk_name()} does not cover this event: say so on its page first."
                )
        return cleaned


class KeynoteAdmin(ReleasingAdmin):
    form = KeynoteForm
    inlines = (AppearanceRows,)
    rows = ("appearances",)
    list_display = ("title", "event", "order", "when", "format", "room", "reaches_readers")
    list_filter = (("event", admin.RelatedOnlyFieldListFilter), "format")
    list_select_related = ("event",)
    search_fields = ("title", "event__title")
    autocomplete_fields = ("sponsor",)
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("event", "title", "slug", ("format", "room", "order"), "summary")}),
        ("When", {"fields": (("starts_at", "ends_at"),)}),
        ("Who covers it", {"fields": (JOBS,)}),
        ("Sponsor and announcement", {"fields": ("sponsor", "held", "announce_at")}),
    )

    def event_of(self, obj: Keynote) -> Event:
        return obj.event

    def get_queryset(self, request: HttpRequest) -> QuerySet[Keynote]:
        return keynotes_for(request.user).order_by("event", "order", "starts_at", "id")

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        return ("event", "slug") if obj else ()

    def get_prepopulated_fields(self, request, obj=None) -> dict[str, Any]:
        return {} if obj else self.prepopulated_fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "event":
            kwargs |= {"queryset": events_for(request.user), "widget": EventSelect}
        if db_field.name in JOBS:
            people = User.objects.filter(is_active=True)
            kwargs |= {
                "queryset": people.order_by("first_name", "last_name", "username"),
                "widget": forms.Select,
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """People are made elsewhere: their selects offer no way to it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in JOBS:
            field.widget = field.widget.widget
        return field

    def page_zone(self, request, object_id) -> zoneinfo.ZoneInfo:
        event = None if object_id else likely_event(request)
        return event.zone if event else super().page_zone(request, object_id)

    def get_changeform_initial_data(self, request) -> dict[str, Any]:
        event = likely_event(request)
        if event is None:
            return super().get_changeform_initial_data(request)
        last = event.keynotes.aggregate(last=Max("order"))["last"]
        initial = {"event": event.pk, "order": (last or 0) + 1}
        return {**initial, **super().get_changeform_initial_data(request)}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj and is_editor(request.user):
            guests = Appearance.objects.filter(keynote=obj.pk, held=True)
            context["held_keynote"] = Keynote.objects.filter(pk=obj.pk, held=True).first()
            context["held_guests"] = guests
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self) -> list:
        return [
            path(
                "<int:keynote_id>/billing/<int:appearance_id>/",
                self.admin_site.admin_view(self.billing_view),
                name="coverage_keynote_billing",
            ),
            *super().get_urls(),
        ]

    def billing_view(self, request: HttpRequest, keynote_id: int, appearance_id: int) -> HttpResponse:
        rows = Appearance.objects.select_related("keynote__event", "speaker", "organisation")
        reached = keynotes_for(request.user).filter(pk=keynote_id)
        appearance = rows.filter(pk=appearance_id, keynote__in=reached).first()
        if appearance is None:
            raise Http404("Nobody is billed there, or it is not yours.")
        return billing_page(self, request, appearance)

    def save_formset(self, request, form, formset, change) -> None:
        request.aside = set_aside(formset) if change else []
        super().save_formset(request, form, formset, change)

    def respond(self, request: HttpRequest, obj: Keynote) -> HttpResponse:
        """What was typed over a billing readers know is asked about on a page of its own."""
        usual = super().respond(request, obj)
        aside = getattr(request, "aside", [])
        if not aside:
            return usual
        first, *others = [(billing_url(*one), one[0].name) for one in aside]
        links = format_html_join(", ", '<a href="{}">{}</a>', others)
        if others:
            messages.warning(request, format_html("Asked for next: {}.", links))
        messages.warning(request, "Not saved yet: was it wrong that day, or has it changed since?")
        return HttpResponseRedirect(first[0])

    def act(self, request: HttpRequest, obj: Keynote) -> None:
        """`_announce` names the keynote itself or one of its guests."""
        asked = request.POST.get("_announce", "")
        thing: Keynote | Appearance | None = None
        if asked == "keynote":
            thing = Keynote.objects.select_related("event").get(pk=obj.pk)
        elif asked.isdigit():
            thing = obj.appearances.select_related("keynote__event").filter(pk=asked).first()
        if thing is None:
            return
        done = programme.announce_held(thing, by=request.user)
        messages.success(request, f"{thing}: announced." if done else f"{thing}: it is announced already.")

    @admin.display(description="When", ordering="starts_at")
    def when(self, keynote: Keynote) -> str:
        if not keynote.starts_at:
            return "–"
        at = keynote.starts_at.astimezone(keynote.event.zone)
        return f"{at:%-d %b %H:%M} {at.tzname()}"

    @admin.display(description="Readers", ordering="held")
    def reaches_readers(self, keynote: Keynote) -> str:
        if not keynote.held:
            return "with the event"
        if not keynote.announce_at:
            return "held back"
        at = keynote.announce_at.astimezone(keynote.event.zone)
        return f"held until {at:%-d %b %H:%M} {at.tzname()}"
