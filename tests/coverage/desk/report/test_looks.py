"""How the report looks, measured in a real browser."""

import datetime
import itertools

import pytest

from coverage.publishing import publication, review
from coverage.publishing.publication import post_by_id
from tests import factories
from tests.coverage.desk.report.test_pages import address
from tests.coverage.desk.test_theme import desk_page, open_reader, paper, sideways  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]

NINE = datetime.datetime(2026, 3, 20, 8, tzinfo=datetime.UTC)  # in Paris
LONG = "A keynote whose title is longer than any phone is wide, and then some more of it"


@pytest.fixture
def busy(event, people):
    """Two days, a keynote late in the second, and posts by seven people."""
    keynote = factories.make_keynote(
        event,
        title=LONG,
        starts_at=NINE + datetime.timedelta(hours=33),
        ends_at=NINE + datetime.timedelta(hours=34),
    )
    for number in range(7):
        person = factories.make_person(first_name="Bartholomea", last_name=f"Featherstonehaugh {number}")
        factories.assign(person, event)
        post = factories.make_post(event, by=person, keynote=keynote)
        review.submit(post_by_id(post.pk), by=person)
        publication.publish(post_by_id(post.pk), by=people["editor"], at=None if number else NINE)
    return event


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_nothing_is_wider_than_the_window_and_letters_keep_their_size(desk_page, busy, width):  # noqa: F811
    page = desk_page(address(busy), width)

    titles = page.locator(".band-title")
    box = titles.first.bounding_box()
    assert sideways(page) <= 0
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.locator(".hour").first.evaluate("e => getComputedStyle(e).fontSize") == "12px"


def test_labels_of_the_clock_do_not_touch_on_a_phone(desk_page, busy):  # noqa: F811
    page = desk_page(address(busy), 390)

    boxes = [one.bounding_box() for one in page.locator("figure.plot >> nth=0 >> .hour:visible").all()]

    assert len(boxes) > 2
    assert all(a["x"] + a["width"] < b["x"] for a, b in itertools.pairwise(boxes))


def test_it_is_printed_on_white_without_the_desk_around_it(desk_page, busy):  # noqa: F811
    page = desk_page(address(busy), 720, color_scheme="dark")

    page.emulate_media(media="print")

    assert paper(page) == "rgb(250, 247, 241)"
    assert not page.locator("#header").is_visible()
    assert page.locator("figure.plot").first.is_visible()
