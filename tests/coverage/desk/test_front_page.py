"""The first page: a newcomer's way, then what waits now."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from coverage.models import Event, Keynote
from coverage.publishing import programme, publication, review, schedule
from coverage.publishing.publication import post_by_id
from tests import factories
from tests.coverage.desk.pages import client_of


@pytest.fixture
def chief(db):
    return factories.make_chief(username="first")


def _ticks(client) -> list[bool]:
    return [step.done for step in client.get("/admin/").context["steps"]]


def test_a_newcomer_is_led_from_nothing_to_a_published_post(chief):
    client = client_of(chief)
    assert _ticks(client) == [False] * 5

    event = Event.objects.create(slug="first", title="The first")
    assert _ticks(client) == [True, False, False, False, False]
    Keynote.objects.create(event=event, slug="one", title="One")
    factories.assign(factories.make_person(), event)
    assert _ticks(client) == [True, True, True, False, False]
    post = factories.make_post(event, by=chief)
    programme.announce(event, by=chief)
    assert _ticks(client) == [True, True, True, True, False]

    publication.publish(post_by_id(post.pk), by=chief)
    assert "steps" not in client.get("/admin/").context


def test_each_step_leads_to_a_page_that_opens(chief):
    client = client_of(chief)

    for step in client.get("/admin/").context["steps"]:
        assert client.get(step.url).status_code == 200


def test_an_editors_steps_lead_nowhere_forbidden(db):
    client = client_of(factories.make_editor())

    for step in client.get("/admin/").context["steps"]:
        assert client.get(step.url).status_code == 200


def _file(event, people, headline: str):
    post = factories.make_post(event, by=people["reporter"], headline=headline)
    return review.submit(post_by_id(post.pk), by=people["reporter"])


def test_an_editor_sees_what_waits_what_is_scheduled_and_what_is_live(desk, event, people):
    factories.make_published(event)
    _file(event, people, "Waiting")
    later = factories.make_post(event, headline="Later")
    schedule.schedule(
        post_by_id(later.pk), by=people["editor"], publish_at=timezone.now() + datetime.timedelta(hours=1)
    )

    page = desk.get("/admin/")

    assert [post.headline for post in page.context["waiting"]] == ["Waiting"]
    assert [post.headline for post in page.context["scheduled"]] == ["Later"]
    assert [head.title for head in page.context["live"]] == ["The Summit"]


def test_a_reporter_sees_her_own_and_the_desks_note(hers, event, people):
    post = _file(event, people, "Hers")
    factories.make_post(event, by=people["editor"], headline="Theirs")
    review.send_back(post_by_id(post.pk), by=people["editor"], note="Who said so?")

    page = hers.get("/admin/")

    assert [post.headline for post in page.context["mine"]] == ["Hers"]
    assert b"Who said so?" in page.content
    assert b"Theirs" not in page.content


def test_the_page_costs_the_same_however_much_waits(desk, event, people, django_assert_max_num_queries):
    factories.make_published(event)
    _file(event, people, "One")
    with django_assert_max_num_queries(40) as once:
        desk.get("/admin/")
    for number in range(4):
        _file(event, people, f"More {number}")
        factories.make_keynote(event)

    with django_assert_max_num_queries(len(once)):
        desk.get("/admin/")


def test_write_a_post_leads_to_the_form(desk, event):
    factories.make_published(event)

    assert f'href="{reverse("admin:coverage_post_add")}"'.encode() in desk.get("/admin/").content
