"""Pause, end, clear the rehearsal and the next edition, from the event's page."""

import pytest
from django.urls import reverse

from coverage.models import Event, Post
from coverage.publishing import review
from coverage.publishing.head import head_of
from coverage.publishing.publication import post_by_id
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, open_form, said

pytestmark = pytest.mark.django_db


def step_url(event: Event, name: str) -> str:
    return reverse("admin:coverage_event_life", args=[event.pk, name])


def press(desk, event: Event, name: str):
    return desk.post(change_url(event), {**open_form(desk, event), "_verb": name}, follow=True)


def test_a_pause_asks_what_to_tell_the_readers(desk, event):
    page = press(desk, event, "pause")
    assert page.redirect_chain[-1][0] == step_url(event, "pause")

    done = desk.post(
        step_url(event, "pause"), {**fields_of(page, "step_form"), "text": "Back at 14:00"}, follow=True
    )

    assert said(done).startswith("Paused.")
    assert (head_of(event).state, head_of(event).pause_note) == ("paused", "Back at 14:00")


def test_an_event_with_nothing_left_ends_at_once(desk, event):
    assert said(press(desk, event, "end")).endswith("Ended: pages stop asking for news.")

    assert head_of(event).state == "ended"


def test_what_is_left_is_listed_before_the_end(desk, event, people):
    post = post_by_id(factories.make_post(event, by=people["reporter"], headline="Still here").pk)
    review.submit(post, by=people["reporter"])

    page = press(desk, event, "end")
    assert head_of(event).state == "live"
    assert "Still here" in page.text
    assert "End all the same" in page.text
    done = desk.post(step_url(event, "end"), fields_of(page, "step_form"), follow=True)
    again = desk.post(step_url(event, "end"), fields_of(page, "step_form"), follow=True)

    assert head_of(event).state == "ended"
    assert said(done) == "Ended: pages stop asking for news."
    assert said(again) == "It is ended already."


def test_a_rehearsal_is_cleared_after_a_yes(desk, people):
    event = factories.make_event(rehearsal=True)
    factories.make_published(event, by=people["editor"])

    page = press(desk, event, "clear")
    assert Post.objects.exists()
    done = desk.post(step_url(event, "clear"), fields_of(page, "step_form"), follow=True)

    assert said(done) == "Cleared: 1 post is gone, and the event is a draft again."
    assert not Post.objects.exists()
    assert "live_desk" not in done.text


def test_an_edition_is_made_and_shown_to_be_confirmed(desk, event):
    page = press(desk, event, "edition")
    refused = desk.post(step_url(event, "edition"), {**fields_of(page, "step_form"), "text": event.title})
    assert refused.status_code == 400
    assert "There is an event of that name already" in refused.text

    done = desk.post(
        step_url(event, "edition"), {**fields_of(page, "step_form"), "text": "Summit 2027"}, follow=True
    )

    edition = Event.objects.get(slug="summit-2027")
    assert done.redirect_chain[-1][0] == change_url(edition)
    assert "Confirm what was copied" in said(done)


def test_which_steps_are_offered(desk, event):
    rehearsal = factories.make_event(rehearsal=True)
    draft = factories.make_event(state="draft")

    offered = {one.pk: dict(desk.get(change_url(one)).context["steps"]) for one in (event, rehearsal, draft)}

    assert [list(offered[one.pk]) for one in (event, rehearsal, draft)] == [["edition"], ["clear"], []]


def test_an_edition_asked_for_twice_is_made_once(desk, people, event):
    asked = {"text": "Summit 2027"}
    desk.post(step_url(event, "edition"), asked)
    edition = Event.objects.get(slug="summit-2027")

    again = desk.post(step_url(event, "edition"), asked, follow=True)
    others = client_of(people["chief"]).post(step_url(event, "edition"), asked)

    assert again.redirect_chain[-1][0] == change_url(edition)
    assert said(again).endswith(" It is made already.")
    assert others.status_code == 400


@pytest.mark.parametrize("name", ["pause", "end", "clear", "edition"])
def test_a_reporter_does_none_of_it(name, hers, event):
    assert hers.get(step_url(event, name)).status_code == 403
    assert hers.post(step_url(event, name), {"text": "x"}).status_code == 403
    assert head_of(event).state == "live"


def test_there_is_no_other_step_and_no_other_event(desk, event):
    assert desk.get(step_url(event, "explode")).status_code == 404
    assert client_of(factories.make_person()).get(step_url(event, "end")).status_code == 404
