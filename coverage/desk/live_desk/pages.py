"""`/admin/desk/` and `/admin/desk/<event>/`: the pages, the part that updates itself, the composer, hold and lift."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from coverage.desk import presence
from coverage.desk.adding import given_id
from coverage.desk.live_desk import standing
from coverage.desk.post_list import age_in_words
from coverage.desk.post_verbs import wants_json
from coverage.field import programme
from coverage.field.sheet import Sheet, carry_out
from coverage.models import Alert, Event, Post
from coverage.models.post import PostQuerySet
from coverage.publishing import holding
from coverage.publishing.head import head_of
from coverage.record.models import EventHead
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import EventState, PostState

POLL_MS = 2000
COMPOSED = {
    "publish": "Published. Readers see it now.",
    "send": "Sent: it waits for a second reader.",
    "draft": "Kept as a draft.",
}


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """The live desk's addresses, below the admin's."""
    pages = [
        ("desk/", index, "live_desk_index"),
        ("desk/<slug:event>/", desk, "live_desk"),
        ("desk/<slug:event>/now/", now, "live_desk_now"),
        ("desk/<slug:event>/compose/", compose, "live_desk_compose"),
        ("desk/<slug:event>/hold/", hold, "live_desk_hold"),
        ("desk/<slug:event>/alerts/<int:alert>/", dismiss, "live_desk_dismiss"),
    ]
    return [path(route, site.admin_view(view), name=name) for route, view, name in pages]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every event under way with its oldest filing, the longest waiting first."""
    _check(request)
    at = timezone.now()
    alerts = standing.alerts_of(None, at=at)
    context = {"title": "Live desks", "events": _under_way(at), "alerts": alerts}
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
    )
    for event in (found := list(events)):
        event.state_label = EventState(event.head_state).label
        event.age = age_in_words(event.oldest, at) if event.oldest else ""
        event.late = bool(event.oldest) and (at - event.oldest).total_seconds() > event.review_target * 60
    last = at
    return sorted(found, key=lambda event: (event.head_state != EventState.LIVE, event.oldest or last))


@require_safe
def desk(request: HttpRequest, event: str) -> HttpResponse:
    shown = _event(request, event)
    return _desk(request, shown, Sheet(shown, request.user), uuid.uuid4())


def _desk(
    request: HttpRequest, event: Event, sheet: Sheet, post_id: uuid.UUID, *, status: int = 200
) -> HttpResponse:
    head, present = head_of(event), _present(request, event)
    with timezone.override(event.zone):
        context = {
            "title": event.title,
            "event": event,
            "head": head,
            "sheet": sheet,
            "post_id": post_id,
            "is_wrong": status >= 400,
            "now": _now(request, event, present),
            "stamp": _stamp(request, event, present),
            "poll_ms": POLL_MS,
        }
        return _page(request, "admin/desk/live.html", context, status=status)


@require_safe
def now(request: HttpRequest, event: str) -> HttpResponse:
    """What updates itself; 304 while nothing has changed. Asked every two seconds by each open desk."""
    shown = _event(request, event)
    present = _present(request, shown)
    etag = f'"{_stamp(request, shown, present)}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    return HttpResponse(
        _now(request, shown, present), headers={"ETag": etag, "Cache-Control": "private, no-cache"}
    )


def _present(request: HttpRequest, event: Event) -> list[presence.Here]:
    """Everybody at this event's desk and posts, this person included from now on; nobody without Redis."""
    presence.here(request.user, reverse("admin:live_desk", args=[event.slug]), event=event)
    return presence.who_is_at(event)


def _stamp(request: HttpRequest, event: Event, present: list[presence.Here]) -> str:
    seen = sorted((one.person, one.page) for one in present)
    return standing.stamp_of(event, at=timezone.now(), who=repr((request.user.pk, seen)))


def _now(request: HttpRequest, event: Event, present: list[presence.Here]) -> str:
    at = timezone.now()
    alerts = standing.alerts_of(event, at=at)
    standing.see(alerts, at=at)
    with timezone.override(event.zone):
        keynotes = programme.run_of_show(event)
        context = {
            "event": event,
            "at": at,
            "parts": standing.parts_of(event, request.user, present, at=at),
            "people": standing.people_at(present),
            "pictures": standing.pictures_of(event)[: standing.MOST["pictures"]],
            "alerts": alerts,
            "on_now": programme.on_now(keynotes, at=at),
        }
        return render_to_string("admin/desk/now.html", context, request)


@require_POST
def compose(request: HttpRequest, event: str) -> HttpResponse:
    """Publishes what was typed on the desk, at once; sent twice, it is one post. Refused, nothing typed is lost."""
    shown = _event(request, event)
    # Without an identity each sending makes a post of its own.
    post_id = given_id(request.POST.get("post_id")) or uuid.uuid4()
    action = request.POST.get("action", "publish")
    action = action if action in COMPOSED else "draft"
    if action == "publish" and shown.second_reader:
        action = "send"
    sheet = Sheet(shown, request.user, data=request.POST, files=request.FILES)
    if Post.objects.filter(pk=post_id, author=request.user).exists():
        return _composed(request, shown, "It was received before. Nothing was sent twice.")
    if not sheet.receive():
        return _refused(request, shown, sheet, post_id, status=400)
    try:
        carry_out(action, sheet, post_id, by=request.user, words_now=True)
    except IntegrityError:  # the same form arrived twice at once, and the other was first
        return _composed(request, shown, "It was received before. Nothing was sent twice.")
    except EditorialError as refused:
        sheet.refuse(refused)
        return _refused(request, shown, sheet, post_id, status=refused.status)
    return _composed(request, shown, COMPOSED[action])


def _composed(request: HttpRequest, event: Event, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"says": sentence, "form": _composer(request, event)})
    messages.success(request, sentence)
    return _to_desk(event)


def _composer(request: HttpRequest, event: Event) -> str:
    """An empty form with identities of its own, for the next post."""
    context = {"event": event, "sheet": Sheet(event, request.user), "post_id": uuid.uuid4()}
    with timezone.override(event.zone):
        return render_to_string("admin/desk/composer.html", context, request)


def _refused(
    request: HttpRequest, event: Event, sheet: Sheet, post_id: uuid.UUID, *, status: int
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"refused": [sentence for _, sentence in sheet.complaints]}, status=status)
    return _desk(request, event, sheet, post_id, status=status)


@require_POST
def hold(request: HttpRequest, event: str) -> HttpResponse:
    """Holds everything, with a reason, or lifts the hold."""
    shown = _event(request, event)
    try:
        if "lift" in request.POST:
            holding.lift(shown, by=request.user)
            messages.success(request, "Lifted: the schedule runs again.")
        else:
            holding.hold(shown, by=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, "Held: nothing comes out by schedule until it is lifted.")
    except EditorialError as refused:
        messages.error(request, refused.message)
    return _to_desk(shown)


@require_POST
def dismiss(request: HttpRequest, event: str, alert: int) -> HttpResponse:
    """Takes an alert off every desk; what it was about stays where it is."""
    shown = _event(request, event)
    Alert.objects.open_at(shown).filter(pk=alert).update(dismissed_at=timezone.now())
    return _to_desk(shown)


def _check(request: HttpRequest) -> None:
    if not is_editor(request.user):
        raise PermissionDenied("The live desk is for editors.")


def _event(request: HttpRequest, slug: str) -> Event:
    _check(request)
    return get_object_or_404(Event, slug=slug)


def _to_desk(event: Event) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:live_desk", args=[event.slug]))


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    full = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, template, full, status=status).render()
