"""`POST /api/v1/events/<event>/keynotes/<keynote>/<press>/`: a keynote has begun, is over, is late; and taken back."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api.clock import CLIENT_TIME, correct_clock
from coverage.api.description import WRITING, PressSchema, refusals
from coverage.api.door import Door, valid
from coverage.api.filing import Answer
from coverage.api.keynote_shapes import (
    KeynoteConflict,
    KeynoteMarker,
    KeynotePress,
    KeynoteVerbAnswer,
    LatePress,
    LatePreview,
    MovedKeynote,
    preview_of,
)
from coverage.api.parsing import StrictSerializer
from coverage.api.problems import CONTENT_TYPE
from coverage.api.programme import desk_keynotes
from coverage.api.programme_shapes import DeskKeynote
from coverage.models import Keynote
from coverage.publishing import presses
from coverage.publishing.access import may_publish
from coverage.publishing.delays import check_can_be_late, planned_shift, shift
from coverage.publishing.head import head_of
from coverage.publishing.presses import PRESSES, Press
from coverage.publishing.reach import keynotes_for
from coverage.publishing.running_order import check_may_run
from newsroom.editorial.errors import StaleState
from newsroom.editorial.people import User
from newsroom.editorial.receipts import once, request_key

CONFLICT = OpenApiResponse(
    KeynoteConflict,
    description="`wrong_state`: the press does not start here, or what it speaks of came to be after it. "
    "`stale`: somebody moved these times meanwhile.",
)


PRESSED = extend_schema(
    parameters=[CLIENT_TIME],
    responses={
        (200, "application/json"): KeynoteVerbAnswer,
        **refusals(*WRITING),
        (409, CONTENT_TYPE): CONFLICT,
    },
)


class KeynoteVerbView(Door):
    """Does one press. A repeat (same person, keynote, press and body, with `pressed_at`) gets the first answer."""

    schema = PressSchema()
    thing = "keynotes"
    verb: Press = PRESSES["start"]  # each address has its own
    request_shape: type[StrictSerializer] = KeynotePress

    @PRESSED
    def post(self, request: Request, event: str, keynote: str) -> Response:
        takes = valid(self.request_shape(data=request.data))
        # As it was sent: the error of a clock is never measured twice the same.
        key = request_key(request.path, takes) if takes["pressed_at"] else None
        correct_clock(request, takes, "pressed_at")
        person = request.user
        work = self.work(person, keynote_in_reach(person, event, keynote), takes)
        status, answer = once(person, key, work) if key else self._at_once(work)
        return Response(answer, status=status)

    def work(self, person: User, keynote: Keynote, takes: dict[str, Any]) -> Callable[[], Answer]:
        def do() -> Answer:
            marker = presses.press(self.verb.name, keynote, by=person, pressed_at=takes["pressed_at"])
            return 200, answer_for(person, keynote, marker=marker and KeynoteMarker(marker).data)

        return do

    @staticmethod
    def _at_once(work: Callable[[], Answer]) -> Answer:
        """Without its time nothing says which of two equal presses is a repeat: both are done, or refused."""
        with transaction.atomic():
            return work()


class LateFilter(serializers.Serializer):
    minutes = serializers.IntegerField(default=0)


class LateView(KeynoteVerbView):
    """Moves planned times. Ask with GET first, show what it moves, and send what it answers as `seen`."""

    verb = PRESSES["late"]
    request_shape = LatePress

    @extend_schema(
        operation_id="keynotes_late_preview",
        summary="What it would move",
        description="What being so late would move, before it does.",
        parameters=[OpenApiParameter("minutes", int, required=True)],
        responses={
            (200, "application/json"): LatePreview,
            **refusals(400, 401, 403, 404),
            (409, CONTENT_TYPE): CONFLICT,
        },
    )
    def get(self, request: Request, event: str, keynote: str) -> Response:
        minutes = valid(LateFilter(data=request.query_params.dict()))["minutes"]
        row = keynote_in_reach(request.user, event, keynote)
        check_may_run(request.user, row)
        check_can_be_late(row)
        return Response(preview_of(planned_shift(row, minutes), minutes))

    @PRESSED
    def post(self, request: Request, event: str, keynote: str) -> Response:
        try:
            return super().post(request, event, keynote)
        except StaleState as stale:  # as it stands after the transaction is undone
            minutes = valid(self.request_shape(data=request.data))["minutes"]
            row = keynote_in_reach(request.user, event, keynote)
            stale.extra = {"current": preview_of(planned_shift(row, minutes), minutes)}
            raise

    def work(self, person: User, keynote: Keynote, takes: dict[str, Any]) -> Callable[[], Answer]:
        def do() -> Answer:
            shifts = shift(keynote, takes["minutes"], by=person, seen=takes["seen"])
            return 200, answer_for(person, keynote, moved=MovedKeynote(shifts, many=True).data)

        return do


def keynote_in_reach(person: User, event: str, keynote: str) -> Keynote:
    """Raises Http404 if its event is none of hers."""
    found = keynotes_for(person).filter(event__slug=event, slug=keynote).first()
    if found is None:
        raise Http404
    return found


def answer_for(person: User, keynote: Keynote, *, marker: dict | None = None, moved: list = ()) -> dict:
    """The keynote as it stands now, what she may press next, and what came of the press."""
    row = desk_keynotes(person).get(pk=keynote.pk)
    state, publishes = head_of(row.event).state, may_publish(person, row.event)
    may = presses.offered([row], person, publishes=publishes, state=state, at=timezone.now())[row.pk]
    return {**DeskKeynote(row).data, "may": may, "marker": marker, "moved": list(moved)}
