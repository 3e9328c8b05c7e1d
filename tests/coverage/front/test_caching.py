"""Public pages are everybody's: cacheable, without session, and a 304 costs one query."""

import pytest

from coverage.front.build import build_id
from coverage.models import Event
from coverage.publishing import life, programme, publication
from tests.coverage.front.summit import address, released

pytestmark = pytest.mark.any_database

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
    "/events/summit/print/",
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


@pytest.mark.parametrize(
    "path",
    [
        "/events/summit/posts/abcdefghij/",
        "/events/summit/keynotes/nowhere/",
        "/speakers/nobody/",
        "/organisations/nobody/",
    ],
)
@pytest.mark.parametrize("header", ["If-None-Match", "If-Match"])
@pytest.mark.parametrize("given", ["*", '"anything"'])
def test_a_page_that_does_not_exist_is_404_whatever_the_precondition(client, event, path, header, given):
    assert client.get(path, headers={header: given}).status_code == 404


def test_a_withdrawn_post_is_gone_whatever_the_precondition(client, event, chief, release):
    post = release(event)
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Wrong.")

    assert client.get(address(post), headers={"If-None-Match": "*"}).status_code == 410


def test_a_page_that_exists_answers_304_to_any_and_to_a_weak_tag(client, event):
    etag = client.get("/events/summit/")["ETag"]

    for given in ("*", f"W/{etag}", f'"old", {etag}'):
        answer = client.get("/events/summit/", headers={"If-None-Match": given})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)


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


@pytest.mark.parametrize(("renamed", "reading"), [("summit-2027", "summit"), ("summit", "summit-2027")])
def test_page_changes_its_etag_with_the_name_of_an_edition_beside_it(client, event, chief, renamed, reading):
    edition = life.new_edition(event, by=chief, title="Summit 2027")
    programme.announce(edition, by=chief)
    before = client.get(f"/events/{reading}/")["ETag"]
    Event.objects.filter(slug=renamed).update(title="Renamed")
    for one in (event, edition):
        programme.release_programme(one)

    answer = client.get(f"/events/{reading}/", headers={"If-None-Match": before})

    assert answer.status_code == 200
    assert "Renamed" in answer.text


def test_head_request_has_the_headers_of_a_page(client, event):
    assert client.head("/events/summit/")["ETag"] == client.get("/events/summit/")["ETag"]


@pytest.mark.parametrize("path", PAGES)
def test_absolute_links_come_from_public_url_alone(client, event, release, path):
    post = release(event)

    for address_ in (path, address(post)):
        page = client.get(address_, headers={"Host": "localhost"}).content.decode()
        assert "localhost" not in page
