"""`/api/v1/field/`: all that a reporter's phone shows, in one answer that costs little while nothing changes."""

import hashlib
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api.description import refusals
from coverage.api.door import Door
from coverage.api.field_shapes import (
    FieldAnswer,
    FieldEvent,
    FieldFiling,
    FieldKeynote,
    FieldPerson,
    FieldSpeaker,
)
from coverage.api.programme_shapes import with_heads
from coverage.field import events, programme, wording
from coverage.models import Appearance, Assignment, Event, Keynote
from coverage.publishing import devices, guests, presses
from coverage.publishing.access import events_for
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor

MOST = 50

IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag of the last answer."
)


class FieldView(Door):
    @extend_schema(
        operation_id="field_get",
        parameters=[
            OpenApiParameter("event", str, description="The slug of an event of hers."),
            IF_NONE_MATCH,
        ],
        responses={
            (200, "application/json"): FieldAnswer,
            304: OpenApiResponse(description="Nothing has changed since."),
            **refusals(401, 404),
        },
    )
    def get(self, request: Request) -> Response:
        """All that a reporter's phone shows. Ask again every few seconds, with the ETag."""
        at, person = timezone.now(), request.user
        devices.seen(request.auth.pk, at=at)
        hers = events_of(person)
        event = _chosen(hers, request.query_params.get("event"), at)
        told = {"person": FieldPerson(person).data, "events": FieldEvent(hers, many=True).data}
        told |= programme_of(event, person, at) if event else {**NO_EVENT, **why_none(person)}
        etag = _etag(told, person, event)
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        told["filings"] = filings_of(person, event) if event else []
        return Response(told, headers={"ETag": etag})


def events_of(person: User) -> list[Event]:
    """Hers, the newest first, each with its `state` and whether she `may_publish`; one query."""
    found = with_heads(events_for(person)).order_by(F("starts_at").desc(nulls_last=True), "title", "pk")
    if not is_editor(person):
        trusted = Assignment.objects.standing().filter(person=person, event=OuterRef("pk"), may_publish=True)
        return list(found.annotate(may_publish=Exists(trusted))[:MOST])
    hers = list(found[:MOST])
    for event in hers:
        event.may_publish = True
    return hers


def _chosen(hers: list[Event], slug: str | None, at: datetime) -> Event | None:
    """The one asked for, else the nearest. Raises Http404 for one that is not hers."""
    if not slug:
        return events.nearest(hers, at=at)
    event = events.named(hers, slug)
    if event is None:
        raise Http404
    return event


def why_none(person: User) -> dict[str, str]:
    """For a guest who covers nothing any more: what became of her invitation, and what to do."""
    over = guests.over_everywhere(person)
    return {"over": guests.sentence_of(over)} if over else {}


NO_EVENT = {"event": None, "preselected": None, "keynotes": [], "speakers": []}


def programme_of(event: Event, person: User, at: datetime) -> dict[str, Any]:
    """The run of show of the day, what she may press in it, and everybody billed; three queries.

    The event is one of `events_of` hers.
    """
    keynotes = programme.run_of_show(event)
    on_now = {keynote.pk for keynote in programme.on_now(keynotes, at=at)}
    today = programme.of_the_day(keynotes, event, at=at)
    preselected = programme.preselected(keynotes, at=at)
    may = presses.offered(today, person, publishes=event.may_publish, state=event.state, at=at)
    context = {"at": at, "on_now": on_now, "may": may}
    return {
        "event": event.slug,
        "preselected": preselected.slug if preselected else None,
        "keynotes": FieldKeynote(today, many=True, context=context).data,
        "speakers": FieldSpeaker(_billed(keynotes), many=True).data,
    }


def _billed(keynotes: list[Keynote]) -> list[Appearance]:
    """Each speaker once, as billed first; by name."""
    billed: dict[int, Appearance] = {}
    for keynote in keynotes:
        for appearance in keynote.appearances.all():
            billed.setdefault(appearance.speaker_id, appearance)
    return sorted(billed.values(), key=lambda appearance: appearance.name.casefold())


def filings_of(person: User, event: Event) -> list[dict]:
    """The newest first; clock times in their words are the event's."""
    with timezone.override(event.zone):
        filings = wording.as_filings(wording.own_posts(person).filter(event=event)[:MOST])
    return FieldFiling(filings, many=True).data


def _etag(told: dict, person: User, event: Event | None) -> str:
    """Changes with anything that is told. Filings are not looked at but for when they last changed, and the day."""
    day = timezone.now().astimezone(event.zone).date() if event else ""
    stamp = wording.stamp_of(person, event) if event else ""
    whole = JSONRenderer().render(told) + f"{day} {stamp}".encode()
    return f'"{hashlib.sha256(whole).hexdigest()[:20]}"'
