"""The report's figures, counted from its facts. No queries, no clock, no drawing."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

from coverage.desk.report.facts import Facts, PictureFact, PostFact
from coverage.models import Keynote
from media.models import ImageState
from newsroom.editorial.states import PostState

DAY = 24 * 60  # minutes
# Up to so many minutes a day is counted by five minutes, a longer one by ten.
FINE = 6 * 60
BIN_WIDTHS = (1, 2, 3, 5, 10, 15, 20, 30, 60)  # minutes
MOST_BINS = 24
KINDS = ("posts", "corrections", "withdrawals")


@dataclass(frozen=True)
class Day:
    """What happened in a day's steps of time, by the minute of the local day at which the step begins."""

    date: date
    counts: dict[int, Counter]
    keynotes: list[Keynote]


@dataclass(frozen=True)
class Timeline:
    """Days with a post or a keynote. `first` and `last`: whole hours, as minutes of the day, the same for all days.

    `elsewhere`: what was corrected and withdrawn on other days.
    """

    step: int
    first: int
    last: int
    days: list[Day]
    elsewhere: Counter
    highest: int
    deepest: int


def timeline(facts: Facts) -> Timeline:
    zone = facts.event.zone
    moments = [("posts", post.released_at.astimezone(zone)) for post in facts.posts]
    moments += [("corrections", at.astimezone(zone)) for _, at in facts.corrections]
    moments += [("withdrawals", at.astimezone(zone)) for _, at in facts.withdrawals]
    keynotes = _by_day(facts.keynotes, zone)
    dates = {at.date() for kind, at in moments if kind == "posts"} | set(keynotes)
    shown = [(kind, at) for kind, at in moments if at.date() in dates]
    first, last = _hours([minute_of(at) for _, at in shown], keynotes, zone)
    step = 5 if last - first <= FINE else 10
    days = [_day(one, shown, keynotes.get(one, []), step) for one in sorted(dates)]
    steps = [counts for day in days for counts in day.counts.values()]
    return Timeline(
        step=step,
        first=first,
        last=last,
        days=days,
        elsewhere=Counter(kind for kind, at in moments if at.date() not in dates),
        highest=max((counts["posts"] for counts in steps), default=0),
        deepest=max((counts["corrections"] + counts["withdrawals"] for counts in steps), default=0),
    )


def minute_of(at: datetime) -> int:
    return at.hour * 60 + at.minute


def span_of(keynote: Keynote, zone: ZoneInfo, *, actual: bool) -> tuple[int, int | None] | None:
    """First and last minute of its local day, as planned or as it was; None: no such start, or no such end."""
    times = (keynote.actual_start, keynote.actual_end) if actual else (keynote.starts_at, keynote.ends_at)
    if not times[0]:
        return None
    begin, end = (at and at.astimezone(zone) for at in times)
    if not end:
        return minute_of(begin), None
    return minute_of(begin), minute_of(end) if end.date() == begin.date() else DAY


def _by_day(keynotes: Iterable[Keynote], zone: ZoneInfo) -> dict[date, list[Keynote]]:
    found: dict[date, list[Keynote]] = {}
    for keynote in keynotes:
        if start := keynote.actual_start or keynote.starts_at:
            found.setdefault(start.astimezone(zone).date(), []).append(keynote)
    return found


def _hours(minutes: list[int], keynotes: dict[date, list[Keynote]], zone: ZoneInfo) -> tuple[int, int]:
    spans = [
        span_of(one, zone, actual=actual)
        for day in keynotes.values()
        for one in day
        for actual in (False, True)
    ]
    everything = minutes + [minute for span in spans if span for minute in span if minute is not None]
    if not everything:
        return 0, 60
    first = min(everything) // 60 * 60
    return first, min(DAY, max(everything) // 60 * 60 + 60)


def _day(one: date, moments: list[tuple[str, datetime]], keynotes: list[Keynote], step: int) -> Day:
    counts: dict[int, Counter] = {}
    for kind, at in moments:
        if at.date() == one:
            counts.setdefault(minute_of(at) // step * step, Counter())[kind] += 1
    return Day(one, dict(sorted(counts.items())), keynotes)


@dataclass(frozen=True)
class Waiting:
    """Minutes from a post's last filing to its first release, in order; empty: none was filed first.

    Not among them: what came out by the schedule, what was published without being filed, and what bears a time of
    release before its filing, as an import does. `bins` counts (0, width], (width, 2 width]…; `longer` is beyond them.
    """

    target: int
    minutes: list[float]
    posts: list[PostFact]
    scheduled: int
    unfiled: int
    backdated: int
    width: int
    bins: list[int] = field(default_factory=list)
    longer: int = 0

    @property
    def median(self) -> float:
        return median(self.minutes)

    @property
    def ninetieth(self) -> float:
        """The 90th percentile, by nearest rank: one of the posts took so long."""
        return self.minutes[math.ceil(0.9 * len(self.minutes)) - 1]

    @property
    def within(self) -> int:
        return sum(minutes <= self.target for minutes in self.minutes)


def minutes_waited(post: PostFact) -> float | None:
    """None: it was not for the desk to deal with, or nobody noted when it was filed."""
    if post.filed_at is None or post.came_from in (PostState.SCHEDULED, PostState.DRAFT):
        return None
    return (post.released_at - post.filed_at).total_seconds() / 60


def waiting(facts: Facts) -> Waiting:
    waited = [(minutes, post) for post in facts.posts if (minutes := minutes_waited(post)) is not None]
    waited.sort(key=lambda pair: pair[0])
    others = [post for post in facts.posts if minutes_waited(post) is None]
    scheduled = sum(post.came_from == PostState.SCHEDULED for post in others)
    backdated = sum(post.filed_later and post.came_from != PostState.SCHEDULED for post in others)
    minutes, target = [minutes for minutes, _ in waited], facts.event.review_target
    width = bin_width(minutes, target)
    bins, longer = _bins(minutes, target, width)
    return Waiting(
        target=target,
        minutes=minutes,
        posts=[post for _, post in waited],
        scheduled=scheduled,
        unfiled=len(others) - scheduled - backdated,
        backdated=backdated,
        width=width,
        bins=bins,
        longer=longer,
    )


def bin_width(minutes: list[float], target: int) -> int:
    """Minutes: as fine as two dozen bars allow for nineteen posts in twenty, and the target between two of them."""
    reach = max(_ninety_five(minutes), target)
    fitting = [width for width in BIN_WIDTHS if target % width == 0]
    return next((width for width in fitting if reach <= width * MOST_BINS), fitting[-1])


def _ninety_five(minutes: list[float]) -> float:
    return minutes[math.ceil(0.95 * len(minutes)) - 1] if minutes else 0


def _bins(minutes: list[float], target: int, width: int) -> tuple[list[int], int]:
    if not minutes:
        return [], 0
    places = Counter(max(0, math.ceil(one / width) - 1) for one in minutes)
    reach = math.ceil(max(_ninety_five(minutes), target) / width) + 1
    count = min(MOST_BINS, reach)
    return [places[place] for place in range(count)], sum(n for place, n in places.items() if place >= count)


@dataclass(frozen=True)
class Covering:
    """Posts by author and keynote, pictures with readers by who sent them; whoever did most comes first.

    Keys are (person, keynote); a keynote None is none. `totals`: each person's posts and pictures, a picture that
    stands in two keynotes once.
    """

    people: list[int | None]
    keynotes: list[Keynote | None]
    posts: Counter
    pictures: Counter
    totals: dict[int | None, tuple[int, int]]


def covering(facts: Facts) -> Covering:
    posts = Counter((post.author, post.keynote) for post in facts.posts)
    seen = {
        (one.image, one.uploaded_by, one.keynote) for one in facts.pictures if standing_of([one]) == SHOWN
    }
    pictures = Counter((who, keynote) for _, who, keynote in seen)
    wrote = Counter(post.author for post in facts.posts)
    sent = Counter(who for _, who in {(image, who) for image, who, _ in seen})
    totals = {who: (wrote[who], sent[who]) for who in [*wrote, *sent]}
    people = sorted(totals, key=lambda who: (-sum(totals[who]), facts.people[who]))
    covered = {keynote for _, keynote in [*posts, *pictures]}
    keynotes = [one for one in facts.keynotes if one.pk in covered or not _is_idle(one)]
    return Covering(people, [*keynotes, *([None] if None in covered else [])], posts, pictures, totals)


def _is_idle(keynote: Keynote) -> bool:
    """Nobody is expected to cover it."""
    return keynote.format == "break" or keynote.cancelled_at is not None


SHOWN, AWAITED, LACKING, UNUSED, WITHDRAWN, REFUSED = (
    "with readers", "awaited", "without credit or text", "not out yet", "withdrawn", "refused"
)  # fmt: skip
STANDINGS = (SHOWN, AWAITED, LACKING, UNUSED, WITHDRAWN, REFUSED)
NO_CREDIT = "(no credit)"


@dataclass(frozen=True)
class Credits:
    """How many pictures stand how, by credit; the credit with the most pictures readers have comes first."""

    by_credit: dict[str, Counter]

    @property
    def totals(self) -> Counter:
        return sum(self.by_credit.values(), Counter())


def credits(facts: Facts) -> Credits:
    places: dict[str, list[PictureFact]] = {}
    for one in facts.pictures:
        places.setdefault(one.image, []).append(one)
    found: dict[str, Counter] = {}
    for uses in places.values():
        found.setdefault(uses[0].credit or NO_CREDIT, Counter())[standing_of(uses)] += 1
    order = sorted(found.items(), key=lambda pair: (-pair[1][SHOWN], -pair[1].total(), pair[0]))
    return Credits(dict(order))


def standing_of(uses: list[PictureFact]) -> str:
    """How a picture stands, from all its places in posts of the event."""
    image, states = uses[0], {one.post_state for one in uses}
    if image.state == ImageState.REFUSED:
        return REFUSED
    if image.state == ImageState.WITHDRAWN or states == {PostState.WITHDRAWN}:
        return WITHDRAWN
    if image.state in (ImageState.AWAITED, ImageState.RECEIVED):
        return AWAITED
    if not (image.credit and image.alt_text):
        return LACKING
    return SHOWN if PostState.PUBLISHED in states else UNUSED
