"""The panel for scheduling in a real browser: only the way that was chosen is asked for, and within the panel."""

import pytest

from tests import factories
from tests.coverage.desk.pages import BACKEND, change_url
from tests.coverage.live.conftest import SITE, open_reader  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]


@pytest.fixture
def panel(open_reader, client, people, event):  # noqa: F811
    """Opens the panel of a post at an event with a long keynote, in a window of that width."""
    client.force_login(people["editor"], backend=BACKEND)
    factories.make_keynote(
        event, title="A panel on cheap power and the people who pay for it, and for whom " * 2
    )
    post = factories.make_post(event)

    def open_panel(width: int):
        page = open_reader(width).page
        page.goto(SITE + change_url(post))
        page.locator("details.verb-schedule > summary").click()
        return page.locator("details.verb-schedule .panel")

    return open_panel


def test_only_the_way_that_was_chosen_is_asked_for(panel):
    shown = panel(1280)
    names = ("publish_at", "anchor_keynote", "anchor", "anchor_minutes")

    def asked() -> list[bool]:
        return [shown.locator(f"[name=schedule-{name}]").is_visible() for name in names]

    by_time = asked()
    shown.locator("[name=schedule-when]").select_option("keynote")

    assert (by_time, asked()) == ([True, False, False, False], [False, True, True, True])


@pytest.mark.parametrize("width", [390, 1280])
def test_every_field_stays_within_the_panel(width, panel):
    shown = panel(width)

    shown.locator("[name=schedule-when]").select_option("keynote")

    assert shown.evaluate("(panel) => panel.scrollWidth - panel.clientWidth") == 0
