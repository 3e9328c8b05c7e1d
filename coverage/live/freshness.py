"""Since when this process owes its readers something. Written by the hub in its loop, read by anybody."""

import time


class Freshness:
    """Times are those of `time.monotonic`, in seconds."""

    def __init__(self) -> None:
        self._owed: dict[str, float] = {}
        self._looked: float | None = None

    def looked(self) -> None:
        """At the record, and it answered."""
        self._looked = time.monotonic()

    def owes(self, slug: str) -> None:
        """The event's finished page is older than its record."""
        self._owed.setdefault(slug, time.monotonic())

    def paid(self, slug: str) -> None:
        self._owed.pop(slug, None)

    def forget(self) -> None:
        """All of it: this process serves no pages any more."""
        self._owed.clear()
        self._looked = None

    def unfinished(self, now: float) -> float:
        """Seconds since the oldest change that no finished page shows; 0: there is none."""
        return max((now - since for since in list(self._owed.values())), default=0.0)

    def unlooked(self, now: float) -> float | None:
        """Seconds since the last look; None: there was none, for this process serves no pages."""
        return None if self._looked is None else now - self._looked


freshness = Freshness()
