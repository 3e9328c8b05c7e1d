"""Where a copied live-blog page has its head and where one post ends and the next begins."""

import datetime
from dataclasses import dataclass, field, replace
from functools import cached_property

from .page_lines import PrintedDay, TimeMark, is_furniture, read_day_line, read_time, take_credits

# A time alone on its line is always one of the page. Times with text behind them are chance if there are fewer than
# one in so many lines; each then belongs to its own block only.
LINES_PER_TIME = 8
HEAD_LINES = 3
TITLE_LENGTH = 150


@dataclass
class Draft:
    source: str
    mark: TimeMark | None
    date: datetime.date | None
    lines: list[str]


@dataclass
class Page:
    lines: list[str]
    marks: dict[int, TimeMark]
    title: str = ""
    head_end: int = 0
    head_day: PrintedDay | None = None
    date: datetime.date | None = None
    dropped: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)

    @cached_property
    def is_timed(self) -> bool:
        text = sum(1 for line in self.lines if line and not is_furniture(line))
        alone = any(not mark.text for mark in self.marks.values())
        return alone or 0 < text <= len(self.marks) * LINES_PER_TIME

    def report(self, line: str, why: str) -> None:
        self.unplaced.append(f"{line} — {why}")


def time_marks(lines: list[str]) -> dict[int, TimeMark]:
    """Times by line number, but for a first one that alone has a date: that is the page's head."""
    marks = {n: mark for n, line in enumerate(lines) if (mark := read_time(line))}
    dated = [n for n, mark in marks.items() if mark.day]
    if len(dated) == 1 and dated[0] == min(marks) and not marks[dated[0]].text:
        del marks[dated[0]]
    return marks


def read_head(page: Page) -> list[tuple[str, PrintedDay]]:
    """Take title and dates from above the posts; returns the lines that print a date."""
    page.head_end, days = _find_head_end(page), []
    for line in filter(None, page.lines[: page.head_end]):
        if day := read_day_line(line):
            days.append((line, day))
        if day or is_furniture(line):
            page.dropped.append(line)
        elif not page.title:
            page.title = line
        else:
            page.report(line, "it stands in the head of the page, above the posts")
    page.head_day = days[-1][1] if days else None
    return days


def _find_head_end(page: Page) -> int:
    """The head ends with its last date; where posts have times, with the first time or at least the title."""
    end = short_lines = 0
    for n, line in enumerate(page.lines):
        if n in page.marks:
            return n if page.is_timed and short_lines else end
        if read_day_line(line):
            end = n + 1
        elif not line or is_furniture(line):
            continue
        elif short_lines < HEAD_LINES and is_heading(line, TITLE_LENGTH):
            short_lines += 1
            end = n + 1 if page.is_timed and short_lines == 1 else end
        else:
            break
    return end


def is_heading(line: str, length: int) -> bool:
    return len(line) <= length and line[-1] not in ".!?…,;:)]" and not take_credits(line).credits


def read_drafts(page: Page) -> list[Draft]:
    drafts, current, day = [], None, _day_of_first_posts(page)
    for n, line in enumerate(page.lines[page.head_end :], page.head_end):
        if mark := page.marks.get(n):
            date = _date_of(page, mark.day, line) if mark.day else day
            drafts.append(current := Draft(line, mark, date, [mark.text] if mark.text else []))
        elif not line or is_furniture(line):
            page.dropped += [line] if line else []
            current = current if current and current.mark and page.is_timed else None
        elif printed := read_day_line(line):
            page.dropped.append(line)
            current, day = None, _date_of(page, printed, line)
        elif current:
            current.lines.append(line)
        else:
            drafts.append(current := Draft(line, None, day, [line]))
    if len(drafts) == 1 and not drafts[0].mark:
        return [replace(drafts[0], source=line, lines=[line]) for line in drafts[0].lines]
    return drafts


def _day_of_first_posts(page: Page) -> datetime.date | None:
    """The day in the head, if lines with other days follow among the posts; otherwise posts have none of their own."""
    body = (line for n, line in enumerate(page.lines) if n >= page.head_end and n not in page.marks)
    if page.head_day and any(read_day_line(line) and not is_furniture(line) for line in body):
        return page.head_day.in_year(page.date and page.date.year)
    return None


def _date_of(page: Page, day: PrintedDay, line: str) -> datetime.date | None:
    if not (date := day.in_year(page.date and page.date.year)):
        page.report(line, "its date is not clear")
    return date
