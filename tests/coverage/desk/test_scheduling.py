"""The desk's form for scheduling: at a time that exists, or by a keynote."""

import datetime

import pytest
import time_machine

from coverage.models import Post
from tests import factories
from tests.coverage.desk.pages import change_url, fields_of, open_form, said, verb_url

NOW = datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def in_march():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def keynote(event):
    return factories.make_keynote(event, title="Opening", starts_at=NOW + datetime.timedelta(hours=1))


def test_a_post_is_scheduled_by_its_keynote(desk, event, keynote):
    post = factories.make_post(event, keynote=keynote)
    fields = open_form(desk, post)
    assert fields["schedule-anchor_keynote"] == keynote.slug
    typed = {"schedule-when": "keynote", "schedule-anchor": "planned-start", "schedule-anchor_minutes": "-5"}

    response = desk.post(change_url(post), {**fields, **typed, "_verb": "schedule"}, follow=True)

    post.refresh_from_db()
    assert said(response) == (
        "Scheduled for 20 March 2026, 10:55 (Europe/Paris), 5 min before the planned start of “Opening”."
    )
    assert (post.state, post.anchor_keynote) == ("scheduled", keynote)
    assert open_form(desk, post)["schedule-anchor_minutes"] == "-5"


def test_what_waits_for_a_start_says_so_wherever_it_stands(desk, event, keynote):
    post = factories.make_post(event, headline="Doors close")
    typed = {
        "_version": post.version,
        "schedule-when": "keynote",
        "schedule-anchor_keynote": keynote.slug,
        "schedule-anchor": "actual-start",
        "schedule-anchor_minutes": "0",
    }

    response = desk.post(verb_url(post, "schedule"), typed, follow=True)

    assert said(response) == "Scheduled, at the actual start of “Opening”."
    for page in ("/admin/", change_url(post)):
        assert "at the actual start of “Opening”" in desk.get(page).text


def test_without_keynotes_only_a_time_is_asked_for(desk, event):
    fields = fields_of(desk.get(verb_url(factories.make_post(event), "schedule")), "verb_form")

    assert [name for name in fields if name.startswith("schedule-")] == ["schedule-publish_at"]


def test_a_time_is_needed_where_a_time_was_chosen(desk, event, keynote):
    post = factories.make_post(event)
    typed = {"_version": post.version, "schedule-when": "time", "schedule-anchor_minutes": "x"}

    response = desk.post(verb_url(post, "schedule"), typed)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["publish_at"]


def test_a_doubled_time_is_asked_for_and_then_taken(desk, event):
    post = factories.make_post(event)
    typed = {"_version": post.version, "schedule-publish_at": "2026-10-25T02:30"}

    asked = desk.post(verb_url(post, "schedule"), typed)
    desk.post(verb_url(post, "schedule"), {**fields_of(asked, "verb_form"), "schedule-publish_at_which": "2"})

    assert "02:30 comes twice on 25 October 2026 in Europe/Paris" in asked.text
    at = Post.objects.get(pk=post.pk).publish_at
    assert at == datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC)


def test_a_missing_time_of_a_keynote_is_asked_for(desk, keynote):
    typed = {**open_form(desk, keynote), "starts_at": "2026-03-29T02:30", "_continue": "1"}

    response = desk.post(change_url(keynote), typed)

    assert "02:30 does not exist on 29 March 2026 in Europe/Paris" in response.text
    assert "Did you mean 01:30 or 03:30?" in response.text
