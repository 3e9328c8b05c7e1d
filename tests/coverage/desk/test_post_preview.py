"""The preview shows a post's pictures before any reader can, to whoever may see the post and to nobody else."""

import re

import pytest

from coverage.models import Post
from tests import factories
from tests.coverage.desk.pages import PHOTOGRAPH, client_of


@pytest.fixture
def post(event, people, image) -> Post:
    """The reporter's draft, which holds the editor's picture."""
    return factories.make_post(event, by=people["reporter"], images=[{"image": image}])


def _pictures_in(client, post: Post) -> list[str]:
    page = client.get(f"/admin/coverage/post/{post.pk}/preview/").content.decode()
    assert "/pictures/" in page
    addresses = re.findall(r'src="([^"]+)"', page)
    addresses += [
        part.split()[0] for found in re.findall(r'srcset="([^"]+)"', page) for part in found.split(",")
    ]
    return addresses


@pytest.mark.parametrize("role", ["reporter", "editor"])
def test_every_picture_of_a_draft_is_there(role, post, people):
    client = client_of(people[role])

    addresses = _pictures_in(client, post)

    assert len(addresses) == 2
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, answer.getvalue()) == (200, PHOTOGRAPH)
        assert answer["Cache-Control"] == "private, no-store"


def test_the_public_address_is_told_to_nobody_and_answers_nobody(post, hers, image):
    page = hers.get(f"/admin/coverage/post/{post.pk}/preview/").content.decode()

    assert image.public_name not in page
    assert "Ada Byron/Newsroom" in page
    assert hers.get(f"/pictures/{image.public_name}/jpeg-960.jpg").status_code == 404


def test_looking_releases_nothing_and_leaves_the_fragment_public(post, hers, desk, image):
    _pictures_in(hers, post)

    desk.post(f"/admin/coverage/post/{post.pk}/verb/publish/", {"_version": post.version})

    assert image.public_name in hers.get("/events/summit/").content.decode()


@pytest.mark.parametrize("role", ["photographer", "anonymous"])
def test_anothers_post_shows_no_picture(role, post, image, people):
    answer = client_of(people[role]).get(f"/admin/coverage/post/{post.pk}/pictures/{image.pk}/")

    assert answer.status_code == (302 if role == "anonymous" else 404)


def test_only_the_pictures_it_holds_are_there(post, hers):
    other = factories.make_image()

    assert hers.get(f"/admin/coverage/post/{post.pk}/pictures/{other.pk}/").status_code == 404
