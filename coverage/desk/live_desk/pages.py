"""`/admin/desk/` and `/admin/desk/<event>/`: the pages, the part that updates itself, hold and lift."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from coverage.desk import presence
from coverage.desk.live_desk import readers, standing
from coverage.desk.post_list import age_in_words
from coverage.desk.versioned import audit_of
from coverage.desk.wrap import sources as wrap_sources
from coverage.field import programme
from coverage.field.sheet import Sheet
from coverage.models import Alert, ErrorReport, Event
from coverage.models.post import PostQuerySet
from coverage.publishing import holding
from coverage.publishing.head import head_of
from coverage.record.models import EventHead
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import EventState, PostState

POLL_MS = 2000


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every event under way with its oldest filing, the longest waiting first."""
    _check(request)
    at = timezone.now()
    alerts = standing.alerts_of(None, at=at)
    reports = ErrorReport.objects.new().count()  # also those at events that are over, which have no line here
    context = {"title": "Live desks", "events": _under_way(at), "alerts": alerts, "reports": reports}
    return _page(request, "admin/desk/index.html", context)


def _under_way(at: datetime) -> list[Event]:
    waiting, scheduled = PostQuerySet.with_the_desk("posts__"), Q(posts__state=PostState.SCHEDULED)
    state = EventHead.objects.filter(desk_id=OuterRef("pk"))
    going = EventHead.objects.filter(state__in=[EventState.LIVE, EventState.PAUSED, EventState.PLANNED])
    events = Event.objects.filter(pk__in=going.values("desk_id")).annotate(
        oldest=Min("posts__submitted_at", filter=waiting),
        waiting=Count("posts", filter=waiting, distinct=True),
        scheduled=Count("posts", filter=scheduled, distinct=True),
        head_state=Subquery(state.values("state")),
        reports=Subquery(readers.counted(OuterRef("pk"))),
    )
    for event in (found := list(events)):
        event.state_label = EventState(event.head_state).label
        event.age = age_in_words(event.oldest, at) if event.oldest else ""
        event.late = bool(event.oldest) and (at - event.oldest).total_seconds() > event.review_target * 60
    last = at
    return sorted(found, key=lambda event: (event.head_state != EventState.LIVE, event.oldest or last))


@require_safe
def desk(request: HttpRequest, event: str) -> HttpResponse:
    return show_desk(request, event_of(request, event))


def show_desk(request: HttpRequest, event: Event, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page, its composer empty unless `more`, which goes to the template, has a sheet and its post's id."""
    present = _present(request, event)
    # Before the lists: what changes between the two is then asked for again.
    stamp = _stamp(request, event, present)
    with timezone.override(event.zone):
        context = {
            "title": event.title,
            "event": event,
            "head": head_of(event),
            "sheet": more.get("sheet") or Sheet(event, request.user),
            "post_id": more.get("post_id") or uuid.uuid4(),
            "now": _now(request, event, present),
            "stamp": stamp,
            "poll_ms": POLL_MS,
            "hold_reason": None,
            **more,
        }
        return _page(request, "admin/desk/live.html", context, status=status)


@require_safe
def now(request: HttpRequest, event: str) -> HttpResponse:
    """What updates itself; 304 while nothing has changed. Asked every two seconds by each open desk.

    With `away` nobody looks at it: then it is nobody's presence, and no alert counts as seen.
    """
    shown = event_of(request, event)
    present = _present(request, shown)
    etag = f'"{_stamp(request, shown, present)}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    return HttpResponse(
        _now(request, shown, present), headers={"ETag": etag, "Cache-Control": "private, no-cache"}
    )


def _is_away(request: HttpRequest) -> bool:
    return "away" in request.GET


def _present(request: HttpRequest, event: Event) -> list[presence.Here]:
    """Everybody at this event's desk and posts, this person included unless away; nobody without Redis."""
    if not _is_away(request):
        presence.here(request.user, reverse("admin:live_desk", args=[event.slug]), event=event)
    return presence.who_is_at(event)


def _stamp(request: HttpRequest, event: Event, present: list[presence.Here]) -> str:
    """Another one for whoever is away: she who comes back gets the lists anew, and has seen their alerts."""
    who = (request.user.pk, _is_away(request), sorted((one.person, one.page) for one in present))
    return standing.stamp_of(event, at=timezone.now(), who=repr(who))


def _now(request: HttpRequest, event: Event, present: list[presence.Here]) -> str:
    at = timezone.now()
    alerts = standing.alerts_of(event, at=at)
    if not _is_away(request):
        standing.see(alerts, at=at)
    with timezone.override(event.zone):
        keynotes = programme.run_of_show(event)
        context = {
            "event": event,
            "hold": _hold_of(event),
            "at": at,
            "parts": standing.parts_of(event, request.user, present, at=at),
            "people": standing.people_at(present),
            "readers": readers.readers_say(event, at=at),
            "pictures": standing.pictures_of(event)[: standing.MOST["pictures"]],
            "alerts": alerts,
            "wrap_says": wrap_sources.says(event),
            "on_now": programme.on_now(keynotes, at=at),
        }
        return render_to_string("admin/desk/now.html", context, request)


def _hold_of(event: Event) -> AuditRow | None:
    """Who holds everything, and why."""
    return audit_of(event).filter(verb="hold").first() if event.held_since else None


@require_POST
def hold(request: HttpRequest, event: str) -> HttpResponse:
    """Holds everything, with a reason, or lifts the hold. Refused, the reason typed is still there."""
    shown, reason = event_of(request, event), request.POST.get("reason", "")
    try:
        if "lift" in request.POST:
            holding.lift(shown, by=request.user)
            messages.success(request, "Lifted: the schedule runs again.")
        else:
            holding.hold(shown, by=request.user, reason=reason)
            messages.success(request, "Held: nothing comes out by schedule until it is lifted.")
    except EditorialError as refused:
        messages.error(request, refused.message)
        return show_desk(request, event_of(request, event), status=refused.status, hold_reason=reason.strip())
    return to_desk(shown)


@require_POST
def dismiss(request: HttpRequest, event: str, alert: int) -> HttpResponse:
    """Takes an alert off every desk; what it was about stays where it is."""
    shown = event_of(request, event)
    Alert.objects.open_at(shown).filter(pk=alert).update(dismissed_at=timezone.now())
    return to_desk(shown)


def _check(request: HttpRequest) -> None:
    if not is_editor(request.user):
        raise PermissionDenied("The live desk is for editors.")


def event_of(request: HttpRequest, slug: str) -> Event:
    """The event of a page, for an editor. Raises PermissionDenied, Http404."""
    _check(request)
    return get_object_or_404(Event, slug=slug)


def to_desk(event: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:live_desk", args=[event.slug]))


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    full = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, template, full, status=status).render()
