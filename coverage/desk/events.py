"""Events: what they are, who covers them, and the verbs that make them public."""

import zoneinfo
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html

from coverage.desk import run_of_show
from coverage.desk.admin_pages import DeskForm, audit_of
from coverage.desk.event_life import STEPS, step_page, steps_for
from coverage.desk.fresh import ask_again
from coverage.desk.phones import phones_page
from coverage.desk.releasing import ReleasingAdmin
from coverage.desk.report import pages as report_pages
from coverage.desk.wrap import pages as wrap_pages
from coverage.desk.wrap import sources as wrap_sources
from coverage.desk.zones import newest_zone
from coverage.front import embed
from coverage.models import Assignment, Event
from coverage.models.post import PostQuerySet
from coverage.publishing import programme
from coverage.publishing.access import events_for, may_publish
from coverage.publishing.checks import CHECKS, Level, level_of
from coverage.publishing.head import head_of
from coverage.publishing.life import loose_ends
from coverage.record.models import EventHead
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import EventState
from newsroom.editorial.workflow import EVENT_VERBS

SAYS = {
    "announce": "Announced: the event has its page, and the run of show is on it.",
    "open": "Open: readers follow it live.",
    "pause": "Paused.",
    "end": "Ended: pages stop asking for news.",
    "reopen": "Reopened: readers follow it live.",
}

POWERS = {"may_publish", "guest"}
POINTS = 8  # of the summary: more are none


def time_zones() -> list[tuple[str, str]]:
    """UTC and the zones named after places, for a select."""
    places = sorted(
        name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")
    )
    return [(name, name) for name in ["UTC", *places]]


def check_field(name: str) -> forms.ChoiceField:
    label = next(check.label for check in CHECKS if check.name == name)
    return forms.ChoiceField(label=label, choices=Level.choices, initial=Level.SOFT, required=False)


class EventForm(DeskForm):
    check_note = check_field("note")
    check_keynote = check_field("keynote")
    check_quotes = check_field("quotes")

    class Meta:
        help_texts = {
            "slug": "Its address on the site; it stays once the event is announced.",
            "time_zone": "Where it takes place: all times of it are typed and printed in this zone.",
        }
        widgets = {
            "standfirst": forms.Textarea(attrs={"rows": 3}),
            "summary": forms.Textarea(attrs={"rows": 4}),
            "time_zone": forms.Select(choices=time_zones()),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for check in CHECKS:
            if f"check_{check.name}" in self.fields:
                self.initial[f"check_{check.name}"] = level_of(self.instance, check)
        if "language" in self.fields:
            self._offer_languages()

    def _offer_languages(self) -> None:
        """Those of the newsroom, its own first, and what the event is in already; of one alone any may be typed."""
        own = settings.NEWSROOM_LANGUAGES
        if self.instance.pk is None:
            self.initial["language"] = own[0]
        if len(own) > 1:
            codes = dict.fromkeys([*own, self.initial["language"]])
            self.fields["language"].widget = forms.Select(choices=[(code, code) for code in codes])

    def clean_summary(self) -> str:
        points = [line.strip(" •–-\t") for line in self.cleaned_data["summary"].splitlines()]
        points = [point for point in points if point]
        if len(points) > POINTS:
            raise forms.ValidationError(f"At most {POINTS} points, one a line: these are {len(points)}.")
        return "\n".join(points)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        levels = {check.name: cleaned.get(f"check_{check.name}") or Level.SOFT for check in CHECKS}
        self.instance.checks = {name: level for name, level in levels.items() if level != Level.SOFT}
        return cleaned


class AssignmentRows(admin.TabularInline):
    model = Assignment
    fields = ("person", "may_publish", "guest")
    extra = 1
    verbose_name = "person"
    verbose_name_plural = "Who covers it"

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs["queryset"] = User.objects.filter(is_active=True).order_by(
            "first_name", "last_name", "username"
        )
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label_from_instance = lambda person: f"{person.desk_name()} ({person.get_username()})"
        return field


class EventAdmin(ReleasingAdmin):
    form = EventForm
    inlines = (AssignmentRows,)
    rows = ("assignments",)
    list_display = ("title", "state", "dates", "city", "waiting")
    search_fields = ("title", "city", "venue")
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", "standfirst", "summary")}),
        ("Where and when", {"fields": (("venue", "city", "country"), "time_zone", "starts_at", "ends_at")}),
        (
            "House rules",
            {"fields": ("organiser", "language", "default_credit", "second_reader", "review_target")},
        ),
        (
            "Before a post is published",
            {
                "fields": (("check_note", "check_keynote", "check_quotes"),),
                "description": "Credit and alternative text hold back a picture, never the words.",
            },
        ),
        ("Rehearsal", {"fields": ("rehearsal",)}),
    )

    def event_of(self, obj: Event) -> Event:
        return obj

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        state = EventHead.objects.filter(desk_id=OuterRef("pk")).values("state")
        return (
            events_for(request.user)
            .annotate(
                head_state=Subquery(state),
                with_desk=Count("posts", filter=PostQuerySet.with_the_desk("posts__"), distinct=True),
            )
            .order_by("-starts_at", "title")
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """In the zone of the event before it: a newsroom seldom moves."""
        return {"time_zone": newest_zone(request.user), **super().get_changeform_initial_data(request)}

    def get_prepopulated_fields(self, request, obj=None) -> dict[str, Any]:
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        """Its address, and whether it is in earnest, are settled when it is announced."""
        return ("slug", "rehearsal") if obj and head_of(obj).state != EventState.DRAFT else ()

    def get_urls(self) -> list:
        step = self.admin_site.admin_view(partial(step_page, self))
        life = path("<int:event_id>/life/<slug:name>/", step, name="coverage_event_life")
        shown = self.admin_site.admin_view(partial(phones_page, self))
        phones = path("<int:event_id>/phones/", shown, name="coverage_event_phones")
        return [
            life,
            phones,
            *run_of_show.urls(self),
            *report_pages.urls(self),
            *wrap_pages.urls(self),
            *super().get_urls(),
        ]

    def get_inlines(self, request, obj) -> tuple:
        return self.inlines if is_editor(request.user) else ()

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        """Who may publish, and who is a guest, is asked as on the person's own page."""
        if (
            request.method == "POST"
            and self._gives_power(request, object_id)
            and (asked := ask_again(request))
        ):
            return asked
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _gives_power(self, request: HttpRequest, object_id: str | None) -> bool:
        """Whether the form changes a row so, or gives one to another person that may publish; it saves nothing."""
        event = self.get_object(request, unquote(object_id)) if object_id else None
        formsets, _inlines = self._create_formsets(request, event or Event(), change=event is not None)
        forms = [form for formset in formsets for form in formset.forms]
        return any(
            POWERS & {*form.changed_data} or (form.has_changed() and form["may_publish"].value())
            for form in forms
        )

    def page_zone(self, request, object_id) -> zoneinfo.ZoneInfo:
        """Times are typed in the zone that is chosen in the same form."""
        chosen = request.POST.get("time_zone", "")
        if chosen in zoneinfo.available_timezones():
            return zoneinfo.ZoneInfo(chosen)
        return super().page_zone(request, object_id)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj:
            head = head_of(obj)
            context["head"] = head
            context["keynotes"] = obj.keynotes.annotate(speaker_count=Count("appearances"))
            context["event_buttons"] = [
                verb
                for verb in EVENT_VERBS.values()
                if head.state in verb.sources and is_editor(request.user)
            ]
            context["snippet"] = embed.snippet(head) if head.state != EventState.DRAFT else ""
            context["reports"] = is_editor(request.user)
            context["wraps"] = may_publish(request.user, obj)
            context["wrap_says"] = wrap_sources.says(obj) if context["wraps"] else ""
            context["steps"] = steps_for(request.user, obj, head.state)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def act(self, request: HttpRequest, obj: Event) -> HttpResponse | None:
        name = request.POST.get("_verb", "")
        if name in STEPS and not (name == "end" and not loose_ends(obj).any()):  # it asks something first
            return HttpResponseRedirect(reverse("admin:coverage_event_life", args=[obj.pk, name]))
        if name in EVENT_VERBS:
            says, level = use_event_verb(name, Event.objects.get(pk=obj.pk), by=request.user)
            messages.add_message(request, level, says)
        return None

    @admin.display(description="State", ordering="head_state")
    def state(self, event: Event) -> str:
        state = event.head_state or EventState.DRAFT
        return format_html('<span class="state state-{}">{}</span>', state, EventState(state).label)

    @admin.display(description="When", ordering="starts_at")
    def dates(self, event: Event) -> str:
        return (
            f"{event.starts_at.astimezone(event.zone):%-d %b %Y} ({event.time_zone})"
            if event.starts_at
            else "–"
        )

    @admin.display(description="With the desk", ordering="with_desk")
    def waiting(self, event: Event) -> str:
        url = f"{reverse('admin:coverage_post_changelist')}?queue=desk&event__id__exact={event.pk}"
        return format_html('<a href="{}">{}</a>', url, event.with_desk)


def use_event_verb(name: str, event: Event, *, by: User) -> tuple[str, int]:
    """Uses the verb once; answers the sentence and its level. A repeat by the same person is answered kindly."""
    try:
        programme.change_event_state(name, event, by=by)
    except EditorialError as refused:
        last = audit_of(event).exclude(verb="change").first()
        if last and last.verb == name and last.person_id == by.pk:
            return f"It is {EventState(head_of(event).state).label} already.", messages.INFO
        return refused.message, messages.ERROR
    return SAYS[name], messages.SUCCESS
