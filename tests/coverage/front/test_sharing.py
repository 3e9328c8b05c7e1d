"""What networks show of a shared page: every kind of page has a picture for it, and the cards themselves."""

import re
from io import BytesIO

import pytest
from PIL import Image

from coverage.publishing import card_drawing, filing, publication
from coverage.record.models import ReleasedPost, ShareCard
from tests.coverage.front.summit import address, released

pytestmark = pytest.mark.any_database

SITE = "http://127.0.0.1:8000"
META = re.compile(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">')
KINDS = {
    "/": "website",
    "/events/summit/": "article",
    "/events/summit/keynotes/opening/": "website",
    "/speakers/vera-k/": "profile",
    "/organisations/acme/": "website",
    "/corrections/": "website",
}


def told(client, path: str) -> dict[str, str]:
    return dict(META.findall(client.get(path).content.decode()))


@pytest.mark.parametrize("path", KINDS)
def test_every_page_says_what_it_is_and_has_a_picture(client, event, path):
    found = told(client, path)

    assert found["og:type"] == KINDS[path]
    assert found["og:site_name"] == "Newsroom"
    assert found["og:title"]
    assert found["og:url"].startswith(SITE)
    assert found["twitter:card"] == "summary_large_image"
    assert found["og:image"].startswith(SITE)
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["og:image:alt"]


@pytest.mark.parametrize(
    ("path", "alt"),
    [
        ("/events/summit/", "The Summit"),
        ("/events/summit/keynotes/opening/", "Opening words – Vera K., Engineer, Acme"),
        ("/speakers/vera-k/", "Events, covered as they happen"),
    ],
)
def test_event_and_keynote_have_cards_of_their_own(client, event, path, alt):
    assert told(client, path)["og:image:alt"] == alt


def test_a_post_has_a_card_with_its_words(client, event, release):
    found = told(client, address(release(event, headline="The doors open")))

    assert (found["og:image:alt"], found["og:type"]) == ("The doors open", "article")
    assert found["og:image"].endswith("/card.png")


@pytest.mark.parametrize("path", KINDS)
def test_every_page_names_its_own_address(client, event, path):
    page = client.get(f"{path}?utm_source=elsewhere").content.decode()

    assert f'<link rel="canonical" href="{SITE}{path}">' in page


def test_the_card_of_the_house_is_a_card(client, db, settings):
    with Image.open(settings.BASE_DIR / "static" / "share-card.png") as card:
        assert card.size == (1200, 630)


def test_a_card_answers_later_until_it_is_drawn(client, event, release):
    url = released(release(event, headline="Doors")).card["url"]

    before = client.get(url)
    card_drawing.draw_waiting()
    after = client.get(url)

    assert (before.status_code, before["Retry-After"], before["Cache-Control"]) == (503, "10", "no-store")
    assert (after.status_code, after["Content-Type"]) == (200, "image/png")
    assert Image.open(BytesIO(after.content)).size == (1200, 630)
    assert after["Cache-Control"] == "public, max-age=0, s-maxage=5"
    assert client.get(url, headers={"If-None-Match": after["ETag"]}).status_code == 304


def test_a_card_whose_file_is_lost_answers_later(client, event, release):
    url = released(release(event, headline="Doors")).card["url"]
    ShareCard.objects.update(drawn_at=event.starts_at)

    assert client.get(url).status_code == 503


def test_a_withdrawn_posts_card_answers_410(client, event, release, chief):
    post = release(event, headline="Canary")
    url = released(post).card["url"]
    card_drawing.draw_waiting()

    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="It was wrong.")

    answer = client.get(url)
    assert (answer.status_code, answer["Cache-Control"]) == (410, "public, max-age=0, s-maxage=5")
    assert "This picture was withdrawn" in answer.text
    assert "anary" not in str(ReleasedPost.objects.values().get(desk_id=post.pk))


def test_the_card_of_words_that_were_corrected_answers_410(client, event, release, chief):
    post = release(event, headline="Canary")
    url = released(post).card["url"]
    card_drawing.draw_waiting()

    filing.update_post(publication.post_by_id(post.pk), by=chief, headline="Corrected")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="No canary.")

    assert client.get(url).status_code == 410
    assert told(client, address(post))["og:image"] != SITE + url


def test_a_card_that_never_was_is_not_found(client, db):
    assert client.get(f"/pictures/{'0' * 32}/card.png").status_code == 404
    assert client.get(f"/pictures/{'0' * 32}/card.jpg").status_code == 404
