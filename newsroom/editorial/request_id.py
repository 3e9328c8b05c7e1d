"""The number of the request that is answered: in its log lines, its tasks, its answer and on the page of an error."""

from contextlib import AbstractContextManager

from structlog.contextvars import bound_contextvars, get_contextvars

NAME = "request_id"


def current() -> str:
    """Of this thread's or coroutine's request, or of the one that sent the task being done; "" if there is none."""
    return get_contextvars().get(NAME) or ""


def answering(number: str) -> AbstractContextManager[None]:
    """Within it `current` is this number."""
    return bound_contextvars(**{NAME: number})
