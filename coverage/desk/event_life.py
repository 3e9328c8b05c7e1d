"""The verbs of an event that ask something first: pause, end, clear the rehearsal, the next edition."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from coverage.desk.admin_pages import audit_of
from coverage.desk.beside import page_beside
from coverage.models import Event
from coverage.publishing import life, programme
from coverage.publishing.access import events_for
from coverage.publishing.head import head_of
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import EventState


@dataclass(frozen=True)
class Step:
    """`asks`: the label, help and length of the one field it has; empty: it only wants a yes.

    `does` takes (event, person, text) and answers what to say and the event whose page comes next.
    """

    label: str
    says: str
    does: Callable[[Event, User, str], tuple[str, Event]]
    asks: tuple[str, str, int] | None = None
    required: bool = False


def _pause(event: Event, by: User, text: str) -> tuple[str, Event]:
    programme.change_event_state("pause", event, by=by, note=text)
    return "Paused. Readers see it, and what you told them.", event


def _end(event: Event, by: User, text: str) -> tuple[str, Event]:
    programme.change_event_state("end", event, by=by)
    return "Ended: pages stop asking for news.", event


def _clear(event: Event, by: User, text: str) -> tuple[str, Event]:
    count = life.clear_rehearsal(event, by=by)
    gone = "1 post is" if count == 1 else f"{count} posts are"
    return f"Cleared: {gone} gone, and the event is a draft again.", event


def _edition(event: Event, by: User, text: str) -> tuple[str, Event]:
    edition = life.new_edition(event, by=by, title=text)
    said = (
        "Made as a draft. Confirm what was copied: venue, zone, checks and who covers it; then set its dates."
    )
    return said, edition


STEPS = {
    "pause": Step(
        "Pause",
        "Readers see that coverage rests. Posts can still be published.",
        _pause,
        asks=(
            "For the readers",
            "When it goes on: “Back tomorrow at 09:00”. It stands under the title.",
            200,
        ),
    ),
    "end": Step("End", "Pages stop asking for news. It can be reopened.", _end),
    "clear": Step(
        "Clear the rehearsal",
        "All its posts and pages go, for good. Its run of show, people and settings stay, and so does the audit.",
        _clear,
    ),
    "edition": Step(
        "New edition",
        "A draft with this event’s settings, venue, checks and people. No posts, pictures or keynotes.",
        _edition,
        asks=("Its name", "“KubeCon Europe 2027”: its address is made from it.", 200),
        required=True,
    ),
}


class StepForm(forms.Form):
    def __init__(self, step: Step, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if step.asks:
            label, help_text, length = step.asks
            self.fields["text"] = forms.CharField(
                label=label, help_text=help_text, max_length=length, required=step.required
            )


def steps_for(person: User, event: Event, state: str) -> list[tuple[str, str]]:
    """Name and label of what asks first and could be done now."""
    if not is_editor(person):
        return []
    offered = {
        "clear": event.rehearsal and state != EventState.DRAFT,
        "edition": state != EventState.DRAFT and not event.rehearsal,
    }
    return [(name, STEPS[name].label) for name, wanted in offered.items() if wanted]


def step_page(admin, request: HttpRequest, event_id: int, name: str) -> HttpResponse:
    """GET shows what it means and what is left undone; POST does it, once."""
    event = get_object_or_404(events_for(request.user), pk=event_id)
    if name not in STEPS:
        raise Http404
    if not is_editor(request.user):
        raise PermissionDenied("This is for an editor.")
    with timezone.override(event.zone):
        if request.method != "POST":
            return _page(admin, request, event, name, StepForm(STEPS[name]))
        return _do(admin, request, event, name)


def _do(admin, request: HttpRequest, event: Event, name: str) -> HttpResponse:
    step = STEPS[name]
    form = StepForm(step, request.POST)
    if not form.is_valid():
        return _page(admin, request, event, name, form, status=400)
    try:
        said, next_event = step.does(event, request.user, form.cleaned_data.get("text", ""))
    except EditorialError as refused:
        if name == "edition" and (made := _made(event, form.cleaned_data["text"], request.user)):
            messages.info(request, "It is made already.")
            return _to(made)
        if _is_repeat(event, name, request.user):
            messages.info(request, f"It is {EventState(head_of(event).state).label} already.")
            return _to(event)
        sentences = refused.errors if isinstance(refused, Invalid) else {}
        for sentence in [one for found in sentences.values() for one in found] or [refused.message]:
            form.add_error("text" if step.asks else None, sentence)
        return _page(admin, request, event, name, form, status=refused.status)
    messages.success(request, said)
    return _to(next_event)


def _is_repeat(event: Event, name: str, person: User) -> bool:
    last = audit_of(event).exclude(verb="change").first()
    return bool(last and last.verb == name and last.person_id == person.pk)


def _made(event: Event, title: str, person: User) -> Event | None:
    """The next edition of that name which this person made before."""
    edition = event.next_editions.filter(title=title).first()
    hers = edition and audit_of(edition).filter(verb="add", person_id=person.pk).exists()
    return edition if hers else None


def _to(event: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:coverage_event_change", args=[event.pk]))


def _page(
    admin, request: HttpRequest, event: Event, name: str, form: StepForm, *, status: int = 200
) -> HttpResponse:
    step = STEPS[name]
    context = {
        "title": f"{step.label}: {event}",
        "event": event,
        "step": step,
        "form": form,
        "left": life.loose_ends(event) if name == "end" else None,
    }
    return page_beside(admin, request, "admin/coverage/event/step.html", context, status=status)
