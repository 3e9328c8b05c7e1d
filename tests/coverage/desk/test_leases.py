"""Leases that run out: who is told, of which pictures, with which pages."""

import datetime

import pytest
from django.utils import timezone

from coverage.desk.leases import leases_for
from media.models import Image
from newsroom.editorial.roles import PHOTO_EDITOR
from tests import factories
from tests.coverage.desk.pages import client_of

NOW = datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)


def leased(event, *, ends_in: datetime.timedelta, published: bool = True, **fields) -> Image:
    image = factories.make_image(**fields)
    make = factories.make_published if published else factories.make_post
    make(event, headline=f"About {image.alt_text}", images=[{"image": image, "caption": ""}])
    Image.objects.filter(pk=image.pk).update(lease_until=NOW + ends_in)
    return image


def hours(count: float) -> datetime.timedelta:
    return datetime.timedelta(hours=count)


def test_leases_that_end_within_two_days_are_listed_the_first_first(event, people):
    later = leased(event, ends_in=hours(48), alt_text="Later")
    soon = leased(event, ends_in=hours(2), alt_text="Soon")
    leased(event, ends_in=hours(48.1), alt_text="Far")

    found = leases_for(people["editor"], at=NOW)

    assert [(one.image, one.is_urgent, one.is_over) for one in found] == [
        (soon, True, False),
        (later, False, False),
    ]
    assert [page.kind for page in found[0].pages] == ["post", "event"]
    assert found[0].when == "20 Mar, 12:00 CET"


def test_what_is_over_is_listed_while_a_published_post_holds_it(event, people):
    over = leased(event, ends_in=hours(-1), alt_text="Over")
    leased(event, ends_in=hours(-1), published=False, alt_text="In a draft")
    gone = leased(event, ends_in=hours(1), alt_text="Gone")
    Image.objects.filter(pk=gone.pk).update(state="withdrawn")

    found = leases_for(people["editor"], at=NOW)

    assert [(one.image, one.is_over) for one in found] == [(over, True)]


def test_a_published_copy_keeps_its_original_s_lease_on_the_list(event, people):
    root = factories.make_image(alt_text="Root")
    copy = factories.make_image(same_as=root)
    factories.make_published(event, images=[{"image": copy, "caption": ""}])
    Image.objects.filter(pk=root.pk).update(lease_until=NOW - hours(1))

    assert [one.image for one in leases_for(people["editor"], at=NOW)] == [root]


@pytest.mark.parametrize("address", ["/admin/", "/admin/media/image/"])
def test_editors_see_them_on_the_first_page_and_the_list(address, event, people):
    image = leased(event, ends_in=hours(0), alt_text="A stage")
    Image.objects.filter(pk=image.pk).update(lease_until=timezone.now() + hours(1))

    pia = factories.make_person(PHOTO_EDITOR)
    page, theirs, hers = (
        client_of(one).get(address).text for one in (people["editor"], pia, people["photographer"])
    )
    assert "Leases running out" in theirs

    assert "Leases running out" in page
    assert "About A stage</a> (post)" in page
    assert "Urgent" in page
    assert "Leases running out" not in hers


@pytest.mark.parametrize("address", ["/admin/", "/admin/media/image/"])
def test_without_one_nothing_is_said(address, event, people):
    factories.make_published(event)

    assert "Leases" not in client_of(people["editor"]).get(address).text
