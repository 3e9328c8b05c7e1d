"""Ctrl-C, SIGTERM, a terminal that is gone: what was begun is undone, and what has to be done as a whole is."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """A signal asked to stop. `returncode` is what a shell says of a command that it ended."""

    def __init__(self, number: int):
        self.returncode = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Raises Stopped within at the first of them; further ones do not disturb what then undoes things."""

    def stop(number: int, frame: FrameType | None) -> None:
        for one in SIGNALS:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(number)

    with _answered_by(stop):
        yield


@contextmanager
def to_the_end() -> Iterator[None]:
    """Nothing but SIGKILL stops what happens within: it takes a moment."""
    with _answered_by(signal.SIG_IGN):
        yield


@contextmanager
def _answered_by(handler) -> Iterator[None]:
    """What is ignored already stays so: nohup asks for that."""
    before = {one: signal.getsignal(one) for one in SIGNALS}
    before = {one: former for one, former in before.items() if former not in (signal.SIG_IGN, None)}
    for one in before:
        signal.signal(one, handler)
    try:
        yield
    finally:
        for one, former in before.items():
            signal.signal(one, former)
