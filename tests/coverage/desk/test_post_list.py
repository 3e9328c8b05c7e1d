"""The list of posts: what a search looks through, and the order of what is published."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from coverage.publishing import publication, review
from coverage.publishing.publication import post_by_id
from tests import factories
from tests.coverage.desk.pages import fields_of

LIST = reverse("admin:coverage_post_changelist")


def headlines(page) -> list[str]:
    return [post.headline for post in page.context["cl"].result_list]


@pytest.fixture
def one_of_each(event, people):
    """A draft, a filing and a published post that share a word."""
    factories.make_post(event, headline="Keynote draft")
    filed = factories.make_post(event, by=people["reporter"], headline="Keynote filed")
    review.submit(post_by_id(filed.pk), by=people["reporter"])
    factories.make_published(event, headline="Keynote published")


@pytest.mark.parametrize("begun_at", ["", "?queue=desk", "?queue=drafts"])
def test_search_looks_through_all_states_wherever_it_is_begun(desk, event, one_of_each, begun_at):
    box = fields_of(desk.get(LIST + begun_at), "changelist-search")

    found = desk.get(LIST, {**box, "q": "keynote"})

    assert sorted(headlines(found)) == ["Keynote draft", "Keynote filed", "Keynote published"]


def test_search_keeps_the_event_and_is_narrowed_by_state(desk, event, one_of_each):
    factories.make_published(factories.make_event(), headline="Keynote elsewhere")
    box = fields_of(desk.get(LIST, {"event__id__exact": event.pk}), "changelist-search")

    found = desk.get(LIST, {**box, "q": "keynote", "queue": "published"})

    assert headlines(found) == ["Keynote published"]


def test_states_count_what_they_would_show_within_search_and_event(desk, event, one_of_each):
    elsewhere = factories.make_event()
    factories.make_published(elsewhere, headline="Keynote elsewhere")
    factories.make_published(event, headline="Something else")

    found = desk.get(LIST, {"event__id__exact": event.pk, "q": "keynote"}).text

    assert "Published (1)" in found
    assert "Drafts (1)" in found
    assert "All (3)" in found


def test_published_posts_stand_in_the_order_of_their_release_with_the_pinned_one_marked(desk, event, people):
    at = datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC)
    first = factories.make_published(event, at=at, headline="First")
    factories.make_published(event, at=at + datetime.timedelta(minutes=5), headline="Second")
    with time_machine.travel(at + datetime.timedelta(minutes=9), tick=False):
        publication.pin(post_by_id(first.pk), by=people["editor"])

    page = desk.get(LIST, {"queue": "published"})

    assert headlines(page) == ["Second", "First"]
    assert page.text.count('<span class="tag">pinned</span>') == 1
    assert "20 Mar 10:05 CET" in page.text


def test_rows_of_filters_say_what_they_filter(desk, one_of_each):
    page = desk.get(LIST).text

    assert "<h3>State:</h3>" in page
