"""Several pictures through one form: what is there already is offered, not kept again."""

import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from media import ingest, renditions
from media.models import Image
from media.sending import send
from tests.media import drawing

pytestmark = pytest.mark.django_db

SCALED, ORIGINAL = drawing.jpeg(700, 450), drawing.jpeg(1400, 900)


def sent(by, *files: bytes):
    uploads = [SimpleUploadedFile(f"{number}.jpg", data) for number, data in enumerate(files)]
    return send(uploads, token=uuid.uuid4(), by=by, texts={"credit": "Ada"})


def test_both_hashes_of_an_image_are_known(receive, editor):
    image = receive(SCALED)
    ingest.receive_original(ContentFile(ORIGINAL), image_id=image.pk, by=None)

    result = sent(editor, SCALED, ORIGINAL, drawing.jpeg(seed=4))

    assert result.known == [image, image]
    assert (len(result.kept), result.refused) == (1, [])
    assert Image.objects.count() == 2


def test_withdrawn_bytes_are_refused_with_the_reason_and_the_others_kept(receive, editor):
    image = receive(SCALED)
    ingest.receive_original(ContentFile(ORIGINAL), image_id=image.pk, by=None)
    renditions.withdraw_files(image, "not ours")

    result = sent(editor, SCALED, ORIGINAL, drawing.jpeg(seed=4))

    assert [name for name, _ in result.refused] == ["0.jpg", "1.jpg"]
    assert all("not ours" in sentence for _, sentence in result.refused)
    assert len(result.kept) == 1
