"""Which event somebody means who begins something new."""

from urllib.parse import parse_qs

from django.http import HttpRequest

from coverage.models import Event
from coverage.publishing.access import events_for
from coverage.record.models import EventHead
from newsroom.editorial.states import EventState


def likely_event(request: HttpRequest) -> Event | None:
    """The event named in the form or the address, else the one that is live, else her only one."""
    events = events_for(request.user)
    named = _named(request)
    if named.isdigit():
        return events.filter(pk=named).first()
    live = EventHead.objects.filter(state=EventState.LIVE).values("desk_id")
    return events.filter(pk__in=live).first() or (events.first() if events.count() == 1 else None)


def _named(request: HttpRequest) -> str:
    """By the form, by the address, or by the list she came from, if it showed one event only."""
    filters = parse_qs(request.GET.get("_changelist_filters", ""))
    listed = filters.get("event__id__exact", [""])[0]
    return request.POST.get("event") or request.GET.get("event") or listed
