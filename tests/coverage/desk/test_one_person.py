"""Speakers who may be one person, at the desk."""

import pytest
from django.urls import reverse

from coverage.models import Speaker
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import change_url, said

LIST = reverse("admin:coverage_speaker_changelist")


@pytest.fixture
def kept(event):
    speaker = Speaker.objects.create(slug="jeffrey-morgan", name="Jeffrey Morgan", job_title="Founder")
    factories.make_keynote(event, title="Opening", speakers=[speaker])
    return speaker


@pytest.fixture
def other(event):
    speaker = Speaker.objects.create(slug="jeffery-morgan", name="Jeffery Morgan")
    factories.make_keynote(event, title="Panel", speakers=[speaker])
    factories.make_published(event, speakers=[speaker])
    return speaker


def address(speaker) -> str:
    return reverse("admin:coverage_speaker_merging", args=[speaker.pk])


def test_the_list_offers_likely_pairs_to_an_editor_only(desk, hers, kept, other):
    link = f"{address(kept)}?other={other.pk}"

    assert link in desk.get(LIST).content.decode()
    assert link not in hers.get(LIST).content.decode()


def test_both_stand_side_by_side(desk, kept, other):
    page = desk.get(address(kept), {"other": other.pk})

    html = page.content.decode()
    assert [(side.speaker, side.posts) for side in page.context["sides"]] == [(kept, 0), (other, 1)]
    assert "Opening" in html
    assert "Panel" in html


def test_without_another_it_asks_for_one(desk, kept):
    assert 'name="other"' in desk.get(address(kept)).content.decode()
    assert desk.get(address(kept), {"other": kept.pk}).context["sides"] == []


@pytest.mark.parametrize("stays", ["jeffrey-morgan", "jeffery-morgan"])
def test_the_one_that_was_chosen_stays(stays, desk, kept, other):
    chosen = Speaker.objects.get(slug=stays)

    page = desk.post(address(kept), {"other": other.pk, "stays": chosen.pk, "_merge": "1"}, follow=True)

    assert list(Speaker.objects.all()) == [chosen]
    assert chosen.appearances.count() == 2
    assert page.redirect_chain[-1][0] == change_url(chosen)
    assert "is an alias" in said(page)


def test_pressed_twice_it_is_done_once(desk, kept, other):
    sent = {"other": other.pk, "stays": kept.pk, "_merge": "1"}
    desk.post(address(kept), sent)

    again = desk.post(address(kept), sent, follow=True)

    assert said(again).endswith("They are one already, or that row is gone.")
    assert AuditRow.objects.filter(verb="merge").count() == 1


def test_pressed_twice_where_the_row_of_the_page_goes_it_leads_to_the_one_that_stays(desk, hers, kept, other):
    sent = {"other": other.pk, "stays": other.pk, "_merge": "1"}
    desk.post(address(kept), sent)

    again = desk.post(address(kept), sent, follow=True)

    assert again.redirect_chain[-1][0] == change_url(other)
    assert said(again).endswith("They are one already, or that row is gone.")
    assert AuditRow.objects.filter(verb="merge").count() == 1
    assert hers.post(address(kept), sent).status_code == 404


def test_a_row_merged_and_merged_again_leads_to_the_last(desk, kept, other):
    last = factories.make_speaker("Jeff Morgan")
    desk.post(address(kept), {"other": other.pk, "stays": other.pk, "_merge": "1"})
    desk.post(address(other), {"other": last.pk, "stays": last.pk, "_merge": "1"})

    assert desk.get(address(kept))["Location"] == change_url(last)
    assert desk.get(reverse("admin:coverage_speaker_merging", args=[last.pk + 1])).status_code == 404


def test_two_people_are_not_offered_again(desk, kept, other):
    desk.post(address(kept), {"other": other.pk, "_two": "1"})

    assert Speaker.objects.count() == 2
    assert desk.get(LIST).context["pairs"] == []


def test_nobody_else_merges(hers, kept, other):
    assert hers.get(address(kept)).status_code == 403
    assert hers.post(address(kept), {"other": other.pk, "stays": kept.pk}).status_code == 403
    assert Speaker.objects.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_many(count, desk, event, django_assert_num_queries):
    for number in range(count):
        factories.make_speaker(f"Somebody {number}")
    desk.get(LIST)

    with django_assert_num_queries(10):
        desk.get(LIST)
