"""Read the text somebody copied from a live-blog page: posts, their times, pictures and the page's date.

Without times in front of posts, blank lines (or a button between them) part one post from the next; a page
without any blank line is read as a post a line. With times, a post runs until the next time. Every line ends
up in a post, in `dropped` or in `unplaced`: nothing is lost silently.
"""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from textwrap import shorten
from typing import Literal

from .page_layout import Draft, Page, is_heading, read_drafts, read_head, time_marks
from .page_lines import PrintedDay, take_credits
from .page_text import UnreadablePage, clean_lines, decode

__all__ = (
    "MissingFact",
    "ParsedLiveBlog",
    "ParsedPicture",
    "ParsedPost",
    "UnreadablePage",
    "days_later",
    "decode",
    "parse",
)

Order = Literal["newest", "oldest"]

# A step of more hours than this from one post to the next is read as crossing midnight: 23:50, 00:10.
MIDNIGHT_STEP = 18 * 60
HEADLINE_LENGTH = 100
NEWEST_FIRST = re.compile(r"\brefresh$|^load more|\b(?:newest|latest|most recent) first$", re.IGNORECASE)
OLDEST_FIRST = re.compile(r"\b(?:oldest|earliest) first$", re.IGNORECASE)


class MissingFact(ValueError):
    """The page does not say something; `option` is the command's option that can."""

    def __init__(self, option: str, sentence: str):
        super().__init__(sentence)
        self.option = option


@dataclass(frozen=True)
class ParsedPicture:
    credit: str
    caption: str = ""


@dataclass(frozen=True)
class ParsedPost:
    """`time` is local, as printed, None where the page gives none; so is `time_zone_hint` ("CET"), "" for none.

    `date` is the day printed beside this post's time or on a line above it among the posts, otherwise None.
    """

    time: datetime.time | None
    time_zone_hint: str
    headline: str
    paragraphs: tuple[str, ...]
    pictures: tuple[ParsedPicture, ...]
    date: datetime.date | None = None


@dataclass(frozen=True)
class ParsedLiveBlog:
    """Posts oldest first; `dropped` holds lines of page furniture, `unplaced` lines with the reason behind a dash."""

    date: datetime.date | None
    title: str
    posts: tuple[ParsedPost, ...]
    dropped: tuple[str, ...]
    unplaced: tuple[str, ...]


def parse(text: str, *, order: Order | None = None, date: datetime.date | None = None) -> ParsedLiveBlog:
    """Read a copied live-blog page. `order` says which post the page prints first, `date` the day it began.

    The order comes from the times, otherwise from a button ("Refresh", "Oldest first"). Posts keep the page's
    order, turned round as a whole, and are never sorted. Identical posts are kept and reported: only an editor
    can know whether a repeat was meant. A post that is nothing but a credit gives its picture to the post before
    it on the page, and is reported.

    Raises `UnreadablePage` if there is no post, `MissingFact` if the date or the order is not to be known.
    """
    lines = clean_lines(text)
    page = Page(lines, time_marks(lines))
    page.date = _page_date(page, read_head(page), date)
    posts = _write_posts(page)
    if not posts:
        raise UnreadablePage(
            "There is no post on this page; copy its text from the first post to the last and try again."
        )
    if _order(page, posts, order) == "newest":
        posts.reverse()
    _report_oddities(page, posts)
    began = date or min((day for day in (page.date, *(post.date for post in posts)) if day), default=None)
    if not began:
        raise MissingFact("--date", "The page does not say its date; give it with --date YYYY-MM-DD.")
    return ParsedLiveBlog(began, page.title, tuple(posts), tuple(page.dropped), tuple(page.unplaced))


def days_later(before: datetime.time, after: datetime.time) -> int:
    """Days from one post to the next by their times alone: 1 from 23:50 to 00:10, -1 back again, mostly 0."""
    minutes = _minutes(after) - _minutes(before)
    return (minutes < -MIDNIGHT_STEP) - (minutes > MIDNIGHT_STEP)


def _minutes(time: datetime.time) -> int:
    return time.hour * 60 + time.minute


def _page_date(
    page: Page, days: list[tuple[str, PrintedDay]], given: datetime.date | None
) -> datetime.date | None:
    if given:
        for line, day in days:
            if day.in_year(given.year) != given:
                page.report(line, f"the date given, {given}, is used instead")
        return given
    published = [(line, day) for line, day in days if "updated" not in line.casefold()]
    dates = {day.in_year(None) for _, day in published or days}
    if None in dates or len(dates) > 1:
        printed = "” and “".join(line for line, _ in published or days)
        raise MissingFact(
            "--date", f"The date is not clear from “{printed}”; give it with --date YYYY-MM-DD."
        )
    return dates.pop() if dates else None


def _write_posts(page: Page) -> list[ParsedPost]:
    """Posts in the page's order; those that are only a picture give it to the post before them, or the first."""
    posts, waiting = [], ()
    for draft in read_drafts(page):
        post = _write(page, draft)
        if post.paragraphs:
            posts.append(replace(post, pictures=waiting + post.pictures))
            waiting = ()
            if page.is_timed and not draft.mark:
                page.report(draft.source, "no time stands before it; kept as a post without a time")
        elif post.pictures:
            neighbour = "before" if posts else "after"
            page.report(draft.source, f"only a picture, given to the post {neighbour} it on the page")
            if posts:
                posts[-1] = replace(posts[-1], pictures=posts[-1].pictures + post.pictures)
            else:
                waiting += post.pictures
        elif draft.mark:
            page.report(draft.source, "nothing follows this time")
    return posts


def _write(page: Page, draft: Draft) -> ParsedPost:
    parts = [take_credits(line) for line in draft.lines]
    has_text = any(part.text and not part.is_caption for part in parts)
    paragraphs, pictures = [], []
    for line, part in zip(draft.lines, parts, strict=True):
        caption = part.text if part.is_caption and has_text else ""
        paragraphs += [part.text] if part.text and not caption else []
        pictures += [ParsedPicture(credit, caption) for credit in part.credits if credit]
        if "" in part.credits:
            page.report(line, "its picture credit names nobody")
    mark = draft.mark
    headline = paragraphs.pop(0) if mark and _has_headline(paragraphs, draft.lines) else ""
    return ParsedPost(
        mark and mark.time,
        mark.zone if mark else "",
        headline,
        tuple(paragraphs),
        tuple(pictures),
        draft.date,
    )


def _has_headline(paragraphs: list[str], lines: list[str]) -> bool:
    """Whether a short first line that is neither sentence nor byline stands over a longer text."""
    if len(paragraphs) < 2 or paragraphs[0] != lines[0] or lines[0].startswith("By "):
        return False
    return is_heading(lines[0], HEADLINE_LENGTH) and len(paragraphs[1]) > len(lines[0])


def _order(page: Page, posts: list[ParsedPost], given: Order | None) -> Order:
    """Which post the page prints first: as told, by most steps of its times, by its buttons."""
    forward = sum((step > 0) - (step < 0) for _, step in _steps(posts))
    if given or forward:
        return given or ("oldest" if forward > 0 else "newest")
    newest, oldest = (any(map(button.search, page.dropped)) for button in (NEWEST_FIRST, OLDEST_FIRST))
    if newest != oldest or len(posts) == 1:
        return "newest" if newest else "oldest"
    raise MissingFact(
        "--order",
        "The page does not say which post came first; say which it prints first: --order newest or oldest.",
    )


def _steps(posts: list[ParsedPost]) -> Iterator[tuple[ParsedPost, int]]:
    """Posts with the minutes since the timed or dated post before them; 0 where that cannot be known."""
    for before, after in pairwise(post for post in posts if post.time or post.date):
        dated = before.date and after.date
        days = (after.date - before.date).days if dated else 0
        if before.time and after.time:
            days = days if dated else days_later(before.time, after.time)
            yield after, days * 24 * 60 + _minutes(after.time) - _minutes(before.time)
        else:
            yield after, days * 24 * 60


def _report_oddities(page: Page, posts: list[ParsedPost]) -> None:
    for post, step in _steps(posts):
        if step < 0:
            page.report(
                _name(post), "its time is earlier than that of the post before; left in the page's order"
            )
    for post, times in Counter(posts).items():
        if times > 1:
            page.report(_name(post), f"the page has this post {times} times; all are kept")


def _name(post: ParsedPost) -> str:
    time = f"{post.time:%H:%M} " if post.time else ""
    return time + shorten(post.headline or post.paragraphs[0], 80, placeholder="…")
