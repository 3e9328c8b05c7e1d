"""Where the report's figures are drawn: per cent of the width, pixels of the height, as SVG attributes take them.

A plot as wide as its window keeps its letters' size on a phone; every axis of counts begins at zero.
"""

import math
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from coverage.desk.report.figures import SHOWN, STANDINGS, Credits, Day, Timeline, Waiting, span_of
from coverage.desk.report.tables import clock, day_in_words
from coverage.models import Keynote

UPWARDS, HISTOGRAM = 96, 150  # pixels of the highest bar's axis
GAP, HOURS, BAND = 8, 24, 26  # pixels: around the bars, for the clock, for each keynote
ROOM = 22  # per cent of the width in which a keynote's title is still read
MOST_CREDITS = 20


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.3f}%"


def counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Bar:
    """`kind` is its class; `says` is what a pointer resting on it reads."""

    kind: str
    x: str
    width: str
    y: int
    height: float
    says: str


@dataclass(frozen=True)
class Tick:
    """A line across the plot and its label. `fine`: the label is left out where there is little room."""

    at: str
    label: str
    fine: bool = False


@dataclass(frozen=True)
class Band:
    """A keynote's row: its title, and where the title stands; then planned and actual time."""

    title: str
    kind: str
    y: int
    bars: list[Bar]
    side: str
    text_x: str
    text_width: str


@dataclass(frozen=True)
class DayPlot:
    title: str
    says: str
    height: int
    bars_end: int
    baseline: int
    hours_y: int
    bars: list[Bar]
    bands: list[Band]
    hours: list[Tick]
    counts: list[Tick]


def days(found: Timeline, zone: ZoneInfo) -> list[DayPlot]:
    return [_day(day, found, zone) for day in found.days]


def _day(day: Day, found: Timeline, zone: ZoneInfo) -> DayPlot:
    top, step = scale(max(found.highest, 1))
    unit = UPWARDS / top
    baseline = GAP + UPWARDS
    bars_end = baseline + math.ceil(unit * found.deepest) + (GAP if found.deepest else 0)
    bands = [
        _band(keynote, found, zone, bars_end + HOURS + place * BAND)
        for place, keynote in enumerate(day.keynotes)
    ]
    sums = {
        kind: sum(n[kind] for n in day.counts.values()) for kind in ("posts", "corrections", "withdrawals")
    }
    return DayPlot(
        title=day_in_words(day.date),
        says=", ".join(counted(n, kind[:-1]) for kind, n in sums.items()),
        height=bars_end + HOURS + len(bands) * BAND,
        bars_end=bars_end,
        baseline=baseline,
        hours_y=bars_end + 16,
        bars=[bar for minute, n in day.counts.items() for bar in _step(minute, n, found, baseline, unit)],
        bands=bands,
        hours=hours(found.first, found.last),
        counts=[Tick(f"{baseline - n * unit:.1f}", str(n)) for n in range(0, top + 1, step)],
    )


def _step(minute: int, counts, found: Timeline, baseline: int, unit: float) -> list[Bar]:
    """Posts stand on the line; what was put right hangs below it, by the same measure."""
    whole = found.last - found.first
    x, width = percent(minute - found.first, whole), percent(found.step, whole)
    said = ", ".join(counted(n, kind[:-1]) for kind, n in counts.items())
    says = f"{clock(minute)}–{clock(minute + found.step)}: {said}"
    bars, below = [], float(baseline)
    for kind in ("posts", "corrections", "withdrawals"):
        height = counts[kind] * unit
        y = baseline - height if kind == "posts" else below
        below += 0 if kind == "posts" else height
        if height:
            bars.append(Bar(kind, x, width, round(y, 1), round(height, 1), says))
    return bars


def hours(first: int, last: int) -> list[Tick]:
    """Whole hours; where there are many, one in two or three is labelled, and on a phone every other of those."""
    count = (last - first) // 60
    every = math.ceil(count / 12)
    return [
        Tick(
            percent(hour * 60, last - first),
            clock(first + hour * 60) if hour % every == 0 else "",
            fine=bool(hour // every % 2) and count > 4,
        )
        for hour in range(count + 1)
    ]


def _band(keynote: Keynote, found: Timeline, zone: ZoneInfo, y: int) -> Band:
    spans = {kind: span_of(keynote, zone, actual=kind == "actual") for kind in ("planned", "actual")}
    bars = [_span_bar(kind, span, found, y) for kind, span in spans.items() if span]
    begins = [span[0] for span in spans.values() if span]
    ends = [span[1] or span[0] for span in spans.values() if span]
    left = 100 * (min(begins) - found.first) / (found.last - found.first)
    right = 100 * (max(ends) - found.first) / (found.last - found.first)
    side, x, width = _beside(left, right)
    kind = "is-cancelled" if keynote.cancelled_at else ""
    return Band(keynote.title, kind, y, bars, side, f"{x:.3f}%", f"{width:.3f}%")


def _span_bar(kind: str, span: tuple[int, int | None], found: Timeline, y: int) -> Bar:
    """A keynote without an end is a mark at its beginning: nobody knows how long it was."""
    begin, end = span
    whole = found.last - found.first
    width = percent(end - begin, whole) if end and end > begin else "3"
    inset = 4 if kind == "planned" else 8
    says = f"{kind} {clock(begin)}{f'–{clock(end)}' if end else ''}"
    return Bar(kind, percent(begin - found.first, whole), width, y + inset, BAND - 2 * inset, says)


def _beside(left: float, right: float) -> tuple[str, float, float]:
    """Where a title has most room: after the band, before it, or on it."""
    after, before = 100 - right, left
    if max(after, before) < ROOM:
        return "on", left, 100 - left
    return ("after", right, after) if after >= before or after > 45 else ("before", 0, before)


def scale(highest: int) -> tuple[int, int]:
    """The end of an axis of counts from zero, and the step between its lines: at most five."""
    for step in (size * 10**power for power in range(9) for size in (1, 2, 5)):
        if highest <= step * 5:
            return math.ceil(highest / step) * step, step
    raise ValueError(highest)


@dataclass(frozen=True)
class Histogram:
    bars: list[Bar]
    counts: list[Tick]
    minutes: list[Tick]
    target: str
    target_side: str
    height: int
    baseline: int


def histogram(found: Waiting) -> Histogram:
    """One bar a bin, and after a gap one for all that took longer."""
    top, step = scale(max([*found.bins, found.longer, 1]))
    unit, baseline = HISTOGRAM / top, GAP + HISTOGRAM
    places = len(found.bins) + (2 if found.longer else 0)
    bars = [_bin(place, n, found, places, baseline, unit) for place, n in enumerate(found.bins) if n]
    if found.longer:
        bars.append(_longer(found, places, baseline, unit))
    target = found.target / found.width / places
    return Histogram(
        bars=bars,
        counts=[Tick(f"{baseline - n * unit:.1f}", str(n)) for n in range(0, top + 1, step)],
        minutes=_minutes(found, places),
        target=percent(target, 1),
        target_side="end" if target > 0.6 else "start",
        height=baseline + HOURS,
        baseline=baseline,
    )


def _bin(place: int, n: int, found: Waiting, places: int, baseline: int, unit: float) -> Bar:
    ends = (place + 1) * found.width
    kind = "in-time" if ends <= found.target else "late"
    says = f"more than {place * found.width}, at most {ends} minutes: {counted(n, 'post')}"
    height = round(n * unit, 1)
    return Bar(kind, percent(place, places), percent(1, places), round(baseline - height, 1), height, says)


def _longer(found: Waiting, places: int, baseline: int, unit: float) -> Bar:
    height = round(found.longer * unit, 1)
    says = f"longer than {len(found.bins) * found.width} minutes: {counted(found.longer, 'post')}"
    x = percent(places - 1, places)
    return Bar("late", x, percent(1, places), round(baseline - height, 1), height, says)


def _minutes(found: Waiting, places: int) -> list[Tick]:
    every = math.ceil(len(found.bins) / 8)
    ticks = [
        Tick(percent(place, places), str(place * found.width), fine=bool(place // every % 2) and places > 6)
        for place in range(0, len(found.bins) + 1, every)
    ]
    return [*ticks, Tick(percent(places - 0.5, places), "longer")] if found.longer else ticks


@dataclass(frozen=True)
class CreditRow:
    """`apart`: how its other pictures stand, in words."""

    credit: str
    shown: int
    width: str
    apart: str


def credit_rows(found: Credits) -> list[CreditRow]:
    """The first twenty credits; the table has the rest."""
    most = max((counts[SHOWN] for counts in found.by_credit.values()), default=0) or 1
    rows = list(found.by_credit.items())[:MOST_CREDITS]
    return [
        CreditRow(
            credit,
            counts[SHOWN],
            percent(counts[SHOWN], most),
            ", ".join(f"{counts[name]} {name}" for name in STANDINGS if name != SHOWN and counts[name]),
        )
        for credit, counts in rows
    ]
