"""Ctrl-C and SIGTERM: what was begun is undone, and what has to be done as a whole is."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[None]:
    """Raises KeyboardInterrupt within at the first of them; further ones do not disturb what then undoes things."""

    def stop(number: int, frame: FrameType | None) -> None:
        for one in SIGNALS:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    with _answered_by(stop):
        yield


@contextmanager
def to_the_end() -> Iterator[None]:
    """Nothing but SIGKILL stops what happens within: it takes a moment."""
    with _answered_by(signal.SIG_IGN):
        yield


@contextmanager
def _answered_by(handler) -> Iterator[None]:
    before = {one: signal.signal(one, handler) for one in SIGNALS}
    try:
        yield
    finally:
        for one, former in before.items():
            signal.signal(one, former)
