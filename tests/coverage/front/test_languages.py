"""A page says in which language it is and which way that runs; so does what stands on it in another one."""

import re

import pytest

from coverage.models import Appearance, Event, Keynote, Organisation, Speaker
from coverage.publishing import filing, programme, publication
from tests.coverage.front.summit import address

ARABIC = 'lang="ar" dir="rtl"'


@pytest.fixture
def cairo(event, make_event, release, chief) -> Event:
    """An event in Arabic beside one in English, with the same speaker, and a corrected post."""
    cairo = make_event("cairo", title="قمة القاهرة", language="ar")
    keynote = Keynote.objects.create(event=cairo, slug="first", title="كلمة الافتتاح", order=1)
    keynote.sponsor = Organisation.objects.get(slug="acme")
    keynote.save()
    Appearance.objects.create(keynote=keynote, speaker=Speaker.objects.get(slug="vera-k"))
    programme.announce(cairo, by=None)
    programme.open_event(cairo, by=None)
    return cairo


@pytest.fixture
def post(cairo, release, chief):
    post = release(
        cairo, "<p>نعم</p>", headline="خبر", minute=1, speakers=[Speaker.objects.get(slug="vera-k")]
    )
    filing.update_post(publication.post_by_id(post.pk), by=chief, headline="خبر آخر")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="خطأ")
    return post


def said(client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_page_runs_the_way_of_its_event(client, post):
    for path in ("/events/cairo/", address(post), "/events/cairo/keynotes/first/"):
        assert said(client, path).startswith(f"<!DOCTYPE html>\n<html {ARABIC}>"), path

    for path in ("/", "/events/summit/", "/corrections/", "/nothing/here/"):
        assert said(client, path).startswith('<!DOCTYPE html>\n<html lang="en-gb" dir="ltr">'), path


def test_days_are_named_in_the_language_of_the_event(client, post):
    heading = re.search(r'<h3 class="date"[^>]*>(.*?)</h3>', said(client, "/events/cairo/"))

    assert heading[1] == "الجمعة 20 مارس 2026"


def test_a_post_says_its_language_wherever_it_stands(client, post):
    for path in ("/events/cairo/", "/speakers/vera-k/"):
        assert re.search(
            rf'<article id="post-{post.public_id}"[^>]* {ARABIC} tabindex="-1">', said(client, path)
        )


@pytest.mark.parametrize(
    ("path", "beginning"),
    [
        ("/", f'<article class="card lead" {ARABIC}>'),
        ("/corrections/", f'<div class="told" {ARABIC}>'),
        ("/search/?q=خبر", f'<div class="told" {ARABIC}>'),
        ("/search/?q=كلمة", f'<a class="slot-link" {ARABIC} href="/events/cairo/keynotes/first/">'),
        ("/speakers/vera-k/", f'<li {ARABIC}><a class="slot-link"'),
        ("/organisations/acme/", f'<li {ARABIC}><a class="slot-link"'),
    ],
)
def test_what_stands_in_a_list_says_its_language(client, post, path, beginning):
    assert beginning in said(client, path)


def test_what_the_newsroom_says_of_it_is_in_the_newsrooms_own(client, cairo):
    kicker = re.search(
        rf'<article class="card lead" {ARABIC}>\s*<p class="kicker" (lang="[^"]+")', said(client, "/")
    )

    assert kicker[1] == 'lang="en-gb"'
