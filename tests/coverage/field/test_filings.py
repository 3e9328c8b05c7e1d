"""Her list keeps itself up to date: what the page's script asks for."""

import pytest

from coverage.publishing import publication, review
from media.models import Image
from tests import factories
from tests.coverage.desk.pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return factories.make_event(slug="summit")


@pytest.fixture
def reporter(event):
    person = factories.make_person()
    factories.assign(person, event)
    return person


@pytest.fixture
def phone(reporter):
    return client_of(reporter)


def ask(phone, etag: str = ""):
    return phone.get("/field/filings/?event=summit", headers={"If-None-Match": etag} if etag else {})


def test_the_desk_s_note_arrives_by_itself(phone, event, reporter):
    post = publication.post_by_id(factories.make_post(event, by=reporter, headline="Doors").pk)
    review.submit(post, by=reporter)
    first = ask(phone)
    assert ask(phone, first["ETag"]).status_code == 304

    review.send_back(post, by=factories.make_editor(), note="Who says so?")
    after = ask(phone, first["ETag"])

    assert after.status_code == 200
    assert "Who says so?" in after.text
    assert "no-store" in after["Cache-Control"]


def test_the_page_carries_the_stamp_of_what_it_shows(phone, event, reporter):
    factories.make_post(event, by=reporter)

    page = phone.get("/field/?event=summit").text

    assert f"data-stamp={ask(phone)['ETag']}" in page


def test_a_picture_that_was_refused_changes_the_list(phone, event, reporter):
    image = factories.make_image(uploaded_by=reporter)
    factories.make_post(event, by=reporter, images=[{"image": image, "caption": ""}])
    before = ask(phone)["ETag"]

    image = Image.objects.get()
    image.state, image.refusal = "refused", "This file is damaged."
    image.save()

    assert "This file is damaged." in ask(phone, before).text


def test_others_filings_and_events_are_not_answered(phone, event):
    factories.make_post(event, headline="Theirs")
    factories.make_event(slug="secret")

    assert "Theirs" not in ask(phone).text
    assert phone.get("/field/filings/?event=secret").status_code == 404
    assert client_of(None).get("/field/filings/?event=summit").status_code == 302


def test_nothing_yet_says_so(phone, event):
    assert "Nothing yet." in ask(phone).text
