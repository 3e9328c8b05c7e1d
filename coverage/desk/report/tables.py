"""The report's numbers as tables: beside each plot on the page, and as CSV."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from coverage.desk.report import figures
from coverage.desk.report.facts import Facts
from coverage.models import Keynote
from newsroom.editorial.spreadsheets import MARK, csv_lines

Cell = str | int
NO_KEYNOTE = "not in a keynote"


@dataclass(frozen=True)
class Table:
    """`heads`: how many columns at the left name a row."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    heads: int = 1


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def timeline(facts: Facts) -> Table:
    """Only steps in which something happened; then what was put right on other days."""
    found = figures.timeline(facts)
    rows = [
        (day.date.isoformat(), clock(minute), *(counts[kind] for kind in figures.KINDS))
        for day in found.days
        for minute, counts in day.counts.items()
    ]
    if found.elsewhere:
        rows.append(("other days", "", *(found.elsewhere[kind] for kind in figures.KINDS)))
    return Table(("Day", f"{found.step} minutes from", "Posts", "Corrections", "Withdrawals"), rows, heads=2)


def running_order(facts: Facts) -> Table:
    columns = ("Keynote", "Day", "Planned start", "Planned end", "Began", "Over", "Cancelled", "Posts")
    counts = Counter(post.keynote for post in facts.posts)
    return Table(columns, [(*_times(one, facts), counts[one.pk]) for one in facts.keynotes])


def _times(keynote: Keynote, facts: Facts) -> tuple[str, ...]:
    zone = facts.event.zone
    start = keynote.actual_start or keynote.starts_at
    day = start.astimezone(zone).date().isoformat() if start else ""
    moments = (keynote.starts_at, keynote.ends_at, keynote.actual_start, keynote.actual_end)
    clocks = [f"{at.astimezone(zone):%H:%M}" if at else "" for at in moments]
    return (keynote.title, day, *clocks, "yes" if keynote.cancelled_at else "")


def minutes(facts: Facts) -> Table:
    found = figures.waiting(facts)
    rows = [(place * found.width, (place + 1) * found.width, n) for place, n in enumerate(found.bins)]
    if found.longer:
        rows.append((len(found.bins) * found.width, "", found.longer))
    return Table(("More than, minutes", "At most, minutes", "Posts"), rows, heads=2)


def coverage(facts: Facts) -> Table:
    found = figures.covering(facts)
    kinds = (("posts", found.posts), ("pictures", found.pictures))
    columns = ("Keynote", *(f"{facts.people[who]}, {kind}" for who in found.people for kind, _ in kinds))
    return Table(columns, [_covered(keynote, found) for keynote in found.keynotes])


def _covered(keynote: Keynote | None, found: figures.Covering) -> tuple[Cell, ...]:
    pk = keynote.pk if keynote else None
    cells = [counted[who, pk] for who in found.people for counted in (found.posts, found.pictures)]
    return (keynote.title if keynote else NO_KEYNOTE, *cells)


def pictures(facts: Facts) -> Table:
    found = figures.credits(facts).by_credit
    columns = ("Credit", *(name.capitalize() for name in figures.STANDINGS))
    return Table(columns, [(credit, *(n[name] for name in figures.STANDINGS)) for credit, n in found.items()])


def posts(facts: Facts) -> Table:
    """One row a post, for whoever counts otherwise: times in the event's zone."""
    corrected = Counter(post for post, _ in facts.corrections)
    withdrawn = dict(facts.withdrawals)
    titles = {keynote.pk: keynote.title for keynote in facts.keynotes} | {None: ""}
    rows = [
        (
            post.public_id,
            post.words,
            facts.people[post.author],
            titles[post.keynote],
            _when(post.filed_at, facts),
            _when(post.released_at, facts),
            _rounded(figures.minutes_waited(post)),
            corrected[post.id],
            _when(withdrawn.get(post.id), facts),
        )
        for post in facts.posts
    ]
    columns = ("Post", "Words", "By", "Keynote", "Filed", "Published", "Minutes", "Corrections", "Withdrawn")
    return Table(columns, rows)


def _when(at: datetime | None, facts: Facts) -> str:
    return at.astimezone(facts.event.zone).isoformat(timespec="seconds") if at else ""


def _rounded(found: float | None) -> str:
    return "" if found is None else f"{found:.1f}"


# The name in the address of each CSV, and what it holds.
TABLES: dict[str, Callable[[Facts], Table]] = {
    "timeline": timeline,
    "running-order": running_order,
    "minutes": minutes,
    "coverage": coverage,
    "pictures": pictures,
    "posts": posts,
}


def as_csv(table: Table) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it; no cell is executed there."""
    return MARK + csv_lines(map(str, row) for row in (table.columns, *table.rows))


def day_in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
