"""The page that others may frame: the same posts, none of our frame, links that lead to us."""

import re

import pytest

from coverage.front.embed import snippet
from coverage.publishing import programme, publication
from tests.coverage.front.summit import address, released

pytestmark = pytest.mark.any_database

EMBED, EVENT = "/embed/events/summit/", "/events/summit/"
SITE = "http://127.0.0.1:8000"
OFFER = re.compile(r'<p id="follow".*</p>\n')  # no browser lets a frame of another site ask for it
MAIN = re.compile(r"<main.*</main>", re.DOTALL)


def test_it_is_the_event_page_without_our_frame(client, event, release):
    release(event, "<p>Words.</p>", headline="Doors", minute=1)

    framed, page = client.get(EMBED).text, client.get(EVENT).text

    assert MAIN.search(framed)[0] == OFFER.sub("", MAIN.search(page)[0])
    assert "masthead" in page
    assert "masthead" not in framed
    assert 'href="#main"' not in framed
    assert "application/ld+json" not in framed


def test_it_alone_may_be_framed_and_by_everybody(client, event):
    framed, page = client.get(EMBED), client.get(EVENT)

    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    policy = framed["Content-Security-Policy"].replace("frame-ancestors *", "frame-ancestors 'none'")
    assert policy.replace("base-uri 'self'", "base-uri 'none'") == page["Content-Security-Policy"]


def test_its_links_lead_to_us_in_the_whole_window(client, event):
    page = client.get(EMBED).text

    assert f'<base href="{EVENT}" target="_top">' in page
    assert f'<a href="{EVENT}">All coverage of The Summit</a>' in page


def test_search_engines_are_sent_to_the_event(client, event):
    page = client.get(EMBED).text

    assert f'<link rel="canonical" href="{SITE}{EVENT}">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert EMBED not in client.get("/sitemap.xml").text


def test_unchanged_it_answers_304_for_one_query(client, event, release, django_assert_num_queries):
    release(event)
    etag = client.get(EMBED)["ETag"]

    with django_assert_num_queries(1):
        answer = client.get(EMBED, headers={"If-None-Match": etag})

    assert answer.status_code == 304
    assert "frame-ancestors *" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_is_constant(client, event, release, django_assert_num_queries, count):
    for number in range(count):
        release(event, minute=number)

    with django_assert_num_queries(4):
        client.get(EMBED)


def test_a_withdrawn_posts_words_are_gone_there_too(client, event, release, chief):
    post = release(event, "<p>canary</p>", headline="canary")
    assert "canary" in client.get(EMBED).text

    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Wrong.")

    assert "canary" not in client.get(EMBED).text
    assert address(post) not in client.get(EMBED).text


def test_a_draft_answers_like_an_event_that_never_was(client, make_event):
    make_event("draft")

    draft, nothing = client.get("/embed/events/draft/"), client.get("/embed/events/nothing/")

    assert draft.status_code == nothing.status_code == 404
    assert draft.content == nothing.content


def test_the_snippet_has_the_page_its_title_and_the_script(event, release):
    head = released(release(event)).head
    head.title = 'The "Summit"'

    allowed = "web-share; clipboard-write; fullscreen; autoplay; picture-in-picture"
    assert snippet(head) == (
        f'<iframe src="{SITE}{EMBED}" title="The &quot;Summit&quot;" width="100%" height="800" style="border: 0" '
        f'allow="{allowed}"></iframe>\n<script async src="{SITE}/static/js/embed.js"></script>\n'
    )


def test_the_desk_shows_it_once_the_event_is_announced(client, chief, make_event):
    event = make_event("other")
    client.force_login(chief)
    page = f"/admin/coverage/event/{event.pk}/change/"

    before = client.get(page).text
    programme.announce(event, by=None)
    after = client.get(page).text

    assert "/embed/events/other/" not in before
    assert f"&lt;iframe src=&quot;{SITE}/embed/events/other/&quot;" in after
