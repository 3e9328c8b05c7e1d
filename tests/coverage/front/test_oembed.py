"""What another site's editor gets for an address of ours."""

import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from coverage.front.embed import snippet
from coverage.publishing import programme, publication
from tests.coverage.front.summit import released

pytestmark = pytest.mark.any_database

SITE = "http://127.0.0.1:8000"
EVENT = f"{SITE}/events/summit/"
LINK = re.compile(r'<link rel="alternate" type="application/json\+oembed" title="[^"]+" href="([^"]+)">')


def ask(client, url: str, **asked):
    return client.get(f"/oembed/?{urlencode({'url': url, **asked})}")


@pytest.mark.parametrize("below", ["", "?order=oldest", "keynotes/opening/", "#post-abc"])
def test_an_events_address_answers_with_its_live_page(client, event, release, below):
    head = released(release(event)).head

    answer = ask(client, EVENT + below)

    assert answer.json() == {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Newsroom",
        "provider_url": f"{SITE}/",
        "cache_age": 60,
        "title": "The Summit",
        "html": snippet(head, width=680, height=800),
        "width": 680,
        "height": 800,
    }
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert 'width="680" height="800"' in answer.json()["html"]


def test_a_posts_address_answers_with_a_link_and_none_of_its_words(client, event, release):
    post = released(release(event, "<p>canary</p>", headline="Doors open", minute=1))

    answer = ask(client, f"{EVENT}posts/{post.public_id}/")

    told = answer.json()
    assert (told["type"], told["title"], told["author_name"]) == ("link", "Doors open", "Ada Chief")
    assert told["url"] == f"{EVENT}posts/{post.public_id}/"
    assert told["thumbnail_url"] == SITE + post.card["url"]
    assert (told["thumbnail_width"], told["thumbnail_height"]) == (1200, 630)
    assert "canary" not in answer.text


def test_a_withdrawn_post_is_no_longer_told(client, event, release, chief):
    post = release(event, headline="canary")
    address = f"{EVENT}posts/{released(post).public_id}/"
    assert ask(client, address).status_code == 200

    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Wrong.")

    assert ask(client, address).status_code == 404


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"maxwidth": "400", "maxheight": "300"}, (400, 300)),
        ({"maxwidth": "4000", "maxheight": "3000"}, (680, 800)),
        ({"maxwidth": "120"}, (120, 800)),
        ({"maxwidth": "0"}, (680, 800)),
        ({"maxwidth": "wide", "maxheight": "-4"}, (680, 800)),
        ({"maxwidth": "9" * 5000, "maxheight": "²"}, (680, 800)),
    ],
)
def test_it_keeps_to_the_room_there_is(client, event, asked, size):
    answer = ask(client, EVENT, **asked).json()

    assert (answer["width"], answer["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in answer["html"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "http://[",
        "https://elsewhere.example/events/summit/",
        "ftp://127.0.0.1:8000/events/summit/",
        f"{SITE}@elsewhere.example/events/summit/",
        f"{SITE}/",
        f"{SITE}/admin/",
        f"{SITE}/events/draft/",
        f"{SITE}/events/nothing/",
        f"{EVENT}posts/nothing/",
        f"{EVENT}feed.atom",
        f"{EVENT}keynotes/nothing/",
        f"{EVENT}wrap/",
    ],
)
def test_other_addresses_are_not_found(client, event, make_event, url):
    make_event("draft")

    assert ask(client, url).status_code == 404


def test_another_of_our_names_is_ours(client, event):
    assert ask(client, "https://localhost/events/summit/").json()["title"] == "The Summit"


def test_without_an_address_nothing_is_found(client, db):
    assert client.get("/oembed/").status_code == 404


def test_it_speaks_xml_too(client, make_event):
    event = make_event("fish", title="Fish & Chips")
    programme.announce(event, by=None)

    answer = ask(client, f"{SITE}/events/fish/", format="xml")

    told = {element.tag: element.text for element in ElementTree.fromstring(answer.content)}
    assert told == {name: str(value) for name, value in ask(client, f"{SITE}/events/fish/").json().items()}
    assert answer["Content-Type"] == "text/xml; charset=utf-8"


def test_another_format_is_not_implemented(client, event):
    answer = ask(client, EVENT, format="yaml")

    assert answer.status_code == 501
    assert answer.text == "format is json or xml."


def test_pages_name_the_address_that_tells_of_them(client, event, release):
    post = released(release(event, headline="Doors"))

    for path, title in [
        ("/events/summit/", "The Summit"),
        (f"/events/summit/posts/{post.public_id}/", "Doors"),
    ]:
        [address] = LINK.findall(client.get(path).text)
        assert client.get(address.removeprefix(SITE).replace("&amp;", "&")).json()["title"] == title
    assert LINK.search(client.get("/events/summit/keynotes/opening/").text)
    for path in ("/", "/speakers/vera-k/"):
        assert not LINK.search(client.get(path).text)
