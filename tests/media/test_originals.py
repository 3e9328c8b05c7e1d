"""A phone's scaled copy and its later original are one image, known by both hashes."""

import hashlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from media import ingest, making, renditions
from media.arrivals import arriving
from media.models import Image, RetiredFiles
from media.showing import as_picture
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from tests import factories
from tests.media import drawing
from tests.media.conftest import stored

pytestmark = pytest.mark.django_db

SCALED, ORIGINAL = drawing.jpeg(700, 450), drawing.jpeg(1400, 900)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def send_original(image_id, data: bytes = ORIGINAL, *, by=None, name: str = "IMG_1.JPG") -> Image:
    return ingest.receive_original(ContentFile(data, name), image_id=image_id, by=by)


def test_the_image_takes_its_original(make, photographer, django_capture_on_commit_callbacks):
    image = make(SCALED, by=photographer, credit="Grace", caption="Doors")
    old_files = stored("renditions")

    with django_capture_on_commit_callbacks(execute=True):
        kept = send_original(image.pk, by=photographer)

    assert Image.objects.get() == kept == image
    assert (kept.sha256, kept.scaled_sha256) == (sha256(ORIGINAL), sha256(SCALED))
    assert (kept.width, kept.height, kept.size, kept.format) == (1400, 900, len(ORIGINAL), "JPEG")
    assert (kept.original_name, kept.credit, kept.caption) == ("IMG_1.JPG", "Grace", "Doors")
    assert (kept.state, kept.public_name) == ("received", "")
    assert stored("originals") == {kept.original, kept.previous["original"]}
    assert stored("renditions") == old_files
    assert kept.renditions.count() == len(making.specs.plan(1400))
    row = AuditRow.objects.get(verb="original")
    assert (row.before["sha256"], row.after["sha256"]) == (sha256(SCALED), sha256(ORIGINAL))

    renditions.make_renditions(kept.pk)

    made = Image.objects.get()
    assert (made.state, made.renditions.get(spec="jpeg-1280").width) == ("ready", 1280)
    assert made.public_name not in ("", image.public_name)
    assert RetiredFiles.objects.get().public_name == image.public_name


def test_both_hashes_are_known_afterwards(make, receive, photographer):
    image = make(SCALED, by=photographer)
    send_original(image.pk)

    assert ingest.known(sha256(SCALED)) == ingest.known(sha256(ORIGINAL)) == image
    receive(SCALED, image_id=image.pk, by=photographer, caption="Again")  # a late repeat
    copies = [receive(SCALED), receive(ORIGINAL)]

    assert {copy.same_as for copy in copies} == {image}
    kept = Image.objects.get(pk=image.pk)
    assert (kept.caption, kept.sha256) == ("Again", sha256(ORIGINAL))
    assert Image.objects.filter(same_as=None).count() == 1


def test_a_late_repeat_of_the_scaled_copy_does_not_stand_in_for_a_lost_original(make, receive):
    image = make(SCALED)
    kept = send_original(image.pk)
    renditions.storage.remove(renditions.storage.originals(), kept.original)

    receive(SCALED, image_id=image.pk)
    assert kept.original not in stored("originals")
    send_original(image.pk)

    assert kept.original in stored("originals")


@pytest.mark.parametrize("again", [SCALED, ORIGINAL])
def test_a_repeat_changes_nothing(again, make):
    image = make(SCALED)
    first = send_original(image.pk)

    second = send_original(image.pk, again)

    assert (second.version, second.original) == (first.version, first.original)
    assert AuditRow.objects.filter(verb="original").count() == 1


def test_an_awaited_image_is_filled_and_an_unknown_one_made(receive, reporter):
    awaited = ingest.expect(image_id=uuid.uuid4(), by=reporter, caption="Soon").image

    filled = send_original(awaited.pk, by=reporter)
    made = send_original(uuid.uuid4(), drawing.jpeg(seed=3), by=reporter)

    assert (filled.state, filled.caption, filled.scaled_sha256) == ("received", "Soon", "")
    assert (made.state, made.uploaded_by) == ("received", reporter)


def test_another_shape_is_another_picture(make):
    image = make(SCALED)
    before = stored("originals")

    with pytest.raises(Invalid, match="another picture: it is 1,400 × 1,050 pixels"):
        send_original(image.pk, drawing.jpeg(1400, 1050))

    kept = Image.objects.get()
    assert (kept.state, kept.sha256, stored("originals")) == ("ready", image.sha256, before)


def test_a_scaled_copy_is_whole_pixels_and_its_original_may_lie_on_its_side(make):
    image = make(drawing.jpeg(333, 221))

    kept = send_original(image.pk, drawing.phone_jpeg(6, 1401, 933))

    assert (kept.width, kept.height) == (1401, 933)


def test_the_larger_one_stays_and_both_are_known(make, receive):
    image = make(ORIGINAL)

    kept = send_original(image.pk, SCALED)

    assert (kept.state, kept.sha256, kept.version) == ("ready", sha256(ORIGINAL), image.version)
    assert stored("originals") == {image.original}
    assert receive(SCALED).same_as == image


def test_copies_go_with_it(make, receive):
    image, copy = make(SCALED), receive(SCALED)

    send_original(image.pk)
    renditions.make_renditions(image.pk)

    copy.refresh_from_db()
    assert (copy.same_as, copy.sha256, copy.width, copy.state) == (image, sha256(ORIGINAL), 1400, "ready")


def test_a_copy_of_somebody_elses_stands_for_itself(make, receive, reporter):
    theirs, hers = make(SCALED), receive(SCALED, by=reporter)
    shown = hers.edition + theirs.edition

    kept = send_original(hers.pk, by=reporter)

    assert (kept.same_as, kept.state, kept.sha256) == (None, "received", sha256(ORIGINAL))
    assert kept.edition > shown
    theirs.refresh_from_db()
    assert (theirs.state, theirs.sha256) == ("ready", sha256(SCALED))
    assert ingest.known(sha256(SCALED)) == theirs


def test_an_original_that_is_there_already_makes_a_copy(make, receive, django_capture_on_commit_callbacks):
    there, image = make(ORIGINAL), make(SCALED)
    copy = receive(SCALED)

    with django_capture_on_commit_callbacks(execute=True):
        kept = send_original(image.pk)

    copy.refresh_from_db()
    assert (kept.same_as, copy.same_as, kept.state, kept.sha256) == (there, there, "ready", there.sha256)
    assert (kept.renditions.count(), stored("originals")) == (0, {there.original})
    retired = RetiredFiles.objects.get()
    assert (retired.public_name, retired.image) == (image.public_name, there)
    assert retired.delete_after is not None
    assert receive(SCALED).same_as == there


def test_an_original_that_is_still_being_made_elsewhere_keeps_the_old_files_until_then(make, receive):
    there, image = receive(ORIGINAL), make(SCALED)

    send_original(image.pk)
    assert RetiredFiles.objects.get().delete_after is None
    renditions.make_renditions(there.pk)

    assert RetiredFiles.objects.get().delete_after is not None
    assert Image.objects.get(pk=image.pk).state == "ready"


def test_a_copy_that_parts_keeps_what_it_had_from_its_original(make, receive, photographer):
    later = timezone.now() + timedelta(days=2)
    make(SCALED, people=["Ada"], embargo_until=later)
    hers, its = receive(SCALED, by=photographer, credit="", caption="Mine"), receive(SCALED)
    make(ORIGINAL)

    send_original(hers.pk, drawing.jpeg(2100, 1350), by=photographer)
    send_original(its.pk)

    for image in Image.objects.filter(pk__in=[hers.pk, its.pk]):
        assert (image.credit, image.alt_text, image.people) == ("Ada/Newsroom", "A stage", ["Ada"])
        assert image.embargo_until == image.due_at == later
    assert Image.objects.get(pk=hers.pk).caption == "Mine"


def test_a_copy_that_parts_leaves_the_old_hashes_behind(make, receive, reporter):
    image, hers = make(SCALED), receive(SCALED, by=reporter)
    send_original(image.pk)

    kept = send_original(hers.pk, drawing.jpeg(2100, 1350), by=reporter)

    assert kept.scaled_sha256 == ""
    assert ingest.known(sha256(SCALED)) == ingest.known(sha256(ORIGINAL)) == image


def test_copies_keep_what_they_had_when_their_original_becomes_a_copy(make, receive):
    later = timezone.now() + timedelta(days=2)
    make(ORIGINAL, credit="Somebody else")
    image = make(SCALED, lease_from=later, lease_until=later + timedelta(days=3))
    copy = receive(SCALED, caption="Mine", lease_until=later)

    send_original(image.pk)

    kept = Image.objects.get(pk=copy.pk)
    assert (kept.credit, kept.caption) == ("Ada/Newsroom", "Mine")
    assert (kept.embargo_until, kept.lease_from, kept.lease_until) == (later, None, later)


@pytest.mark.parametrize("again", [SCALED, ORIGINAL])
def test_withdrawn_bytes_are_refused_by_either_hash(again, make, receive):
    image, other = make(SCALED), make(drawing.jpeg(280, 180, seed=4))
    send_original(image.pk)
    renditions.withdraw_files(image, "the family asked for it")
    before = stored("originals")

    with pytest.raises(Invalid, match=r"withdrawn \(the family asked for it\)"):
        receive(again)
    with pytest.raises(Invalid, match=r"withdrawn \(the family asked for it\)"):
        send_original(other.pk, again)
    with pytest.raises(Invalid, match=r"withdrawn \(the family asked for it\)"):
        ingest.replace(other, ContentFile(again), by=None)
    with pytest.raises(WrongState, match="the family asked for it"):
        send_original(image.pk, again)

    assert Image.objects.get(pk=other.pk).state == "ready"
    assert stored("originals") == before


def test_withdrawn_bytes_are_refused_by_the_hash_of_a_copys_scaled_copy(make, receive):
    there, image = make(ORIGINAL), make(SCALED)
    send_original(image.pk)
    renditions.withdraw_files(there, "not ours")

    with pytest.raises(Invalid, match="not ours"):
        receive(SCALED)


def test_only_who_may_change_it_sends_it(make, photographer, reporter, editor):
    image = make(SCALED, by=photographer)

    with pytest.raises(NotAllowed):
        send_original(image.pk, by=reporter)
    assert Image.objects.get().sha256 == sha256(SCALED)

    assert send_original(image.pk, by=editor).sha256 == sha256(ORIGINAL)


def test_a_worker_at_the_scaled_copy_comes_too_late(receive):
    image = receive(SCALED)
    job = making.claim(image.pk)

    send_original(image.pk)
    with pytest.raises(making.Superseded):
        making.make_all(job)
    making.remove_stale(job)
    renditions.make_renditions(image.pk)

    kept = Image.objects.get()
    assert (kept.state, kept.width) == ("ready", 1400)
    folders = {name.split("/")[0] for name in stored("renditions")}
    assert kept.public_name in folders
    assert folders <= {kept.public_name, *RetiredFiles.objects.values_list("public_name", flat=True)}


def test_a_transaction_that_comes_to_nothing_keeps_the_old_file(make):
    image = make(SCALED)

    with arriving(ContentFile(ORIGINAL)) as arrival:
        with transaction.atomic():
            ingest.keep_original(arrival, image_id=image.pk, by=None)
            transaction.set_rollback(True)
        ingest.put_back(arrival, image.pk)

    assert stored("originals") == {image.original} == {Image.objects.get().original}


@pytest.mark.django_db(transaction=True)
def test_originals_and_scaled_copies_at_once_become_one_image_and_copies():
    image = ingest.receive(ContentFile(SCALED), image_id=uuid.uuid4(), by=None)
    barrier, jobs = Barrier(8), []
    for _ in range(4):
        jobs.append(lambda: send_original(image.pk))
    for _ in range(2):
        jobs.append(lambda: ingest.receive(ContentFile(SCALED), image_id=uuid.uuid4(), by=None))
        jobs.append(lambda: ingest.receive(ContentFile(ORIGINAL), image_id=uuid.uuid4(), by=None))

    def run(job) -> None:
        barrier.wait()
        try:
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, jobs))

    root = Image.objects.get(same_as=None)
    assert root.sha256 == sha256(ORIGINAL)
    assert Image.objects.count() == 5
    assert {ingest.known(sha256(SCALED)), ingest.known(sha256(ORIGINAL))} == {root}
    assert stored("originals") == {root.original}


@pytest.mark.django_db(transaction=True)
def test_a_damaged_file_in_place_of_a_good_one_brings_the_good_one_back():
    image = factories.make_real_image(drawing.jpeg(700, 450))
    good = image.sha256
    ingest.replace(image, ContentFile(drawing.jpeg(900, 600)[:9_000], "b.jpg"), by=None)

    renditions.make_renditions(image.pk)
    renditions.make_renditions(image.pk)

    image.refresh_from_db()
    assert (image.state, image.sha256, image.width, image.previous) == ("ready", good, 700, None)
    assert "The new file was refused and the one before kept." in image.refusal
    assert stored("originals") == {image.original}
    assert as_picture(image).sources


@pytest.mark.django_db(transaction=True)
def test_the_file_before_goes_when_the_new_one_was_decoded():
    image = factories.make_real_image(drawing.jpeg(700, 450))
    ingest.replace(image, ContentFile(drawing.jpeg(900, 600), "b.jpg"), by=None)
    assert len(stored("originals")) == 2

    renditions.make_renditions(image.pk)

    image.refresh_from_db()
    assert (image.state, image.width, image.previous) == ("ready", 900, None)
    assert stored("originals") == {image.original}


def test_an_original_does_not_take_the_place_of_what_the_desk_put_there(make, editor):
    image = make(drawing.jpeg(600, 400))
    ingest.replace(image, ContentFile(drawing.jpeg(600, 400, seed=1), "blurred.jpg"), by=editor)

    with pytest.raises(WrongState, match="does not take that one’s place"):
        ingest.receive_original(
            ContentFile(drawing.jpeg(1200, 800), "a.jpg"), image_id=image.pk, by=image.uploaded_by
        )
