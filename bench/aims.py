"""A table of what was measured, a peer's figure beside ours, and whether the aim is met."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """What is promised of a figure, or of its ratio to the peer's."""

    limit: float
    is_least: bool = False
    of_ratio: bool = False

    def __str__(self) -> str:
        return f"{'ratio ' if self.of_ratio else ''}{'≥' if self.is_least else '≤'} {self.limit:g}"

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.is_least else value <= self.limit


def at_most(limit: float) -> Aim:
    return Aim(limit)


def ratio_at_least(limit: float) -> Aim:
    return Aim(limit, is_least=True, of_ratio=True)


def ratio_at_most(limit: float) -> Aim:
    return Aim(limit, of_ratio=True)


@dataclass(frozen=True)
class Row:
    """`ours` and `peer` in the unit that `what` names; None: it was not there to be measured."""

    what: str
    ours: float | None
    peer: float | None = None
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.ours is not None and self.peer else None

    @property
    def verdict(self) -> str:
        """met, missed, or why neither can be said; empty without an aim."""
        if self.aim is None:
            return ""
        value = self.ratio if self.aim.of_ratio else self.ours
        if value is None:
            return "not measured"
        return "met" if self.aim.is_met(value) else "missed"


def table(rows: Iterable[Row], *, peer: str) -> str:
    lines = [f"{'what':<46}{'ours':>11}{peer:>11}{'ratio':>8}  aim"]
    for row in rows:
        cells = f"{_cell(row.ours):>11}{_cell(row.peer):>11}{_cell(row.ratio, '.2f'):>8}"
        lines.append(f"{row.what:<46}{cells}  {row.aim or ''!s:<14}{row.verdict}".rstrip())
    return "\n".join(lines)


def _cell(value: float | None, shape: str = "") -> str:
    return "–" if value is None else format(value, shape or (".0f" if value >= 1000 else ".4g"))


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) * percent // 100, len(values) - 1)]


def median_of[Run](runs: Iterable[Run], figure: Callable[[Run], float | None]) -> float | None:
    """Over the runs that have this figure; None if none has."""
    found = [value for run in runs if (value := figure(run)) is not None]
    return statistics.median(found) if found else None
