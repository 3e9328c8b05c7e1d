"""Renditions are served while a released post shows them, and never before or after."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from coverage.publishing import filing, publication
from tests.coverage.front.summit import address
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
