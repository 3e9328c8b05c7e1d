"""`/api/v1/events/`: what is covered, and the verbs that open and close coverage."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api.description import WRITING, VerbSchema, either, either_page, refusals
from coverage.api.door import Door, valid
from coverage.api.paging import OffsetQuery, page_of
from coverage.api.parsing import StrictSerializer
from coverage.api.programme_shapes import DeskEvent, with_heads
from coverage.api.record_shapes import PublicEvent
from coverage.publishing import programme
from coverage.publishing.access import events_for
from coverage.record.models import EventHead
from newsroom.editorial.people import User
from newsroom.editorial.states import EventState
from newsroom.editorial.workflow import EVENT_VERBS, EventVerb


class EventFilters(serializers.Serializer):
    state = serializers.ChoiceField(EventState.choices, required=False)


class EventListView(Door):
    """The latest first."""

    public = True

    @extend_schema(
        operation_id="events_list",
        parameters=[EventFilters, OffsetQuery],
        responses={
            (200, "application/json"): either_page(DeskEvent, PublicEvent),
            **refusals(400, 401),
        },
    )
    def get(self, request: Request) -> Response:
        filters = valid(EventFilters(data=request.query_params.dict()))
        if request.user.is_authenticated:
            events = (
                with_heads(events_for(request.user)).filter(**filters).order_by("-starts_at", "title", "pk")
            )
            return page_of(events, request, lambda event: DeskEvent(event).data)
        heads = EventHead.objects.listed().filter(**filters).order_by("-starts_at", "title", "pk")
        return page_of(heads, request, lambda head: PublicEvent(head).data)


class EventView(Door):
    """An event by its slug."""

    public = True

    @extend_schema(
        operation_id="events_get",
        responses={
            (200, "application/json"): either(DeskEvent, PublicEvent),
            **refusals(401, 404),
        },
    )
    def get(self, request: Request, event: str) -> Response:
        if request.user.is_authenticated:
            return Response(event_answer(request.user, event))
        head = EventHead.objects.public().filter(slug=event).first()
        if head is None:
            raise Http404
        return Response(PublicEvent(head).data)


def event_answer(person: User, slug: str) -> dict:
    """An event as the desk sees it. Raises Http404 if she does not work on it."""
    event = with_heads(events_for(person)).filter(slug=slug).first()
    if event is None:
        raise Http404
    return DeskEvent(event).data


class NoFields(StrictSerializer):
    """A verb of an event takes nothing."""


@extend_schema(responses={(200, "application/json"): DeskEvent, **refusals(*WRITING)})
class EventVerbView(Door):
    """A repeat finds the event where it led and is answered 409 `wrong_state`."""

    schema = VerbSchema()
    thing = "events"
    verb: EventVerb = EVENT_VERBS["announce"]  # each address has its own
    request_shape = NoFields

    def post(self, request: Request, event: str) -> Response:
        valid(NoFields(data=request.data))
        found = events_for(request.user).filter(slug=event).first()
        if found is None:
            raise Http404
        programme.change_event_state(self.verb.name, found, by=request.user)
        return Response(event_answer(request.user, event))
