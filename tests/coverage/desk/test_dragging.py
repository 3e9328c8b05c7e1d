"""Keynotes are dragged to another place, and moved there by keyboard alone, in a real browser."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from coverage.record.models import ReleasedKeynote
from tests import factories
from tests.coverage.desk.pages import BACKEND
from tests.coverage.live.conftest import SITE, open_reader  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]


@pytest.fixture
def keynotes(event) -> list:
    return [factories.make_keynote(event, title=title) for title in "ABC"]


@pytest.fixture
def show(open_reader, client, people, event, keynotes):  # noqa: F811
    """Opens the run of show for an editor."""
    client.force_login(people["editor"], backend=BACKEND)

    def open_page(width: int):
        page = open_reader(width).page
        page.goto(SITE + reverse("admin:coverage_event_programme", args=[event.pk]))
        return page

    return open_page


def order_after(act, page, client) -> list[str]:
    """What readers see once the form that the page sends by itself is answered."""
    with page.expect_request(lambda request: request.method == "POST") as sent:
        act()
    client.post(urlsplit(sent.value.url).path, dict(parse_qsl(sent.value.post_data, keep_blank_values=True)))
    return list(ReleasedKeynote.objects.values_list("title", flat=True))


def drag(page, keynote, to) -> None:
    carry(page, keynote, to)
    page.mouse.up()


def carry(page, keynote, to) -> None:
    """By its grip into the lower half of another keynote's row, and held there."""
    grip, row = page.locator(f"#keynote-{keynote.pk} .grip"), page.locator(f"#keynote-{to.pk}")
    start, end = grip.bounding_box(), row.bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, end["y"] + end["height"] - 4, steps=8)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_dragged_keynote_stays_where_it_was_dropped(width, show, keynotes, client):
    page = show(width)

    order = order_after(lambda: drag(page, keynotes[0], to=keynotes[1]), page, client)

    assert order == ["B", "A", "C"]


@pytest.mark.parametrize("way", ["pointercancel", "Escape"])
def test_a_drag_that_is_broken_off_puts_the_keynote_back(way, show, keynotes):
    page, sent = show(1280), []
    page.on("request", lambda request: sent.append(request.method))
    titles = page.locator("[data-keynote]")
    before = [each.get_attribute("data-keynote") for each in titles.all()]
    carry(page, keynotes[0], to=keynotes[1])
    carried = [each.get_attribute("data-keynote") for each in titles.all()]

    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.evaluate("document.dispatchEvent(new PointerEvent('pointercancel'))")
    page.mouse.up()

    assert carried != before
    assert [each.get_attribute("data-keynote") for each in titles.all()] == before
    assert page.locator(".is-dragged").count() == 0
    assert "POST" not in sent


def test_the_keyboard_alone_moves_a_keynote(show, client):
    page = show(1280)

    page.get_by_role("button", name="Move “C” up").focus()
    order = order_after(lambda: page.keyboard.press("Enter"), page, client)

    assert order == ["A", "C", "B"]
