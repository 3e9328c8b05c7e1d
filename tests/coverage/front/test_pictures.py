"""Renditions are served while a released post shows them, and never before or after."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from coverage.front import paging
from coverage.models import Keynote, Speaker
from coverage.publishing import filing, publication
from tests.coverage.front.summit import address, released
from tests.factories import make_image


@pytest.fixture
def image(db):
    image = make_image(credit="Ada Byron/Newsroom", alt_text="A stage.")
    for row in image.renditions.all():
        storages["renditions"].save(row.file, ContentFile(f"bytes of {row.spec}".encode()))
    return image


@pytest.fixture
def path(image) -> str:
    return f"/pictures/{image.public_name}/jpeg-960.jpg"


@pytest.fixture
def post(event, release, image):
    return release(event, images=[{"image": image}], minute=1)


def test_released_picture_is_served(client, post, path):
    answer = client.get(path)

    assert answer.content == b"bytes of jpeg-960"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "public, max-age=3600, s-maxage=5"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_unchanged_picture_answers_304(client, post, path):
    etag = client.get(path)["ETag"]

    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_picture_of_a_draft_is_not_found(client, event, chief, image, path):
    filing.create_post(event, by=chief, body="<p>Wait.</p>", images=[{"image": image}])

    assert client.get(path).status_code == 404


def test_file_the_record_does_not_list_is_not_found(client, post, image):
    storages["renditions"].save(f"{image.public_name}/jpeg-1920.jpg", ContentFile(b"not released"))

    assert client.get(f"/pictures/{image.public_name}/jpeg-1920.jpg").status_code == 404
    assert client.get(f"/pictures/{image.public_name}/jpeg-960.svg").status_code == 404


def test_picture_of_a_withdrawn_post_answers_410(client, post, chief, path):
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="It shows a child.")

    answer = client.get(path)

    assert answer.status_code == 410
    assert b"bytes of" not in answer.content


def test_picture_another_post_still_shows_is_served(client, event, release, post, image, chief, path):
    release(event, images=[{"image": image}], minute=2)

    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="It came twice.")

    assert client.get(path).status_code == 200


def test_lost_file_is_not_found(client, post, image, path):
    storages["renditions"].delete(f"{image.public_name}/jpeg-960.jpg")

    assert client.get(path).status_code == 404


def test_awaited_picture_is_printed_nowhere(client, event, release):
    awaited = make_image(ready=False, credit="canary", alt_text="canary")
    post = release(event, images=[{"image": awaited, "caption": "canary"}])

    for page in ("/events/summit/", address(post), "/events/summit/feed.atom", "/events/summit/live.json"):
        assert b"canary" not in client.get(page).content
        assert b"<img" not in client.get(page).content


def test_every_picture_on_a_page_has_alt_text_and_credit(client, post):
    for page in ("/events/summit/", address(post)):
        text = client.get(page).content.decode()

        assert 'alt="A stage."' in text
        assert '<span class="credit">Ada Byron/Newsroom</span>' in text


AT_ONCE, NEAR = ("eager", "high"), ("lazy", "")


def loading(text: str) -> list[tuple[str, str]]:
    """How each picture is loaded, from top to bottom."""
    return re.findall(r'<img [^>]*loading="(\w+)"(?: fetchpriority="(\w+)")?', text)


@pytest.fixture
def five(event, release, monkeypatch):
    """Posts of a keynote with two pictures each, three posts to a page; the newest has words alone."""
    monkeypatch.setattr(paging, "PAGE", 3)
    who = {"keynote": Keynote.objects.get(slug="opening"), "speakers": [Speaker.objects.get(slug="vera-k")]}
    pictures = [{"image": make_image()}, {"image": make_image()}]
    with_pictures = [release(event, minute=minute, images=pictures, **who) for minute in range(1, 5)]
    return [*with_pictures, release(event, minute=5, **who)]


@pytest.mark.parametrize(
    ("path", "pictures"),
    [
        ("/events/summit/", 4),
        ("/events/summit/?order=oldest", 6),
        ("/events/summit/?before={position}", 2),
        ("/events/summit/?at={id}", 4),
        ("/events/summit/posts/{id}/", 2),
        ("/events/summit/keynotes/opening/", 8),
        ("/speakers/vera-k/", 8),
        ("/organisations/acme/", 8),
    ],
)
def test_first_picture_of_a_page_is_loaded_at_once_and_no_other(client, five, path, pictures):
    second = released(five[1])

    page = client.get(path.format(position=second.position, id=second.public_id)).content.decode()

    assert loading(page) == [AT_ONCE] + [NEAR] * (pictures - 1)


def test_picture_of_a_pinned_post_is_the_first(client, five, chief):
    publication.pin(publication.post_by_id(five[0].pk), by=chief)

    page = client.get("/events/summit/").content.decode()

    assert loading(page[page.index('id="pinned"') :]) == [AT_ONCE, *[NEAR] * 5]


def test_picture_an_open_page_is_sent_waits_until_it_comes_near(client, post):
    entries = client.get("/events/summit/live.json").json()["entries"]

    assert loading(entries[-1]["html"]) == [NEAR]


@pytest.mark.parametrize("path", ["/", "/corrections/", "/search/?q=happened"])
def test_lists_of_titles_show_no_picture(client, five, path):
    assert loading(client.get(path).content.decode()) == []


def test_words_about_pictures_stay_as_they_are(client, event, release):
    words = '<p>Write &lt;img loading="lazy"&gt; and wait.</p>'
    post = release(event, words, minute=1)

    assert words in client.get(address(post)).content.decode()
