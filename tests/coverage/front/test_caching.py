"""Public pages are everybody's: cacheable, without session, and a 304 costs one query."""

import pytest

from coverage.front.build import build_id
from tests.coverage.front.summit import address, released

PAGES = (
    "/",
    "/events/summit/",
    "/events/summit/keynotes/opening/",
    "/speakers/vera-k/",
    "/organisations/acme/",
    "/corrections/",
    "/search/?q=x",
    "/sitemap.xml",
    "/events/summit/feed.atom",
    "/events/summit/feed.json",
)


@pytest.mark.parametrize("path", PAGES)
def test_unchanged_page_answers_304_for_one_query(client, event, release, django_assert_num_queries, path):
    release(event)
    etag = client.get(path)["ETag"]

    with django_assert_num_queries(1):
        answer = client.get(path, headers={"If-None-Match": etag})

    assert answer.status_code == 304
    assert answer["ETag"] == etag
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=1"


@pytest.mark.parametrize("path", PAGES)
def test_page_is_the_same_for_everybody(client, event, chief, path):
    stranger = client.get(path)
    client.force_login(chief)
    known = client.get(path)

    assert known.content == stranger.content
    assert "Cookie" not in known.get("Vary", "")
    assert not stranger.cookies
    assert b"csrf" not in known.content


def test_page_changes_its_etag_with_a_release(client, event, release):
    before = client.get("/events/summit/")["ETag"]

    post = release(event)

    head = released(post).head
    assert client.get("/events/summit/")["ETag"] == f'"{head.epoch}-{head.seq}-{build_id()}"' != before


def test_head_request_has_the_headers_of_a_page(client, event):
    assert client.head("/events/summit/")["ETag"] == client.get("/events/summit/")["ETag"]


@pytest.mark.parametrize("path", PAGES)
def test_absolute_links_come_from_public_url_alone(client, event, release, path):
    post = release(event)

    for address_ in (path, address(post)):
        page = client.get(address_, headers={"Host": "localhost"}).content.decode()
        assert "localhost" not in page
