"""The event page: order, anchored pages, pinned posts, key events, and what a reader is told before it begins."""

import html
import re

import pytest

from coverage.front import paging
from coverage.publishing import filing, programme, publication
from tests.coverage.front.summit import released

PAGE = "/events/summit/"


def shown(client, address: str = PAGE) -> list[str]:
    """The bodies of the posts on a page, from top to bottom."""
    return re.findall(r'<div class="body" dir="auto"><p>(.*?)</p>', client.get(address).content.decode())


def orders(client, address: str) -> list[str]:
    """Where the links to the other order lead."""
    nav = re.search(r'<nav class="order".*?</nav>', client.get(address).content.decode())[0]
    return re.findall(r'href="([^"]+)"', nav)


def link_of(client, address: str, relation: str) -> str | None:
    """Where a link of a page leads; None if it has none such."""
    found = re.search(rf'rel="{relation}" href="([^"]+)"', client.get(address).content.decode())
    return found and html.unescape(found[1])


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 3)


@pytest.fixture
def seven(event, release):
    return [release(event, f"<p>{number}</p>", minute=number) for number in range(1, 8)]


def test_newest_first(client, seven):
    assert shown(client) == ["7", "6", "5", "4", "3", "2", "1"]


def test_oldest_first(client, seven):
    assert shown(client, f"{PAGE}?order=oldest") == ["1", "2", "3", "4", "5", "6", "7"]


def test_unknown_parameters_are_ignored(client, seven):
    assert shown(client, f"{PAGE}?order=sideways&before=x&at=nobody%00&utm=1") == [
        "7",
        "6",
        "5",
        "4",
        "3",
        "2",
        "1",
    ]


def test_once_it_is_over_it_reads_from_its_beginning(client, event, seven):
    programme.end(event, by=None)
    newest = f"{PAGE}?order=newest"

    assert shown(client) == ["1", "2", "3", "4", "5", "6", "7"]
    assert shown(client, newest) == ["7", "6", "5", "4", "3", "2", "1"]
    assert orders(client, PAGE) == [newest]
    assert orders(client, newest) == [PAGE]


@pytest.mark.parametrize(
    ("first", "texts"),
    [
        (PAGE, [["1", "2", "3"], ["4", "5", "6"], ["7"]]),
        (f"{PAGE}?order=newest", [["7", "6", "5"], ["4", "3", "2"], ["1"]]),
    ],
)
def test_pages_of_an_event_that_is_over_lead_to_each_other(client, event, seven, small_pages, first, texts):
    programme.end(event, by=None)
    pages = [first]

    while link := link_of(client, pages[-1], "next"):
        pages.append(link)

    assert [shown(client, page) for page in pages] == texts
    assert [link_of(client, page, "prev") for page in pages[:2]] == [None, first]


def test_only_the_usual_order_has_pages_of_its_own_for_search_engines(client, event, seven, small_pages):
    second = f"{PAGE}?order=oldest&after={released(seven[2]).position}"
    own = f"{PAGE}?order=oldest&after={released(seven[3]).position - 1}"
    assert link_of(client, second, "canonical").endswith(PAGE)

    programme.end(event, by=None)

    assert link_of(client, second, "canonical").endswith(own)
    assert link_of(client, f"{PAGE}?before={released(seven[3]).position}", "canonical").endswith(PAGE)


def test_place_comes_from_when_it_happened(client, event, release):
    release(event, "<p>late</p>", minute=9)
    release(event, "<p>early</p>", minute=1)

    assert shown(client) == ["late", "early"]


def test_older_page_links_and_holds_the_rest(client, seven, small_pages):
    first = client.get(PAGE).content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', first)[1]

    assert shown(client) == ["7", "6", "5"]
    assert shown(client, older) == ["4", "3", "2"]


def test_older_page_does_not_shift_when_posts_arrive(client, event, seven, release, small_pages):
    older = f"{PAGE}?before={released(seven[4]).position}"
    before = shown(client, older)

    release(event, "<p>8</p>", minute=8)

    assert shown(client, older) == before == ["4", "3", "2"]


def test_newer_link_leads_back_to_the_first_page(client, seven, small_pages):
    page = client.get(f"{PAGE}?before={released(seven[4]).position}").content.decode()

    assert re.search(r'rel="prev" href="([^"]+)"', page)[1] == PAGE


def test_newer_link_from_far_below_leads_to_the_page_before(client, seven, small_pages):
    page = client.get(f"{PAGE}?before={released(seven[2]).position}").content.decode()
    newer = re.search(r'rel="prev" href="([^"]+)"', page)[1]

    assert shown(client, newer) == ["5", "4", "3"]


def test_oldest_first_turns_pages(client, seven, small_pages):
    second = f"{PAGE}?order=oldest&after={released(seven[2]).position}"
    page = client.get(second).content.decode()

    assert shown(client, second) == ["4", "5", "6"]
    assert re.search(r'rel="prev" href="([^"]+)"', page)[1] == f"{PAGE}?order=oldest"


@pytest.mark.parametrize(("number", "expected"), [(2, ["2", "1"]), (6, ["7", "6", "5"])])
def test_at_opens_the_page_holding_the_post(client, seven, small_pages, number, expected):
    assert shown(client, f"{PAGE}?at={seven[number - 1].public_id}") == expected


def test_at_with_oldest_first(client, seven, small_pages):
    assert shown(client, f"{PAGE}?order=oldest&at={seven[4].public_id}") == ["5", "6", "7"]


def test_pinned_post_stands_above_and_once(client, seven, chief):
    publication.pin(publication.post_by_id(seven[1].pk), by=chief)

    page = client.get(PAGE).content.decode()

    assert shown(client) == ["2", "7", "6", "5", "4", "3", "1"]
    assert page.count(f'id="post-{seven[1].public_id}"') == 1
    assert (
        page.index('id="pinned"') < page.index(f'id="post-{seven[1].public_id}"') < page.index('id="posts"')
    )


def test_key_events_link_to_their_posts(client, event, release, seven):
    key = release(event, minute=20, headline="The doors open", key_event=True)

    page = client.get(PAGE).content.decode()

    assert f'<a href="#post-{key.public_id}">The doors open</a>' in page


def test_key_event_of_another_page_links_to_the_page_holding_it(client, event, release, seven, small_pages):
    key = release(event, minute=0, headline="The doors open", key_event=True)

    page = client.get(PAGE).content.decode()

    assert f'<a href="{PAGE}?at={key.public_id}#post-{key.public_id}">The doors open</a>' in page


def test_page_carries_what_its_script_needs(client, event, release):
    post = release(event, minute=1)
    head = released(post).head

    page = client.get(PAGE).content.decode()

    assert f'data-event="summit" data-epoch="{head.epoch}" data-seq="{head.seq}"' in page
    assert f'id="post-{post.public_id}"' in page
    assert f'data-position="{post.position}"' in page


def test_keynotes_stand_in_running_order_with_who_and_for_whom(client, event):
    page = client.get(PAGE).content.decode()

    assert page.index("Opening words") < page.index("A word from Acme")
    assert "Vera K.</a>, Engineer, <a" in page
    assert "(by video)" in page
    assert 'Sponsored by <a href="/organisations/acme/">Acme</a>' in page


def test_event_without_posts_says_when_coverage_begins(client, make_event):
    programme.announce(make_event(), by=None)

    page = client.get(PAGE).content.decode()

    assert "Coverage begins on Friday 20 March 2026 at 09:00 CET." in page


def test_times_are_those_of_the_event(client, event, release):
    release(event, minute=5)

    assert 'datetime="2026-03-20T09:05:00+01:00">09:05' in client.get(PAGE).content.decode()


def test_days_have_their_headings_in_the_zone_of_the_event(client, event, release):
    for minute in (899, 900):  # 22:59 and 23:00 UTC: a minute before midnight in Paris, and midnight
        release(event, f"<p>{minute}</p>", minute=minute)

    page = client.get(PAGE).content.decode()

    lines = re.findall(r'(?:<h3 class="date"[^>]*>|<div class="body" dir="auto"><p>)(.*?)<', page)
    assert lines == ["Saturday 21 March 2026", "900", "Friday 20 March 2026", "899"]


def test_post_of_unknown_minute_prints_no_time(client, event, release):
    release(event, "<p>Some time that day.</p>", time_unknown=True)

    page = client.get(PAGE).content.decode()
    article = page[page.index("<article") : page.index("</article>")]

    assert "Some time that day." in article
    assert "<time" not in article


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_is_constant(client, event, release, django_assert_num_queries, count):
    for minute in range(count):
        release(event, minute=minute, key_event=True)

    with django_assert_num_queries(4):
        client.get(PAGE)


def test_withdrawn_post_is_gone_from_the_page(client, seven, chief):
    publication.withdraw(publication.post_by_id(seven[3].pk), by=chief, reason="It was another hall.")

    assert shown(client) == ["7", "6", "5", "3", "2", "1"]


def test_event_in_french_speaks_french(client, make_event):
    programme.announce(make_event(language="fr"), by=None)

    page = client.get(PAGE).content.decode()

    assert '<html lang="fr" dir="ltr">' in page
    assert "vendredi 20 mars 2026" in page


def test_pending_change_is_not_shown(client, event, release, chief):
    post = release(event, "<p>As released.</p>", minute=1)
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Still being written.</p>")

    assert shown(client) == ["As released."]
