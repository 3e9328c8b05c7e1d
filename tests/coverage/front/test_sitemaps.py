"""The news sitemap holds two days, and a sitemap that is too long becomes an index of several."""

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from coverage.front import sitemaps
from coverage.publishing import programme, publication
from tests.coverage.front.summit import STARTS, address

SITE = "http://127.0.0.1:8000"
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


@pytest.fixture(autouse=True)
def _that_day():
    with time_machine.travel(STARTS + timedelta(hours=1), tick=False):
        yield


def news(client) -> list[str]:
    root = ET.fromstring(client.get("/news-sitemap.xml").content)
    return [found.text.removeprefix(SITE) for found in root.findall("s:url/s:loc", NAMES)]


def test_a_post_is_told_with_its_title_date_and_language(client, event, release):
    post = release(event, headline="Doors & <more>", minute=1)

    root = ET.fromstring(client.get("/news-sitemap.xml").content)

    of_event, of_post = root.findall("s:url", NAMES)
    assert of_event.find("s:loc", NAMES).text == f"{SITE}/events/summit/"
    assert of_post.find("s:loc", NAMES).text == f"{SITE}{address(post)}"
    [told] = of_post.findall("n:news", NAMES)
    assert [(child.tag.partition("}")[2], child.text) for child in told][1:] == [
        ("publication_date", "2026-03-20T09:00:00+00:00"),
        ("title", "Doors & <more>"),
    ]
    assert [child.text for child in told[0]] == ["Newsroom", "en"]


def test_what_is_older_than_two_days_is_no_news(client, event, release):
    release(event, minute=1)
    with time_machine.travel(timezone.now() + timedelta(hours=49), tick=False):
        late = release(event)

        assert news(client) == [address(late)]


def test_an_archive_brought_in_is_no_news(client, event, release):
    release(event, minute=-60 * 24 * 365)

    assert news(client) == ["/events/summit/"]


def test_withdrawn_posts_and_rehearsals_are_no_news(client, event, make_event, release, chief):
    post = release(event, minute=1)
    programme.announce(make_event("practice", rehearsal=True), by=None)
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Wrong.")

    assert news(client) == ["/events/summit/"]


def test_news_are_at_most_a_thousand(client, event, release, monkeypatch):
    monkeypatch.setattr(sitemaps, "NEWS_MOST", 2)
    release(event, minute=1)
    newest = release(event, minute=2)

    found = news(client)

    assert len(found) == 2
    assert found[0] == "/events/summit/"
    assert found[1] == address(newest)


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_is_constant(client, event, release, django_assert_num_queries, count):
    for number in range(count):
        release(event, minute=number)

    with django_assert_num_queries(4):
        client.get("/news-sitemap.xml")


def test_robots_names_both(client, db):
    text = client.get("/robots.txt").content.decode()

    assert f"Sitemap: {SITE}/sitemap.xml\nSitemap: {SITE}/news-sitemap.xml\n" in text


def test_a_sitemap_that_is_too_long_is_an_index(client, event, release, monkeypatch):
    release(event, minute=1)
    whole = [
        found.text for found in ET.fromstring(client.get("/sitemap.xml").content).iter(f"{{{NAMES['s']}}}loc")
    ]
    monkeypatch.setattr(sitemaps, "MOST", 5)

    index = ET.fromstring(client.get("/sitemap.xml").content)
    files = [found.text for found in index.findall("s:sitemap/s:loc", NAMES)]
    parts = [ET.fromstring(client.get(file.removeprefix(SITE)).content) for file in files]

    assert files == [f"{SITE}/sitemap.xml?page=1", f"{SITE}/sitemap.xml?page=2"]
    assert [found.text for part in parts for found in part.findall("s:url/s:loc", NAMES)] == whole
