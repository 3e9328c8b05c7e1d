"""What a single line of a copied live-blog page is: a time, a date, a credit, or the page's own furniture."""

import datetime
import re
from dataclasses import dataclass

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b)\.?"
)
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s*)"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
DATES = tuple(
    re.compile(rf"(?<!\d){WEEKDAY}?{form}(?!\d)", re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        rf"{DAY}\s+{MONTH}(?:,?\s+(?P<year>\d{{4}}))?",
        rf"{MONTH}\s+{DAY}(?:,?\s+(?P<year>\d{{4}}))?",
        r"(?P<day>\d{1,2})(?P<mark>[/.])(?P<month>\d{1,2})[/.](?P<year>\d{4})",
    )
)

# A closed list: after a time, "CET" is a zone and "CERN" is the first word of the post.
ZONE = (
    r"(?:(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?|UTC|GMT|BST|WES?T|CES?T|EES?T|MSK|[ECMP][SD]?T|IST|JST|KST|HKT|SGT"
    r"|AE[SD]T|AC[SD]T|AWST|NZ[SD]T|SAST|Z)\b"
)
HALF = r"\s*(?P<half>(?i:[ap]m\b|[ap]\.m\.))"
# 09:12, 9.12am, 09h12, 09:12:33.120, and without minutes only 9am
CLOCK = (
    r"(?P<hour>\d{1,2})(?:(?P<mark>[:.h])(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?(?!\d)"
    rf"|(?={HALF.replace('?P<half>', '')}))(?:{HALF})?"
)
TIME_IN_FRONT = re.compile(
    r"(?:[•·*]\s*)?(?i:\d+\s?[smhd] ago\s*)?(?i:posted(?: at)?:?\s+|at\s+)?[\[(]?"
    rf"{CLOCK}(?:\s*\(?(?P<zone>{ZONE})\)?)?[\])]?(?P<rest>.*)"
)
CLOCK_ANYWHERE = re.compile(rf"(?<!\d){CLOCK}(?:\s*\(?{ZONE}\)?)?")
AFTER_DATE = re.compile(r"[\s:,/|·•–—-]*(?:T(?=\d)|at\s+)?")
SEPARATOR = re.compile(r"\s*(?:[–—:|•·]\s*|-(?:\s+|$))")
ANOTHER_TIME = re.compile(r"\d{1,2}[:.h]\d{2}")

FURNITURE = re.compile(
    r"key events?|share(?: this post)?|copy link|link copied|post|pinned|print|email|tweet|facebook|twitter"
    r"|whatsapp|linkedin|advertisement|back to top|(?:live|date)? ?refresh|(?:load|show) more(?: posts| updates)?"
    r"|live(?: feed| reporting| updates)?|latest|(?:show )?(?:newest|latest|most recent|oldest|earliest) first",
    re.IGNORECASE,
)
FURNITURE_WITH_A_TIME = re.compile(
    r"(?:last )?(?:updated?|published)(?: at| on)?:?\s"
    r"|\d+\s?(?:[smhd]|secs?|mins?|hrs?|seconds?|minutes?|hours?|days?) ago$",
    re.IGNORECASE,
)
DAY_LINE_LENGTH = 120
# What may stand beside a date without making the line a sentence.
BESIDE_A_DATE = frozenset(
    ("date", "published", "posted", "updated", "first", "last", "on", "at", "live", "refresh", "t")
)

KIND = r"(?:image|photo(?:graph)?|picture|pic|screenshot)s?"
LABEL = rf"(?:(?:{KIND}(?:\s+(?:credits?|source))?|credits?)\s*:|image source,)"
BY = rf"(?:{KIND}\s+(?:by|courtesy of)\b)"
BRACKETED_CREDIT = re.compile(
    rf"\s*[(\[](?:{LABEL}|{BY})\s*(?P<credit>(?:[^()\[\]]|\([^()]*\))*?)\s*[)\]]", re.IGNORECASE
)
# "The end. (Image: X)." has one full stop too many once the credit is out.
STOP_AFTER_CREDIT = re.compile(r"[.!?…]\s*[(\[][^(\[]*[)\]]\.$")
# Without brackets a credit is a line, or what follows a whole sentence, and does not itself end like one.
BARE_CREDIT = re.compile(
    rf"(?:(?P<caption>.*[.!?…”’\"')])\s+)?(?=[A-Z])(?:(?i:{LABEL})|(?i:{BY})(?=\s[A-Z]))\s*"
    r"(?P<credit>[^\s].{0,98}[^\s.!?…])$"
)


@dataclass(frozen=True)
class PrintedDay:
    """A day as printed: `year` None when left out, `month` 0 when day and month cannot be told apart."""

    year: int | None
    month: int
    day: int

    def in_year(self, year: int | None) -> datetime.date | None:
        """The date, with `year` for a missing one; None if there is no such day or it is unclear."""
        try:
            return datetime.date(self.year or year or 0, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True)
class TimeMark:
    """A time in front of a post, with the text that follows on its line."""

    time: datetime.time
    zone: str
    day: PrintedDay | None
    text: str


@dataclass(frozen=True)
class CreditedText:
    """A line without its credits; `is_caption` when an unbracketed credit follows a sentence."""

    text: str
    credits: tuple[str, ...]
    is_caption: bool = False


def find_day(line: str) -> re.Match[str] | None:
    return next((match for form in DATES if (match := form.search(line))), None)


def printed_day(match: re.Match[str]) -> PrintedDay:
    parts = match.groupdict()
    year = int(parts["year"]) if parts["year"] else None
    day = int(parts["day"])
    if not parts["month"].isdigit():
        return PrintedDay(year, MONTHS.index(parts["month"][:3].lower()) + 1, day)
    month = int(parts["month"])
    if parts.get("mark") == "/":
        day, month = _day_and_month(day, month)
    return PrintedDay(year, month, day)


def _day_and_month(first: int, second: int) -> tuple[int, int]:
    """21/03 and 03/21 explain themselves; 03/04 is April in London and March in New York: month 0."""
    if first > 12 or first == second:
        return first, second
    return (second, first) if second > 12 else (first, 0)


def read_day_line(line: str) -> PrintedDay | None:
    """The day of a line that says nothing but a date ("date 2024-03-20 Refresh"), or None."""
    if len(line) > DAY_LINE_LENGTH or not (match := find_day(line)):
        return None
    beside = CLOCK_ANYWHERE.sub(" ", line[: match.start()] + " " + line[match.end() :])
    says_more = set(re.findall(r"\w+", beside.casefold())) - BESIDE_A_DATE
    return None if says_more else printed_day(match)


def read_time(line: str) -> TimeMark | None:
    """The time a line opens with, or None: "10:41 is when we start" and "10.41 million" are no times."""
    in_front = next((match for form in DATES if (match := form.match(line))), None)
    start = AFTER_DATE.match(line, in_front.end()).end() if in_front else 0  # matches the empty string too
    if not (match := TIME_IN_FRONT.match(line, start)) or (time := _clock(match)) is None:
        return None
    rest, day = match["rest"], in_front and printed_day(in_front)
    behind = None if day else find_day(rest)
    if behind and not rest.replace(behind[0], "").strip(" ,/|()–—-"):
        rest, day = "", printed_day(behind)
    if not _stands_in_front(match, rest):
        return None
    return TimeMark(time, match["zone"] or "", day, _text_after(rest))


def _clock(match: re.Match[str]) -> datetime.time | None:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "")[:1].lower()
    if match["minute"] is None and (not half or not 1 <= hour <= 12):
        return None
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime.time(hour, minute) if hour < 24 and minute < 60 else None


def _stands_in_front(match: re.Match[str], rest: str) -> bool:
    """Whether what follows the time starts a text of its own rather than going on with a sentence."""
    if not rest.strip():
        return True
    text = _text_after(rest)
    if ANOTHER_TIME.match(text) or (match["mark"] == "." and not (match["half"] or match["zone"])):
        return False
    return bool(SEPARATOR.match(rest)) or (rest[0].isspace() and not text[0].islower())


def _text_after(rest: str) -> str:
    separator = SEPARATOR.match(rest)
    return rest[separator.end() if separator else 0 :].strip()


def is_furniture(line: str) -> bool:
    """Whether the line is a button or a label of the page and not of the post."""
    if FURNITURE.fullmatch(line.strip(" ·•|…")):
        return True
    if not (opening := FURNITURE_WITH_A_TIME.match(line)):
        return False
    rest = CLOCK_ANYWHERE.sub("", line[opening.end() :])
    if day := find_day(rest):
        rest = rest.replace(day[0], "")
    return rest.strip(" .,()|–—-") in ("", "at", "on")


def take_credits(line: str) -> CreditedText:
    """Part a line from its picture credits; an empty credit ("Image credit: ") comes back as ""."""
    if found := tuple(match["credit"] for match in BRACKETED_CREDIT.finditer(line)):
        text = BRACKETED_CREDIT.sub("", line).strip()
        if STOP_AFTER_CREDIT.search(line):
            text = text[:-1].rstrip()
        return CreditedText(text, found)
    if bare := BARE_CREDIT.match(line):
        return CreditedText(bare["caption"] or "", (bare["credit"],), is_caption=bool(bare["caption"]))
    return CreditedText(line, ())
