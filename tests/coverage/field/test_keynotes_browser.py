"""Started, over, late in a real browser of 360 pixels, without JavaScript: buttons outside the form they send."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from coverage.models import Keynote
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("journeys")]

FINGER = 44  # pixels
HALF_HOUR = datetime.timedelta(minutes=30)


@pytest.fixture
def page(browser, live_server, publisher):
    client = Client()
    client.force_login(publisher)
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 740},
        java_script_enabled=False,
        has_touch=True,
    )
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    yield context.new_page()
    context.close()


def check_size(page) -> None:
    """Nothing to scroll sideways, and every button is large enough for a finger."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = [button.bounding_box() for button in page.locator("main button:visible").all()]
    assert [box for box in boxes if min(box["width"], box["height"]) < FINGER] == []


def test_pressed_by_a_finger_with_words_half_typed(page, event):
    now = timezone.now()
    for number, slug in enumerate(("opening", "panel")):
        start = now + number * HALF_HOUR
        factories.make_keynote(
            event,
            slug=slug,
            title=f"The {slug} " + "of a day with a very long title " * 3,
            starts_at=start,
            ends_at=start + HALF_HOUR,
        )
    page.goto("/field/")
    check_size(page)
    words, opening = page.locator("textarea[name=text]"), page.locator("#show-opening")

    opening.get_by_role("button", name="Started").tap()
    expect(opening.get_by_role("status")).to_contain_text("has begun. Readers see it now.")
    words.fill("They clap for a minute.")
    opening.get_by_role("button", name="Over").tap()
    expect(page.locator("main > .notice")).to_contain_text("is over. Readers see it now.")
    expect(words).to_have_value("They clap for a minute.")
    page.locator("#show-panel").get_by_role("button", name="Late…").tap()
    page.get_by_role("button", name="20 min").tap()
    expect(page.locator(".moves li")).to_have_count(1)
    check_size(page)
    page.get_by_role("button", name="Move by 20 minutes").tap()
    expect(words).to_have_value("They clap for a minute.")

    opening, panel = Keynote.objects.order_by("order")
    assert opening.actual_end
    assert panel.starts_at == now + HALF_HOUR + datetime.timedelta(minutes=20)
