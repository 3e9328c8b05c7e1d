"""Moments on the wire, and the error of the phone's clock.

`Client-Time` says what the phone's clock shows while it sends. Under two seconds apart is the way the request took
and is left alone. Up to a day apart is a clock set wrongly (a wrong zone is at most 26 hours off, and seldom over
14): what it stamped is moved by the difference. Further apart nobody can say whether the clock or the header is
wrong, so a time stamped by it is refused with a sentence rather than printed.
"""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from newsroom.editorial import clock
from newsroom.editorial.errors import Invalid

HEADER = "Client-Time"
ON_THE_WAY = datetime.timedelta(seconds=2)
STILL_A_CLOCK = datetime.timedelta(hours=24)

CLIENT_TIME = OpenApiParameter(
    HEADER,
    OpenApiTypes.DATETIME,
    OpenApiParameter.HEADER,
    description="What the sender's clock shows while it sends, with an offset. If it differs from ours by more than "
    "two seconds and at most a day, the times stamped by that clock are corrected by the difference.",
)


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentField(serializers.Field):
    """A moment in ISO 8601 with an offset; in UTC once read. A time without an offset is refused."""

    default_error_messages = {
        "format": "Write the time in ISO 8601 with its offset, like 2024-03-20T09:15:00+01:00.",
        "naive": "Say in which zone: add the offset, like 2024-03-20T09:15:00+01:00, or Z for UTC.",
        "range": "No calendar reaches that far.",
    }

    def to_internal_value(self, data: Any) -> datetime.datetime:
        try:
            moment = parse_datetime(data) if isinstance(data, str) else None
        except ValueError:
            moment = None
        if moment is None:
            self.fail("format")
        if timezone.is_naive(moment):
            self.fail("naive")
        try:
            return moment.astimezone(datetime.UTC)
        except OverflowError:
            self.fail("range")

    def to_representation(self, value: datetime.datetime) -> str:
        return value.isoformat()


def clock_error(request: Request, now: datetime.datetime) -> datetime.timedelta | None:
    """How far our clock is ahead of the sender's; zero without the header, None if more than a day."""
    given = request.headers.get(HEADER)
    if given is None:
        return datetime.timedelta()
    try:
        ahead = now - MomentField().to_internal_value(given)
    except serializers.ValidationError as wrong:
        raise Invalid({HEADER: [str(sentence) for sentence in wrong.detail]}) from wrong
    if abs(ahead) <= ON_THE_WAY:
        return datetime.timedelta()
    return ahead if abs(ahead) <= STILL_A_CLOCK else None


def correct_clock(request: Request, data: dict, field: str) -> None:
    """Moves the moment in `data[field]`, if there is one, by the error of the sender's clock. Raises Invalid."""
    error = clock_error(request, clock.now())
    if data.get(field) is None:
        return
    if error is None:
        raise Invalid(
            {field: ["This device's clock is more than a day wrong. Set it, or send this without a time."]}
        )
    try:
        data[field] += error
    except OverflowError as far:
        raise Invalid({field: ["No calendar reaches that far."]}) from far
