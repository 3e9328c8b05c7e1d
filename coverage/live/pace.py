"""How often an open page asks, and whether it is offered the stream."""

from django.conf import settings

from coverage.record.models import EventHead
from newsroom.editorial.states import EventState


def next_poll_s(head: EventHead) -> int | None:
    """Seconds until the next question; None: coverage is over, stop asking."""
    match head.state:
        case EventState.LIVE:
            return settings.POLL_SECONDS
        case EventState.ENDED:
            return None
        case _:
            return max(10, settings.POLL_SECONDS)


def push(head: EventHead) -> bool:
    """Whether the stream is to be had: while coverage may go on, if this newsroom streams at all."""
    return settings.STREAMS > 0 and head.state != EventState.ENDED
