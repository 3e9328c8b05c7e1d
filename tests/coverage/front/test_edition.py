"""The chronological edition: the whole event on one page, oldest first, for paper."""

import re

import pytest

from coverage.models import Keynote
from coverage.publishing import filing, programme, publication
from tests.coverage.front.summit import address
from tests.factories import make_image

PRINT = "/events/summit/print/"


def text_of(client) -> str:
    return client.get(PRINT).content.decode()


def bodies(page: str) -> list[str]:
    return re.findall(r'<div class="body" dir="auto"><p>(.*?)</p>', page)


def test_every_post_stands_once_in_the_order_it_happened(client, event, release, chief):
    posts = [release(event, f"<p>{minute}</p>", minute=minute) for minute in (70, *range(1, 70))]
    publication.pin(publication.post_by_id(posts[5].pk), by=chief)

    assert bodies(text_of(client)) == [str(minute) for minute in range(1, 71)]


def test_days_have_one_heading_each_however_many_posts(client, event, release, monkeypatch):
    monkeypatch.setattr("coverage.front.edition.AT_ONCE", 2)
    for minute in (1, 2, 3, 900, 901):
        release(event, f"<p>{minute}</p>", minute=minute)

    lines = re.findall(r'(?:<h3 class="date"[^>]*>|<div class="body" dir="auto"><p>)(.*?)<', text_of(client))

    assert lines == ["Friday 20 March 2026", "1", "2", "3", "Saturday 21 March 2026", "900", "901"]


def test_credits_corrections_and_the_run_of_show_are_in_place(client, event, release, chief):
    post = release(
        event, minute=1, keynote=Keynote.objects.get(slug="opening"), images=[{"image": make_image()}]
    )
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Now right.</p>")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="It was wrong.")

    page = text_of(client)
    article = page[page.index("<article") : page.index("</article>")]

    assert "Now right." in article
    assert "Ada Byron/Newsroom" in article
    assert "It was wrong." in article
    assert page.index("A word from Acme") < page.index("<article")


def test_a_post_prints_its_own_address(client, event, release):
    post = release(event, minute=1)

    link = re.search(r'<a class="permalink" href="([^"]+)">([^<]+)</a>', text_of(client))

    assert link.groups() == (f"http://127.0.0.1:8000{address(post)}",) * 2


def test_pictures_do_not_wait_for_a_reader_to_come_near(client, event, release):
    release(event, minute=1, images=[{"image": make_image()}, {"image": make_image()}])

    page = text_of(client)

    assert (page.count("<img"), page.count('loading="lazy"')) == (2, 0)


def test_what_was_withdrawn_is_named_by_its_reason_alone(client, event, release, chief):
    post = release(event, "<p>canary</p>", headline="canary", minute=1)
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="It was another hall.")

    page = text_of(client)

    assert "It was another hall." in page
    assert "canary" not in page
    assert post.public_id not in page


def test_it_is_the_event_s_page_to_a_search_engine_and_has_no_frame(client, event):
    page = text_of(client)

    assert '<meta name="robots" content="noindex">' in page
    assert '<link rel="canonical" href="http://127.0.0.1:8000/events/summit/">' in page
    assert re.findall("<(?:script|form|nav|button)", page) == []


def test_an_event_without_posts_says_so(client, event):
    page = text_of(client)

    assert "Nothing was posted." in page
    assert "Chronological edition: 0 posts" in page


def test_the_edition_of_a_french_event_is_french(client, make_event, release):
    french = make_event(language="fr")
    programme.announce(french, by=None)
    release(french, minute=1)

    page = text_of(client)

    assert '<html lang="fr"' in page
    assert ">vendredi 20 mars 2026</h3>" in page


def test_event_pages_lead_to_it(client, event, release):
    post = release(event)

    pages = [client.get(path).content.decode() for path in ("/events/summit/", address(post))]

    assert [f'href="{PRINT}"' in page for page in pages] == [True, True]
    assert PRINT not in client.get("/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_is_constant(client, event, release, django_assert_num_queries, count):
    for minute in range(count):
        release(event, minute=minute)

    with django_assert_num_queries(5):
        client.get(PRINT)
