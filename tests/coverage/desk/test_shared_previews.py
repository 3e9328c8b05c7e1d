"""A preview link, made and revoked at the desk, opened by somebody without an account."""

import logging
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coverage.models import Post, PreviewLink
from coverage.publishing import filing, previews
from coverage.publishing.publication import post_by_id
from coverage.publishing.review import spike
from media import storage
from media.models import Image
from media.renditions import remake
from tests import factories
from tests.coverage.desk.pages import PHOTOGRAPH, assert_strict, change_url, client_of, fields_of


@pytest.fixture
def post(event, people, image) -> Post:
    """The reporter's draft, which holds the editor's picture."""
    rows = [{"image": image}]
    return post_by_id(factories.make_post(event, by=people["reporter"], headline="Doors", images=rows).pk)


@pytest.fixture
def nobody() -> Client:
    return client_of(None)


def _address(post: Post) -> str:
    return f"/admin/coverage/post/{post.pk}/previews/"


def _made(client: Client, post: Post, **more) -> str:
    """The path of a link made in the form."""
    fields = fields_of(client.get(_address(post)), "preview-form")
    page = client.post(_address(post), {**fields, "hours": "24", **more})
    return re.search(r'id="link">https?://[^/]+([^<]+)<', page.text)[1]


def _pictures(page: str) -> set[str]:
    found = re.findall(r'src="([^"]+)"', page)
    found += [part.split()[0] for one in re.findall(r'srcset="([^"]+)"', page) for part in one.split(",")]
    return set(found)


def test_somebody_without_an_account_sees_the_post_and_its_pictures(post, hers, nobody, image):
    page = nobody.get(_made(hers, post))

    assert page.status_code == 200
    assert "Preview, not published." in page.text
    assert "Ada Byron/Newsroom" in page.text
    assert image.public_name not in page.text
    assert_strict(page)
    assert len(_pictures(page.text)) == 1
    for address in _pictures(page.text):
        answer = nobody.get(address)
        assert (answer.status_code, answer.getvalue()) == (200, PHOTOGRAPH)


def test_nobody_keeps_or_finds_it_and_its_address_goes_nowhere(post, hers, nobody):
    address = _made(hers, post)
    page = nobody.get(address)

    for answer in (page, nobody.get(_pictures(page.text).pop()), nobody.get("/preview/never-was/")):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert answer["Referrer-Policy"] == "no-referrer"
    assert not nobody.cookies


def test_a_picture_without_its_credit_is_left_out_by_page_and_address(post, people, hers, nobody):
    bare = factories.make_image(credit="", uploaded_by=people["reporter"])
    filing.update_post(post, by=people["reporter"], images=[{"image": bare}])
    address = _made(hers, post)

    page = nobody.get(address)

    assert page.status_code == 200
    assert not _pictures(page.text)
    assert nobody.get(f"{address}pictures/{bare.pk}/").status_code == 404


def test_a_picture_still_being_made_has_its_place(post, people, hers, nobody):
    coming = factories.make_image(ready=False, uploaded_by=people["reporter"])
    filing.update_post(post, by=people["reporter"], images=[{"image": coming}])
    address = _made(hers, post)

    assert nobody.get(address).status_code == 200
    assert hers.get(f"/admin/coverage/post/{post.pk}/preview/").status_code == 200
    assert nobody.get(f"{address}pictures/{coming.pk}/").status_code == 404


def test_while_its_files_are_made_anew_nobody_gets_the_original(people, event, image, desk, nobody):
    storage.write(storage.originals(), "one/original.jpg", b"with GPS")
    Image.objects.filter(pk=image.pk).update(original="one/original.jpg", format="JPEG")
    post = factories.make_published(event, by=people["editor"], images=[{"image": image}])
    filing.update_post(post_by_id(post.pk), by=people["editor"], headline="Doors, later")
    address = _made(desk, post_by_id(post.pk))
    remake(image)

    [picture] = _pictures(nobody.get(address).text)
    answer = nobody.get(picture)

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert answer.content == b"This picture is being made. Try again in a minute."
    assert answer["Cache-Control"] == "private, no-store"
    assert desk.get(f"/admin/coverage/post/{post.pk}/pictures/{image.pk}/").getvalue() == b"with GPS"


def test_looking_keeps_no_release_waiting(post, hers, nobody):
    address = _made(hers, post)
    picture = _pictures(nobody.get(address).text).pop()

    with CaptureQueriesContext(connection) as page:
        nobody.get(address)
    with CaptureQueriesContext(connection) as bytes_alone:
        nobody.get(picture)

    for sql in (one["sql"] for one in (*page, *bytes_alone)):
        assert "SAVEPOINT" not in sql
        assert "FOR UPDATE" not in sql
        assert not sql.startswith(("INSERT", "UPDATE", "DELETE"))
    assert not any("record_releasedspeaker" in one["sql"] for one in bytes_alone)  # the page is not drawn


def test_a_picture_of_another_post_is_not_there(post, hers, nobody, people):
    other = factories.make_image(uploaded_by=people["reporter"])

    assert nobody.get(f"{_made(hers, post)}pictures/{other.pk}/").status_code == 404


def test_unknown_ended_and_revoked_are_one_answer(post, hers, nobody, people):
    revoked, ended = _made(hers, post), _made(hers, post, hours="1")
    first, last = previews.links_of(post).order_by("pk")
    hers.post(_address(post), {"revoke": first.pk})
    PreviewLink.objects.filter(pk=last.pk).update(expires_at=post.created_at)

    answers = [nobody.get(one) for one in (revoked, ended, "/preview/never-was/")]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({(answer.content, str(answer.headers)) for answer in answers}) == 1


def test_the_posts_page_lists_it_and_one_press_revokes_it(post, hers, desk, nobody):
    address = _made(hers, post)
    nobody.get(address)

    page = desk.get(change_url(post)).text
    button = re.search(r'formaction="([^"]+)" name="revoke" value="(\d+)"', page)
    said = desk.post(button[1], {"revoke": button[2]}, follow=True)

    assert "Revision 1, by Rosa Lind, until" in page
    assert "last looked at" in page
    assert "Revoked: nobody sees the post by that link any more." in said.text
    assert nobody.get(address).status_code == 404


def test_one_already_revoked_says_so(post, hers):
    said = hers.post(_address(post), {"revoke": "1"}, follow=True)

    assert "That link is over already." in said.text


def test_what_readers_have_gets_no_link(event, desk):
    published = factories.make_published(event)

    assert 'id="preview-form"' not in desk.get(_address(published)).text
    answer = desk.post(_address(published), {"hours": "24"})
    assert (answer.status_code, PreviewLink.objects.count()) == (409, 0)


def test_it_works_for_a_day_at_most(post, hers):
    answer = hers.post(_address(post), {"hours": "9000"})

    assert (answer.status_code, PreviewLink.objects.count()) == (200, 0)


def test_a_draft_event_shows_its_posts_too(people, desk, nobody):
    hidden = factories.make_event(slug="secret", title="Secret Summit", state="draft")
    post = post_by_id(factories.make_post(hidden, by=people["editor"], body="<p>Quiet.</p>").pk)

    page = nobody.get(_made(desk, post))

    assert "Quiet." in page.text
    assert nobody.get("/events/secret/").status_code == 404


def test_looking_logs_no_address(post, hers, nobody, caplog):
    with caplog.at_level(logging.DEBUG):
        address = _made(hers, post)
        page = nobody.get(address)
        nobody.get(_pictures(page.text).pop())
        spike(post_by_id(post.pk), by=post.author)
        refused = nobody.get(address)  # until it is unspiked

    assert refused.status_code == 404
    assert address.split("/")[2] not in caplog.text
