"""Who writes and who photographs a keynote, in its own form; and the zone beside its times."""

import pytest

from coverage.models import Keynote
from tests import factories
from tests.coverage.desk.pages import BACKEND, change_url, new_form, open_form
from tests.coverage.live.conftest import SITE, open_reader  # noqa: F401


@pytest.fixture
def keynote(event):
    return factories.make_keynote(event)


def test_a_keynotes_form_offers_who_covers_its_event(desk, keynote, people):
    factories.make_person(first_name="Sam", last_name="Stranger")

    page = desk.get(change_url(keynote)).text
    typed = {**open_form(desk, keynote), "writer": people["reporter"].pk, "_continue": "1"}
    desk.post(change_url(keynote), typed)

    keynote.refresh_from_db()
    assert keynote.writer == people["reporter"]
    assert "Rosa Lind</option>" in page
    assert "Sam Stranger" not in page


def test_a_new_keynote_takes_nobody_who_does_not_cover_its_event(desk, event, people):
    stranger = factories.make_person(first_name="Sam", last_name="Stranger")
    address, fields = new_form(desk, "coverage_keynote", f"?event={event.pk}")
    fields |= {"title": "Opening", "slug": "opening", "_continue": "1"}

    refused = desk.post(address, {**fields, "photographer": stranger.pk})
    desk.post(address, {**fields, "photographer": people["photographer"].pk})

    assert "Sam Stranger does not cover this event" in refused.text
    assert Keynote.objects.get(slug="opening").photographer == people["photographer"]


def test_the_zone_stands_beside_each_time_and_can_follow_the_event(desk, keynote):
    other = factories.make_event(time_zone="America/New_York")

    page = desk.get(change_url(keynote)).text
    empty = desk.get(f"/admin/coverage/keynote/add/?event={other.pk}").text

    assert page.count('<span class="in-zone">Europe/Paris</span>') >= 2
    assert f'<option value="{other.pk}" selected data-zone="America/New_York">' in empty
    assert '<span class="in-zone">America/New_York</span>' in empty


@pytest.mark.xdist_group("browser")
def test_the_zone_beside_a_time_follows_what_is_chosen(open_reader, client, people, event):  # noqa: F811
    other = factories.make_event(time_zone="America/New_York")
    client.force_login(people["editor"], backend=BACKEND)
    page = open_reader(1280).page
    page.goto(f"{SITE}/admin/coverage/keynote/add/?event={event.pk}")

    page.locator("#id_event").select_option(str(other.pk))

    assert set(page.locator("form .in-zone:visible").all_text_contents()) == {"America/New_York"}
