"""Every kind of page says whose it is: name, publisher, logo, legal links, to readers and to machines."""

import json
import re

import pytest

from coverage.front import build
from coverage.publishing import programme
from tests.coverage.front.summit import address
from tests.coverage.live.world import PAGES, world  # noqa: F401

IMPRINT = "https://example.org/imprint"
FRAMED = ("embed",)
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def house(settings):
    settings.NEWSROOM_DEMO, settings.NEWSROOM_NAME, settings.PUBLISHER = (
        False,
        "The “Hall” & Co",
        "Hall Media",
    )
    settings.LEGAL_LINKS = {"contact": "mailto:desk@example.org", "imprint": IMPRINT}
    return settings


def path_of(world, name: str) -> str:  # noqa: F811
    post, _, rest = PAGES[name].partition("/")
    return world.address(post) + rest if post else PAGES[name]


@pytest.mark.any_database
def test_every_page_says_whose_it_is(client, world, house):  # noqa: F811
    pages = {name: client.get(path_of(world, name)).text for name in PAGES}

    whole = {name: text for name, text in pages.items() if name not in FRAMED}
    assert [name for name, text in pages.items() if "The “Hall” &amp; Co</a>" not in text] == []
    assert [name for name, text in whole.items() if f'<a href="{IMPRINT}">Imprint</a>' not in text] == []
    assert [name for name, text in whole.items() if "Published by Hall Media" not in text] == []
    assert [name for name, text in pages.items() if re.search(r"(?<!Byron/)\bNewsroom\b|KubeCon", text)] == []


@pytest.mark.any_database
def test_machines_are_told_the_same_of_what_was_released_before(client, event, release, chief, house):
    chief.byline = ""
    chief.save()
    house.NEWSROOM_NAME = "Newsroom"
    post = release(event, headline="Doors")
    house.NEWSROOM_NAME, house.LOGO = "</script>The Hall", (600, 200)

    blog, single = (
        json.loads(DATA.search(client.get(path).text)[1]) for path in ("/events/summit/", address(post))
    )
    feed = client.get("/events/summit/feed.atom").text

    assert blog["liveBlogUpdate"][0]["author"]["name"] == single["author"]["name"] == "</script>The Hall"
    assert blog["publisher"] == single["publisher"]
    assert single["publisher"] == {
        "@type": "Organization",
        "name": "Hall Media",
        "url": "http://127.0.0.1:8000/",
        "logo": {
            "@type": "ImageObject",
            "url": "http://127.0.0.1:8000/static/house/logo.png",
            "width": 600,
            "height": 200,
        },
    }
    assert "<author><name>&lt;/script&gt;The Hall</name></author>" in feed


def test_a_logo_stands_for_the_name_and_is_called_by_it(client, db, house):
    house.LOGO = (600, 200)

    page = client.get("/").text

    assert (
        '<a class="name" href="/"><img class="logo" src="/static/house/logo.png" width="600" height="200" '
        'alt="The “Hall” &amp; Co"></a>'
    ) in page


def test_who_has_no_links_and_is_its_own_publisher_has_no_line_for_it(client, db, settings):
    settings.LEGAL_LINKS, settings.PUBLISHER = {}, settings.NEWSROOM_NAME

    assert 'class="legal"' not in client.get("/").text


def test_links_are_called_as_the_page_s_language_has_it(client, event, house):
    event.language = "fr"
    event.save()
    programme.release_programme(event)

    assert f'<a href="{IMPRINT}">Mentions légales</a>' in client.get("/events/summit/").text


def test_another_name_is_another_build(house):
    before = build.build_id.__wrapped__()
    house.NEWSROOM_NAME = "Another"

    assert build.build_id.__wrapped__() != before
