"""Taking over a claim whose holder is gone, with what she had typed."""

import datetime
import uuid

import pytest
import time_machine
from django.urls import reverse

from coverage.desk import presence
from coverage.models import Typed
from coverage.publishing import filing, review
from coverage.publishing.access import verbs_for
from coverage.publishing.publication import post_by_id
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import NotAllowed, StaleState, WrongState
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, open_form, said
from tests.coverage.desk.test_typed import keep


@pytest.fixture(autouse=True)
def _nobody(monkeypatch):
    monkeypatch.setattr(presence, "KEY", f"test:{uuid.uuid4()}")


@pytest.fixture
def ada():
    return factories.make_editor(username="ada", first_name="Ada")


@pytest.fixture
def post(event, people, ada):
    """Filed by the reporter, claimed by Ada."""
    post = factories.make_post(event, by=people["reporter"], headline="First")
    review.submit(post_by_id(post.pk), by=people["reporter"])
    return review.claim(post_by_id(post.pk), by=ada)


def url(post) -> str:
    return reverse("admin:coverage_post_take_over", args=[post.pk])


def page_of(post) -> str:
    return f"/admin/coverage/post/{post.pk}/change/"


def test_one_click_takes_it_over_with_what_she_had_typed(desk, post, people, ada):
    hers = client_of(ada)
    then = datetime.datetime(2026, 3, 20, 9, 41, tzinfo=datetime.UTC)
    with time_machine.travel(then, tick=False):
        keep(hers, {**open_form(hers, post), "headline": "Hers, typed"}, change_url(post))
    with time_machine.travel(then + datetime.timedelta(seconds=61), tick=False):
        page = desk.get(change_url(post))
        assert "Take over from Ada" in page.text

        taken = desk.post(url(post), fields_of(page, "beside"), follow=True)

    fields = fields_of(taken, "post_form")
    assert fields["headline"] == "Hers, typed"
    assert "This is what Ada had typed at 10:41" in taken.text
    assert post_by_id(post.pk).claimed_by == people["editor"]
    desk.post(change_url(post), {**fields, "_continue": "1"})
    assert post_by_id(post.pk).headline == "Hers, typed"
    assert not Typed.objects.exists()


def test_it_is_in_the_audit(desk, post, ada):
    desk.post(url(post), open_form(desk, post))

    row = AuditRow.objects.filter(verb="take-over").get()
    assert (row.person_name, row.before["name"], row.after["name"]) == ("ed", "ada", "ed")
    assert (row.from_state, row.to_state) == ("in_review", "in_review")


def test_who_is_at_the_desk_is_not_taken_over(desk, post, event, ada):
    presence.here(ada, "/admin/desk/summit/", event=event)

    page, answer = desk.get(change_url(post)), desk.post(url(post), open_form(desk, post), follow=True)

    assert "Take over" not in page.text
    assert "Ada is here" in said(answer)
    assert post_by_id(post.pk).claimed_by == ada


def test_who_typed_within_the_minute_is_there_though_redis_is_down(desk, post, ada, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    hers = client_of(ada)
    keep(hers, {**open_form(hers, post), "headline": "Typing"}, change_url(post))

    desk.post(url(post), open_form(desk, post))

    assert post_by_id(post.pk).claimed_by == ada


def test_a_chief_takes_over_from_anybody(post, people, event, ada):
    presence.here(ada, page_of(post), event=event)
    chief = client_of(people["chief"])

    page = chief.get(change_url(post))
    chief.post(url(post), fields_of(page, "post_form"))

    assert "Take over from Ada" in page.text
    assert post_by_id(post.pk).claimed_by == people["chief"]


def test_a_change_meanwhile_is_merged_with_what_she_had_typed(desk, post, ada):
    hers = client_of(ada)
    with time_machine.travel(datetime.datetime(2026, 3, 20, 9, 41, tzinfo=datetime.UTC), tick=False):
        keep(hers, {**open_form(hers, post), "headline": "Hers, typed"}, change_url(post))
    filing.update_post(post_by_id(post.pk), by=ada, body="<p>Saved elsewhere.</p>")

    taken = desk.post(url(post), open_form(desk, post), follow=True)

    fields = fields_of(taken, "post_form")
    assert (fields["headline"], fields["body"]) == ("Hers, typed", "<p>Saved elsewhere.</p>")


def test_only_who_took_over_reads_what_she_had_typed(desk, post, people, ada):
    hers = client_of(ada)
    with time_machine.travel(datetime.datetime(2026, 3, 20, 9, 41, tzinfo=datetime.UTC), tick=False):
        keep(hers, {**open_form(hers, post), "headline": "Hers, typed"}, change_url(post))
    review.release_claim(post_by_id(post.pk), by=ada)
    review.claim(post_by_id(post.pk), by=people["editor"])

    assert "Hers, typed" not in desk.get(change_url(post)).text


def test_a_get_takes_nothing_over_and_a_reporter_neither(desk, hers, post, ada):
    fields = open_form(desk, post)

    assert desk.get(url(post)).status_code == 405
    assert "for an editor" in said(hers.post(url(post), fields, follow=True))
    assert post_by_id(post.pk).claimed_by == ada


@pytest.mark.parametrize("door", ["the desk", "the live desk"])
def test_only_who_holds_a_claim_is_offered_to_release_it(door, desk, post, people, ada):
    page = change_url(post) if door == "the desk" else reverse("admin:live_desk", args=["summit"])

    offered = {
        person: '"release-claim"' in client.get(page).text
        for person, client in [
            ("ada", client_of(ada)),
            ("another", desk),
            ("chief", client_of(people["chief"])),
        ]
    }

    assert offered == {"ada": True, "another": False, "chief": True}


class TestTheVerb:
    def test_changes_of_a_published_post_are_taken_over_too(self, event, people, ada):
        post = factories.make_published(event, by=people["reporter"])
        filing.update_post(post_by_id(post.pk), by=people["editor"], headline="New")
        review.submit(post_by_id(post.pk), by=people["editor"])
        review.claim(post_by_id(post.pk), by=ada)

        review.take_over(post_by_id(post.pk), by=people["editor"], present=False)

        post = post_by_id(post.pk)
        assert (post.state, post.review, post.claimed_by) == ("published", "in_review", people["editor"])

    def test_a_claim_is_not_released_by_another_to_take_it(self, post, people, ada):
        assert "release-claim" not in [verb.name for verb in verbs_for(people["editor"], post_by_id(post.pk))]
        with pytest.raises(NotAllowed, match="another editor takes it over"):
            review.release_claim(post_by_id(post.pk), by=people["editor"])

        assert post_by_id(post.pk).claimed_by == ada
        review.release_claim(post_by_id(post.pk), by=people["chief"])
        assert post_by_id(post.pk).state == "submitted"

    def test_refusals(self, post, people, ada):
        with pytest.raises(NotAllowed):
            review.take_over(post_by_id(post.pk), by=people["reporter"], present=False)
        with pytest.raises(WrongState):
            review.take_over(post_by_id(post.pk), by=ada, present=False)
        with pytest.raises(StaleState):
            review.take_over(post_by_id(post.pk), by=people["editor"], present=False, version=1)
        with pytest.raises(NotAllowed):
            review.take_over(post_by_id(post.pk), by=people["editor"], present=True)
        review.approve(post_by_id(post.pk), by=people["editor"])
        with pytest.raises(WrongState):
            review.take_over(post_by_id(post.pk), by=people["editor"], present=False)
