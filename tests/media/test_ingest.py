import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from media import ingest, renditions
from media.arrivals import arriving
from media.models import Image
from media.showing import as_picture
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.models import User
from tests.media import drawing
from tests.media.conftest import stored


def upload(data: bytes | None = None, name: str = "a.jpg") -> ContentFile:
    return ContentFile(drawing.jpeg() if data is None else data, name)


def test_upload_becomes_a_received_image(receive, photographer):
    image_id, data = uuid.uuid4(), drawing.phone_jpeg(6, 1400, 900)

    image = receive(data, image_id=image_id, by=photographer, alt_text=" A stage ", caption="Doors open")

    image = Image.objects.get(pk=image.pk)
    assert (image.pk, image.state, image.format) == (image_id, "received", "JPEG")
    assert (image.width, image.height, image.size) == (1400, 900, len(data))
    assert (image.alt_text, image.caption, image.credit) == ("A stage", "Doors open", "Grace/Newsroom")
    assert re.fullmatch(rf"{image_id}/{image.sha256}-[0-9a-f]{{8}}\.jpg", image.original)
    assert stored("originals") == {image.original}
    assert {row.state for row in image.renditions.all()} == {"waiting"}
    assert image.renditions.count() == 11
    row = AuditRow.objects.get()
    assert (row.verb, row.person_name, row.to_state) == ("upload", "grace", "received")


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "a\x00b.jpg", "n" * 5000 + ".jpg", "shell.php", "\u202egpj.x"]
)
def test_nothing_of_a_persons_name_reaches_the_disk(name, receive):
    image = receive(name="a.jpg", image_id=uuid.uuid4())
    other = ContentFile(drawing.jpeg(seed=9))
    other.name = name
    ingest.receive(other, image_id=(other_id := uuid.uuid4()), by=None)

    kept = Image.objects.get(pk=other_id)
    assert stored("originals") == {image.original, kept.original}
    assert re.fullmatch(rf"{other_id}/{kept.sha256}-[0-9a-f]{{8}}\.jpg", kept.original)
    assert len(kept.original_name) <= 255
    assert not set("/\\\x00\u202e") & set(kept.original_name)


def test_credit_of_the_uploader_fills_only_a_gap(receive, photographer):
    given = receive(drawing.jpeg(seed=1), by=photographer, credit="Ada/Agency")
    unsaid = receive(drawing.jpeg(seed=2), by=photographer)
    emptied = receive(drawing.jpeg(seed=3), by=photographer, credit="")

    assert [image.credit for image in (given, unsaid, emptied)] == ["Ada/Agency", "Grace/Newsroom", ""]


def test_same_uuid_same_bytes_is_a_repeat(receive, photographer):
    first = receive(by=photographer, caption="One")
    again = receive(by=photographer, image_id=first.pk)
    changed = receive(by=photographer, image_id=first.pk, caption="Two")

    assert Image.objects.count() == 1
    assert (again.caption, changed.caption) == ("One", "Two")
    assert stored("originals") == {first.original}


def test_same_uuid_other_bytes_is_refused(receive, photographer):
    first = receive(by=photographer)

    with pytest.raises(Invalid, match="already has a file, and it is another one"):
        receive(drawing.jpeg(seed=5), by=photographer, image_id=first.pk)

    assert stored("originals") == {first.original}
    assert Image.objects.get().sha256 == first.sha256


def test_repeat_puts_a_lost_original_back(receive):
    image = receive()
    renditions.storage.remove(renditions.storage.originals(), image.original)

    receive(image_id=image.pk)

    assert stored("originals") == {image.original}


def test_known_bytes_under_a_new_uuid_are_a_copy(make, receive, reporter):
    root = make()
    copy = receive(by=reporter, name="again.jpg", caption="Mine")

    assert (copy.same_as, copy.state, copy.sha256, copy.width) == (root, "ready", root.sha256, root.width)
    assert stored("originals") == {root.original}
    assert copy.renditions.count() == 0
    picture = as_picture(copy)
    assert (picture.credit, picture.alt, picture.caption) == ("Ada/Newsroom", "A stage", "Mine")
    assert picture.sources == as_picture(root).sources


def test_copy_of_a_copy_points_at_the_root(receive):
    root, one, two = receive(), receive(), receive()

    assert (one.same_as, two.same_as) == (root, root)


def test_copies_become_ready_with_their_root(receive):
    root, copy = receive(alt_text="A", credit="B"), receive()

    renditions.make_renditions(copy.pk)  # a copy is nothing to make
    assert Image.objects.get(pk=root.pk).state == "received"
    renditions.make_renditions(root.pk)

    assert {image.state for image in Image.objects.all()} == {"ready"}
    assert as_picture(Image.objects.get(pk=copy.pk)).credit == "B"


def test_withdrawn_bytes_are_refused_with_the_reason(make, receive):
    image = make()
    renditions.withdraw_files(image, "the family asked for it")

    with pytest.raises(Invalid, match=r"withdrawn \(the family asked for it\) and is not taken again"):
        receive()
    with pytest.raises(WrongState, match="the family asked for it"):
        receive(image_id=image.pk)

    assert Image.objects.count() == 1


def test_awaited_image_is_filled_in(receive, reporter):
    awaited = ingest.expect(image_id=uuid.uuid4(), by=reporter, credit="Ada/Agency", caption="Soon")
    assert (awaited.image.state, awaited.is_new) == ("awaited", True)

    image = receive(by=reporter, image_id=awaited.image.pk, alt_text="A stage")

    assert (image.state, image.credit, image.caption, image.alt_text) == (
        "received",
        "Ada/Agency",
        "Soon",
        "A stage",
    )
    assert Image.objects.count() == 1


def test_expecting_again_changes_only_what_is_given(reporter):
    image_id = uuid.uuid4()
    ingest.expect(image_id=image_id, by=reporter, credit="Ada", caption="Soon")

    again = ingest.expect(image_id=image_id, by=reporter, caption="")

    assert (again.is_new, again.image.credit, again.image.caption) == (False, "Ada", "")


def test_refused_image_takes_better_bytes(receive):
    image = receive(drawing.jpeg()[:30_000])
    renditions.make_renditions(image.pk)
    assert Image.objects.get().state == "refused"

    receive(image_id=image.pk)
    renditions.make_renditions(image.pk)

    image = Image.objects.get()
    assert (image.state, image.refusal) == ("ready", "")


def test_somebody_elses_picture_is_not_touched(receive, reporter, photographer, editor):
    image = receive(by=reporter, credit="Ada")

    with pytest.raises(NotAllowed):
        receive(by=photographer, image_id=image.pk, credit="Grace")
    with pytest.raises(NotAllowed):
        ingest.expect(image_id=image.pk, by=photographer, credit="Grace")
    assert Image.objects.get().credit == "Ada"

    receive(by=editor, image_id=image.pk, credit="Ada Byron")
    assert Image.objects.get().credit == "Ada Byron"


def test_stranger_sends_nothing(django_user_model, leaves_nothing):
    stranger = django_user_model.objects.create_user("mallory")

    with pytest.raises(NotAllowed):
        ingest.receive(upload(), image_id=uuid.uuid4(), by=stranger)
    with pytest.raises(NotAllowed):
        ingest.expect(image_id=uuid.uuid4(), by=stranger)


@pytest.mark.parametrize("texts", [{"credit": "x" * 201}, {"alt_text": "x" * 501}, {"caption": "x" * 2001}])
def test_text_too_long_leaves_nothing(texts, leaves_nothing):
    with pytest.raises(Invalid):
        ingest.receive(upload(), image_id=uuid.uuid4(), by=None, **texts)


@pytest.mark.django_db(transaction=True)
def test_failed_commit_takes_the_file_with_it(leaves_nothing):
    nobody = User(pk=-1, username="nobody", is_superuser=True)  # the foreign key is checked at the commit

    with pytest.raises(IntegrityError):
        ingest.receive(upload(), image_id=uuid.uuid4(), by=nobody)


def test_failed_surrounding_transaction_takes_the_file_with_it(leaves_nothing):
    image_id = uuid.uuid4()

    with arriving(upload()) as arrival:
        with transaction.atomic():
            ingest.keep(arrival, image_id=image_id, by=None)
            transaction.set_rollback(True)
        ingest.put_back(arrival, image_id)


@pytest.mark.django_db(transaction=True)
def test_same_bytes_sent_at_once_become_one_image_and_copies():
    barrier = Barrier(8)

    def send(image_id: uuid.UUID) -> None:
        barrier.wait()
        try:
            ingest.receive(upload(), image_id=image_id, by=None)
        finally:
            connection.close()

    ids = [uuid.uuid4() for _ in range(5)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, [*ids, *ids[:3]]))

    assert {image.pk for image in Image.objects.all()} == set(ids)
    root = Image.objects.get(same_as=None)
    assert root.copies.count() == 4
    assert stored("originals") == {root.original}


def test_a_gap_in_the_credit_is_filled_visibly(receive, photographer, reporter):
    filled = receive(drawing.jpeg(seed=1), by=photographer)
    given = receive(drawing.jpeg(seed=3), by=photographer, credit="Ada")
    emptied = receive(drawing.jpeg(seed=4), by=photographer, credit="")
    nothing = receive(drawing.jpeg(seed=5), by=reporter)

    assert [(image.credit, image.credit_from) for image in (filled, given, emptied, nothing)] == [
        ("Grace/Newsroom", "uploader"),
        ("Ada", "person"),
        ("", "person"),
        ("", ""),
    ]


def test_an_awaited_credit_is_no_gap(receive, reporter):
    awaited = ingest.expect(image_id=uuid.uuid4(), by=reporter, credit="Ada/Agency").image

    image = receive(image_id=awaited.pk, by=reporter)

    assert (image.credit, image.credit_from) == ("Ada/Agency", "person")


def test_rights_come_with_the_bytes_or_before_them(receive, reporter):
    until = timezone.now() + timedelta(days=9)
    image = receive(drawing.jpeg(seed=1), by=reporter, basis="handout", embargo_until=until, people=["Ada"])
    awaited = ingest.expect(image_id=uuid.uuid4(), by=reporter, embargo_until=until).image

    for pk in (image.pk, awaited.pk):
        kept = Image.objects.get(pk=pk)
        assert kept.embargo_until == kept.due_at == until
    assert (image.basis, image.people) == ("handout", ["Ada"])
