"""The run of show on one page: what is on, what is late, who covers it, and the presses that tell readers."""

import contextlib
import datetime
import itertools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone

from coverage.desk.beside import page_beside
from coverage.models import Event, Keynote
from coverage.publishing import presses, programme, running_order
from coverage.publishing.access import events_for, may_publish
from coverage.publishing.anchors import scheduled_with
from coverage.publishing.covering import JOBS, assign_cover, may_cover
from coverage.publishing.delays import LATE_BY, digest_of, planned_shift, shift
from coverage.publishing.head import head_of
from coverage.publishing.running_order import may_run
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import EventState

# What an editor does beside the presses.
ACTS: dict[str, Callable[..., Any]] = {
    "uncancel": running_order.uncancel_keynote,
    "announce": programme.announce_held,
}
SAYS = {
    "uncancel": "“{}” takes place again. Its posts have to be scheduled again by hand.",
    "announce": "“{}”: announced.",
}


def urls(admin) -> list:
    """The page and its two questions, below an event's address in the admin."""
    pages = [
        ("<int:event_id>/programme/", programme_page, "programme"),
        ("<int:event_id>/programme/<int:keynote_id>/late/", late_page, "late"),
        ("<int:event_id>/programme/<int:keynote_id>/cancel/", cancel_page, "cancel"),
    ]
    return [
        path(route, admin.admin_site.admin_view(_in_its_zone(admin, view)), name=f"coverage_event_{name}")
        for route, view, name in pages
    ]


def _in_its_zone(admin, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view an event the person covers, and renders its page in the event's zone."""

    def page(request: HttpRequest, event_id: int, **keys: int) -> HttpResponse:
        event = get_object_or_404(events_for(request.user), pk=event_id)
        with timezone.override(event.zone):
            return view(admin, request, event, **keys)

    return page


def programme_page(admin, request: HttpRequest, event: Event) -> HttpResponse:
    """GET shows the run of show; POST saves who covers what, then does what was pressed (`do`: "start:12")."""
    if request.method == "POST":
        return _act(request, event)
    now, keynotes = timezone.now(), list(_keynotes(event))
    publishes, state = may_publish(request.user, event), head_of(event).state
    offered = presses.offered(keynotes, request.user, publishes=publishes, state=state, at=now)
    for keynote in keynotes:
        _tell(keynote, now)
        keynote.may = offered[keynote.pk]
    context = {
        "days": [(day, list(of)) for day, of in itertools.groupby(keynotes, key=lambda one: one.day)],
        "seen": ",".join(str(keynote.pk) for keynote in keynotes),
        "people": [(person.pk, person.desk_name()) for person in may_cover(event)],
        "edits": is_editor(request.user),
        "is_draft": state == EventState.DRAFT,
        "late_by": LATE_BY,
        "now": now,
    }
    return _page(admin, request, event, "programme", f"Run of show: {event}", context)


def late_page(admin, request: HttpRequest, event: Event, keynote_id: int) -> HttpResponse:
    """GET shows old and new times; POST moves them, if they are still those that were shown."""
    keynote = get_object_or_404(event.keynotes.select_related("event"), pk=keynote_id)
    if not may_run(request.user, keynote):
        raise PermissionDenied("This is for whoever may publish at this event, and for the keynote’s writer.")
    typed = request.POST if request.method == "POST" else request.GET
    minutes, context = (
        _number(typed.get("minutes")),
        {"keynote": keynote, "minutes": typed.get("minutes", "")},
    )
    try:
        if request.method == "POST":
            moved = shift(keynote, minutes, by=request.user, seen=request.POST.get("seen", ""))
            messages.success(request, f"Moved by {minutes:+d} minutes: {_counted(moved, 'keynote')}.")
            return _back(event, keynote.pk)
        context |= _shown(keynote, minutes)
    except EditorialError as refused:
        context["sentence"], context["status"] = refused.message, refused.status
        if not isinstance(refused, Invalid):
            keynote.refresh_from_db()
            with contextlib.suppress(Invalid):  # there is nothing left to move, and the sentence stands
                context |= _shown(keynote, minutes)
    return _page(admin, request, event, "late", f"Late: {keynote}", context)


def _shown(keynote: Keynote, minutes: int) -> dict[str, Any]:
    """What would move, and the digest that comes back with the form. Raises Invalid."""
    shifts = planned_shift(keynote, minutes)
    return {"shifts": shifts, "seen": digest_of(shifts)}


def cancel_page(admin, request: HttpRequest, event: Event, keynote_id: int) -> HttpResponse:
    """GET lists the posts that would be unscheduled; POST cancels the keynote."""
    keynote = get_object_or_404(event.keynotes.select_related("event"), pk=keynote_id)
    if not is_editor(request.user):
        raise PermissionDenied("Cancelling is for an editor.")
    context: dict[str, Any] = {"keynote": keynote, "posts": scheduled_with(keynote)}
    if request.method == "POST":
        try:
            posts = running_order.cancel_keynote(keynote, by=request.user)
        except EditorialError as refused:
            context |= {"sentence": refused.message, "status": refused.status}
        else:
            messages.success(request, f"“{keynote}” is cancelled. Unscheduled: {_counted(posts, 'post')}.")
            return _back(event, keynote.pk)
    return _page(admin, request, event, "cancel", f"Cancel: {keynote}", context)


def _act(request: HttpRequest, event: Event) -> HttpResponse:
    name, _, which = request.POST.get("do", "").partition(":")
    try:
        saved = _save_cover(request, event)
        says = _do(request, event, name, which) or ("Saved." if saved else "")
    except EditorialError as refused:
        messages.error(request, refused.message)
    else:
        if says:
            messages.success(request, says)
    return _back(event, _number(which))


def _do(request: HttpRequest, event: Event, name: str, which: str) -> str:
    """Does what was pressed and answers what to say of it; nothing for a mere save."""
    if name in ("up", "down", "order"):
        return _reorder(request, event, name, which)
    is_press = name in presses.PRESSES and name != "late"
    if not is_press and name not in ACTS:
        return ""
    keynote = get_object_or_404(event.keynotes.select_related("event"), pk=_number(which))
    if is_press:
        done = presses.done_by(name, presses.press(name, keynote, by=request.user))
        return presses.sentence_of(done, keynote)
    ACTS[name](keynote, by=request.user)
    return SAYS[name].format(keynote)


def _reorder(request: HttpRequest, event: Event, name: str, which: str) -> str:
    seen = _numbers(request.POST.get("seen", ""))
    order = _numbers(request.POST.get("order", "")) if name == "order" else _moved(seen, _number(which), name)
    if running_order.reorder(event, order, by=request.user, seen=seen):
        return "Moved. Readers see the new order."
    return ""


def _moved(order: list[int], pk: int, way: str) -> list[int]:
    if pk not in order:
        raise Http404("There is no such keynote here.")
    place = order.index(pk)
    others = [one for one in order if one != pk]
    place = max(0, place - 1) if way == "up" else place + 1
    return [*others[:place], pk, *others[place:]]


def _save_cover(request: HttpRequest, event: Event) -> bool:
    """Saves whom the selects name differently from what was shown; True if there was anything."""
    saved = False
    for keynote in event.keynotes.all() if is_editor(request.user) else ():
        for job in JOBS:
            chosen, shown = (request.POST.get(f"{job}-{keynote.pk}{tail}") for tail in ("", "-was"))
            if chosen is not None and chosen != shown:
                person = User.objects.filter(pk=_number(chosen)).first()
                saved |= assign_cover(keynote, job, person, by=request.user, seen=_number(shown) or None)
    return saved


def _keynotes(event: Event):
    related = event.keynotes.select_related("event", "writer", "photographer")
    return related.prefetch_related("appearances").order_by(*running_order.IN_ORDER)


def _tell(keynote: Keynote, now: datetime.datetime) -> None:
    """What the page says of a keynote beyond its columns."""
    keynote.day = keynote.starts_at and keynote.starts_at.astimezone(keynote.event.zone).date()
    keynote.stands = keynote.standing(now)
    keynote.waits = keynote.stands in presses.WAITS
    keynote.late_minutes = (
        int((now - keynote.starts_at).total_seconds() // 60) if keynote.stands == "late" else 0
    )


def _page(admin, request: HttpRequest, event: Event, name: str, title: str, context: dict) -> HttpResponse:
    shared = {"event": event, "title": title, "zone_name": event.time_zone, **context}
    template = f"admin/coverage/event/{name}.html"
    return page_beside(admin, request, template, shared, status=context.get("status", 200))


def _back(event: Event, keynote_id: int) -> HttpResponse:
    address = reverse("admin:coverage_event_programme", args=[event.pk])
    return HttpResponseRedirect(f"{address}#keynote-{keynote_id}" if keynote_id else address)


def _counted(things: list, word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def _numbers(text: str) -> list[int]:
    return [_number(part) for part in text.split(",") if part]


def _number(text: str | None) -> int:
    """0 for what is none."""
    try:
        return int(text or "")
    except ValueError:
        return 0
