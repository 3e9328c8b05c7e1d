"""Other bytes for the same image: what stays, what goes, who may."""

import uuid

import pytest
from django.core.files.base import ContentFile

from media import ingest, renditions, texts
from media.models import Image, RetiredFiles
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from tests.media import drawing
from tests.media.conftest import stored

pytestmark = pytest.mark.django_db

CROP = drawing.jpeg(900, 900, seed=7)


def crop(data: bytes = CROP) -> ContentFile:
    return ContentFile(data, "crop.jpg")


def test_texts_stay_and_bytes_go(make, editor, django_capture_on_commit_callbacks):
    image = make(drawing.jpeg(700, 450), caption="Doors", people=["Ada"], basis="staff")
    texts.describe(image, by=editor, focal_x=0.1)
    renditions.make_renditions(image.pk)
    Image.objects.update(scaled_sha256="5" * 64, found={"credit": {"text": "Old", "from": "XMP"}})

    with django_capture_on_commit_callbacks(execute=True):
        kept = ingest.replace(image, crop(), by=editor)

    assert Image.objects.get() == kept == image
    assert (kept.width, kept.height, kept.original_name) == (900, 900, "crop.jpg")
    assert (kept.credit, kept.caption, kept.people, kept.basis) == (
        "Ada/Newsroom",
        "Doors",
        ["Ada"],
        "staff",
    )
    assert (kept.scaled_sha256, kept.found, kept.likeness, kept.thumbhash, kept.focal_x) == (
        "",
        {},
        None,
        "",
        0.5,
    )
    assert stored("originals") == {kept.original, kept.previous["original"]}
    row = AuditRow.objects.get(verb="replace")
    assert (row.person_name, row.before["sha256"], row.after["sha256"]) == (
        "edith",
        image.sha256,
        kept.sha256,
    )

    names = {*RetiredFiles.objects.values_list("public_name", flat=True)}
    renditions.make_renditions(kept.pk)
    made = Image.objects.get()
    assert (made.state, made.likeness is None) == ("ready", False)
    assert made.public_name not in names
    assert RetiredFiles.objects.filter(delete_after=None).count() == 0


def test_old_bytes_are_free_again(make, receive, editor):
    old = drawing.jpeg(700, 450)
    image = make(old)

    ingest.replace(image, crop(), by=editor)

    assert receive(old).same_as is None


def test_the_same_bytes_replace_nothing(make, editor):
    image = make(CROP)

    kept = ingest.replace(image, crop(), by=editor)

    assert (kept.state, kept.version) == ("ready", image.version)
    assert not AuditRow.objects.filter(verb="replace").exists()


def test_owner_and_editors_may_and_nobody_else(make, photographer, reporter):
    image = make(drawing.jpeg(700, 450), by=photographer)

    with pytest.raises(NotAllowed):
        ingest.replace(image, crop(), by=reporter)
    assert Image.objects.get().sha256 == image.sha256

    assert ingest.replace(image, crop(), by=photographer).width == 900


def test_a_withdrawn_image_is_not_replaced(make, editor):
    image = make(drawing.jpeg(700, 450))
    renditions.withdraw_files(image, "not ours")
    before = stored("originals")

    with pytest.raises(WrongState, match="not ours"):
        ingest.replace(image, crop(), by=editor)

    assert stored("originals") == before


def test_what_is_no_picture_replaces_nothing(make, editor):
    image = make(drawing.jpeg(700, 450))
    before = stored("originals")

    with pytest.raises(Invalid):
        ingest.replace(image, crop(drawing.PDF), by=editor)

    assert (Image.objects.get().state, stored("originals")) == ("ready", before)


def test_a_replaced_copy_stands_for_itself(make, receive, editor):
    root, copy = make(drawing.jpeg(700, 450)), receive(drawing.jpeg(700, 450))

    kept = ingest.replace(copy, crop(), by=editor)

    assert (kept.same_as, kept.state, kept.width, kept.likeness) == (None, "received", 900, None)
    assert AuditRow.objects.get(verb="replace").thing_id == str(copy.pk)
    assert Image.objects.get(pk=root.pk).state == "ready"


def test_bytes_that_are_there_make_a_copy(make, editor):
    there, image = make(CROP), make(drawing.jpeg(700, 450))

    kept = ingest.replace(image, crop(), by=editor)

    assert (kept.same_as, kept.state) == (there, "ready")


def test_an_awaited_image_is_filled(editor):
    awaited = ingest.expect(image_id=uuid.uuid4(), by=editor, credit="Ada").image

    assert ingest.replace(awaited, crop(), by=editor).state == "received"
