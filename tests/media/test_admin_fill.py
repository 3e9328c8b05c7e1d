"""A file dropped on an awaited picture of the list."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media import ingest, renditions
from media.models import Image
from tests.media import drawing
from tests.media.test_admin import LIST, page_of, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    return sign_in(client, editor)


def fill_address(image: Image) -> str:
    return f"/admin/media/image/{image.pk}/fill/"


def test_a_dropped_file_fills_an_awaited_picture(desk):
    image = ingest.expect(image_id=uuid.uuid4(), by=None, credit="Future").image
    page = desk.get(LIST).text

    answer = desk.post(fill_address(image), {"file": SimpleUploadedFile("a.jpg", drawing.jpeg(700, 450))})

    image = Image.objects.get()
    assert f'data-fill="{fill_address(image)}"' in page
    assert f'href="{page_of(image)}#id_file"' in page
    assert (image.state, image.credit) == ("received", "Future")
    assert answer.json()["missing"] == "alternative text"
    assert answer.json()["state"] == "received"
    assert "data-fill" not in desk.get(LIST).text


def test_a_dropped_file_overwrites_nothing(desk, make):
    image = make(drawing.jpeg(700, 450, seed=1))

    answer = desk.post(
        fill_address(image), {"file": SimpleUploadedFile("b.jpg", drawing.jpeg(700, 450, seed=2))}
    )

    assert answer.status_code == 400
    assert "already has a file" in answer.json()["refused"]
    assert Image.objects.get().sha256 == image.sha256


def test_its_row_is_asked_for_until_a_worker_has_seen_it(desk, receive, likeness):
    like = likeness(0x0F0F_0F0F_0F0F_0F0F, alt_text="The hall")
    image, cut = likeness(0x0F0F_0F0F_0F0F_0F0F), receive(drawing.jpeg()[:-9000])

    before = desk.get(fill_address(image)).json()
    renditions.make_renditions(cut.pk)
    Image.objects.filter(pk=image.pk).update(state="ready")

    after, refused = desk.get(fill_address(image)).json(), desk.get(fill_address(cut)).json()
    assert (before["state"], before["is_settled"], before["refusal"]) == ("received", False, "")
    assert (after["state"], after["is_settled"], after["refusal"]) == ("ready", True, "")
    assert after["alike"] == [{"name": "The hall", "address": page_of(like)}]
    assert (refused["state"], refused["is_settled"]) == ("refused", True)
    assert refused["refusal"] == Image.objects.get(pk=cut.pk).refusal != ""
    assert refused["missing"] == "file, credit, alternative text"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"file": SimpleUploadedFile("a.jpg", drawing.PDF)}, "This is a PDF document"),
        ({}, "No file came"),
    ],
)
def test_a_dropped_file_that_is_refused_says_why(sent, sentence, desk):
    image = ingest.expect(image_id=uuid.uuid4(), by=None).image

    answer = desk.post(fill_address(image), sent)

    assert answer.status_code == 400
    assert sentence in answer.json()["refused"]
    assert Image.objects.get().state == "awaited"


def test_nobody_fills_a_picture_out_of_reach(client, reporter, photographer):
    theirs = ingest.expect(image_id=uuid.uuid4(), by=photographer).image
    file = SimpleUploadedFile("a.jpg", drawing.jpeg(700, 450))

    answer = sign_in(client, reporter).post(fill_address(theirs), {"file": file})

    assert answer.status_code == 404
    assert client.get(fill_address(theirs)).status_code == 404
    assert Image.objects.get().state == "awaited"
