"""The figures of the report, from facts written down by hand."""

import datetime
import uuid

import pytest

from coverage.desk.report import figures, shapes
from coverage.desk.report.facts import Facts, PictureFact, PostFact
from coverage.models import Event, Keynote

NINE = datetime.datetime(2026, 3, 20, 8, tzinfo=datetime.UTC)  # in Paris
MINUTE = datetime.timedelta(minutes=1)


def post(
    after: float = 0, *, waited: float | None = None, came_from: str = "in_review", **fields
) -> PostFact:
    """Released so many minutes after nine, filed so many minutes before that."""
    released = NINE + after * MINUTE
    values = {"author": 1, "keynote": None, "state": "published", "filed_later": False, **fields}
    filed = released - waited * MINUTE if waited is not None else None
    return PostFact(
        id=str(uuid.uuid4()),
        public_id="abcdefghij",
        said="Words",
        released_at=released,
        filed_at=filed,
        came_from=came_from,
        **values,
    )


def picture(image: str = "a", **fields) -> PictureFact:
    values = {"post_state": "published", "keynote": None, "state": "ready", "alt_text": "A stage."}
    return PictureFact(image, **{**values, "credit": "Ada/Newsroom", "uploaded_by": 1, **fields})


def facts(posts=(), *, target: int = 5, corrections=(), withdrawals=(), pictures=(), keynotes=()) -> Facts:
    event = Event(title="The Summit", time_zone="Europe/Paris", review_target=target)
    people = {None: "imported", 1: "Rosa Lind", 2: "Philip Okoye"}
    said = ([("x", NINE + after * MINUTE) for after in times] for times in (corrections, withdrawals))
    return Facts(event, list(keynotes), list(posts), *said, list(pictures), people)


def test_posts_are_counted_by_five_minutes_of_the_local_day():
    found = figures.timeline(facts([post(0), post(4), post(5)], corrections=[4], withdrawals=[61]))

    assert (found.step, found.first, found.last) == (5, 9 * 60, 11 * 60)
    assert found.days[0].counts == {
        540: {"posts": 2, "corrections": 1},
        545: {"posts": 1},
        600: {"withdrawals": 1},
    }
    assert (found.highest, found.deepest) == (2, 1)


def test_a_long_day_is_counted_by_ten_minutes():
    assert figures.timeline(facts([post(0), post(400)])).step == 10


def test_days_have_one_clock_and_what_came_on_other_days_is_told_apart():
    days = facts([post(0), post(24 * 60 + 120)], corrections=[5, 3 * 24 * 60])

    found = figures.timeline(days)

    assert [day.date.day for day in found.days] == [20, 21]
    assert (found.first, found.last) == (9 * 60, 12 * 60)
    assert found.elsewhere == {"corrections": 1}


def test_a_keynote_past_midnight_ends_with_its_day():
    late = Keynote(starts_at=NINE + 840 * MINUTE, ends_at=NINE + 960 * MINUTE)

    found = figures.timeline(facts(keynotes=[late]))

    assert figures.span_of(late, facts().event.zone, actual=False) == (23 * 60, figures.DAY)
    assert (found.first, found.last) == (23 * 60, figures.DAY)


def test_minutes_are_those_between_the_filing_and_readers():
    found = figures.waiting(facts([post(waited=waited) for waited in (1, 2, 3, 4, 30)]))

    assert found.minutes == [1, 2, 3, 4, 30]
    assert (found.median, found.ninetieth, found.within) == (3, 30, 4)


def test_what_was_no_work_of_the_desk_is_not_measured():
    posts = [
        post(waited=2),
        post(waited=50, came_from="scheduled"),
        post(waited=50, came_from="draft"),
        post(came_from="draft"),
        post(filed_later=True),
    ]

    found = figures.waiting(facts(posts))

    assert found.minutes == [2]
    assert (found.scheduled, found.unfiled, found.backdated) == (1, 2, 1)


@pytest.mark.parametrize(
    ("minutes", "target", "width"),
    [([1.0] * 10, 5, 1), ([100.0] * 10, 5, 5), ([100.0] * 10, 20, 5), ([600.0] * 10, 7, 1), ([100.0], 0, 5)],
)
def test_the_target_lies_between_two_bars(minutes, target, width):
    assert figures.bin_width(minutes, target) == width


def test_every_post_is_in_a_bar_and_the_target_itself_is_in_time():
    waited = [0, 1, 5, 5.1, 500, *[2] * 40]

    found = figures.waiting(facts([post(waited=one) for one in waited]))

    assert found.bins[:6] == [2, 40, 0, 0, 1, 1]
    assert (sum(found.bins) + found.longer, found.longer) == (len(waited), 1)


def test_who_covered_what_names_everybody_and_leaves_out_idle_breaks():
    one, two = Keynote(pk=1, title="One"), Keynote(pk=2, title="Coffee", format="break")
    posts = [post(keynote=1), post(keynote=1, author=2), post(author=2)]
    pictures = [picture("a", keynote=1, uploaded_by=2), picture("a", uploaded_by=2)]
    pictures += [picture("b", state="awaited", uploaded_by=2)]

    found = figures.covering(facts(posts, keynotes=[one, two], pictures=pictures))

    assert (found.people, found.keynotes) == ([2, 1], [one, None])
    assert (found.posts[1, 1], found.posts[2, None], found.pictures[2, 1]) == (1, 1, 1)
    assert found.totals == {1: (1, 0), 2: (2, 1)}


def test_a_picture_in_two_posts_is_one_and_stands_as_readers_see_it():
    pictures = [
        picture("a", post_state="withdrawn"),
        picture("a"),
        picture("b", post_state="withdrawn"),
        picture("c", state="awaited"),
        picture("d", credit=""),
        picture("e", post_state="submitted", credit="Agency"),
        picture("f", state="refused", credit="Agency"),
    ]

    found = figures.credits(facts(pictures=pictures)).by_credit

    assert found == {
        "Ada/Newsroom": {figures.SHOWN: 1, figures.WITHDRAWN: 1, figures.AWAITED: 1},
        "Agency": {figures.UNUSED: 1, figures.REFUSED: 1},
        figures.NO_CREDIT: {figures.LACKING: 1},
    }


@pytest.mark.parametrize(
    ("highest", "end", "step"), [(1, 1, 1), (5, 5, 1), (6, 6, 2), (94, 100, 20), (101, 150, 50)]
)
def test_an_axis_of_counts_ends_at_or_above_the_highest_bar(highest, end, step):
    assert shapes.scale(highest) == (end, step)


def test_bars_are_drawn_to_one_measure_from_zero():
    found = figures.timeline(facts([post(0), post(1), post(30)], corrections=[30]))

    plot = shapes.days(found, facts().event.zone)[0]

    heights = {(bar.kind, bar.x): (bar.y, bar.height) for bar in plot.bars}
    assert heights == {
        ("posts", "0.000%"): (plot.baseline - 96, 96),
        ("posts", "50.000%"): (plot.baseline - 48, 48),
        ("corrections", "50.000%"): (plot.baseline, 48),
    }


def test_a_keynote_that_is_not_over_is_a_mark_where_it_began():
    keynote = Keynote(title="One", starts_at=NINE, ends_at=NINE + 30 * MINUTE, actual_start=NINE + 6 * MINUTE)

    band = shapes.days(figures.timeline(facts(keynotes=[keynote])), facts().event.zone)[0].bands[0]

    assert [(bar.kind, bar.x, bar.width) for bar in band.bars] == [
        ("planned", "0.000%", "50.000%"),
        ("actual", "10.000%", "3"),
    ]
