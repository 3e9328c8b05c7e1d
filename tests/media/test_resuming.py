"""Uploads in chunks: bounded in number and age, one writer at a time, nothing half counted."""

import datetime
import hashlib
import os
import time
import uuid

import pytest
from django.core.files.storage import storages
from django.http import Http404
from django.utils import timezone

from media import resuming, storage, sweep
from media.models import Image, PartialUpload
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User
from tests import processes
from tests.media import drawing
from tests.media.conftest import stored

PICTURE = drawing.jpeg(700, 450)
HALF = len(PICTURE) // 2


def begin(by: User, data: bytes = PICTURE, image_id: uuid.UUID | None = None) -> PartialUpload:
    digest = hashlib.sha256(data).hexdigest()
    return resuming.begin(image_id or uuid.uuid4(), by=by, length=len(data), sha256=digest)[0]


def age(upload: PartialUpload, by: datetime.timedelta) -> None:
    PartialUpload.objects.filter(pk=upload.pk).update(updated_at=timezone.now() - by)


def test_of_too_many_the_one_left_alone_longest_is_given_up(reporter, photographer, monkeypatch):
    monkeypatch.setattr(resuming, "MOST_EACH", 3)
    uploads = [begin(reporter) for _ in range(3)]
    for number, upload in enumerate(uploads):
        resuming.take(upload, PICTURE[:HALF], offset=0)
        age(upload, datetime.timedelta(minutes=number))
    theirs = begin(photographer)

    newest = begin(reporter)

    left = set(PartialUpload.objects.values_list("pk", flat=True))
    assert left == {uploads[0].pk, uploads[1].pk, theirs.pk, newest.pk}
    assert stored("partials") == {upload.file for upload in uploads[:2]}


def test_what_is_done_counts_for_nothing(reporter, monkeypatch):
    monkeypatch.setattr(resuming, "MOST_EACH", 2)
    done = begin(reporter)
    resuming.take(done, PICTURE, offset=0)
    waiting = begin(reporter, drawing.jpeg(640, 480))

    begin(reporter, drawing.jpeg(320, 240))

    assert {done.pk, waiting.pk} <= set(PartialUpload.objects.values_list("pk", flat=True))


def test_whoever_has_no_role_begins_nothing(db):
    with pytest.raises(NotAllowed):
        begin(User.objects.create_user("nobody"))

    assert not PartialUpload.objects.exists()


def test_the_file_is_called_by_nobody_s_name_and_read_by_nobody_else(reporter):
    upload = begin(reporter)
    resuming.take(upload, PICTURE[:HALF], offset=0)

    [name] = stored("partials")

    assert name == upload.file
    assert str(upload.image_id) not in name
    assert os.stat(storages["partials"].path(name)).st_mode & 0o777 == 0o600


def test_the_sweep_gives_up_what_nobody_goes_on_with(reporter):
    ages = {
        "going on": resuming.KEPT - datetime.timedelta(minutes=1),
        "left": resuming.KEPT + datetime.timedelta(minutes=1),
    }
    uploads = {name: begin(reporter) for name in ages}
    for name, upload in uploads.items():
        resuming.take(upload, PICTURE[:HALF], offset=0)
        age(upload, ages[name])
    done = begin(reporter, drawing.jpeg(320, 240))
    resuming.take(done, drawing.jpeg(320, 240), offset=0)
    age(done, resuming.DONE_KEPT + datetime.timedelta(minutes=1))

    sweep.delete_partials()

    assert list(PartialUpload.objects.all()) == [uploads["going on"]]
    assert stored("partials") == {uploads["going on"].file}
    assert Image.objects.count() == 1


def test_the_sweep_deletes_files_of_no_upload_after_an_hour(reporter):
    upload = begin(reporter)
    resuming.take(upload, PICTURE[:HALF], offset=0)
    files = storage.partials()
    for name, hours in (("old", 2), ("new", 0)):
        path = files.path(f"{storage.INCOMING}/{name}.part")
        with open(path, "wb") as file:
            file.write(b"x")
        os.utime(path, (time.time() - hours * 3600,) * 2)
    os.utime(files.path(upload.file), (0, 0))

    sweep.delete_partials()

    assert stored("partials") == {upload.file, f"{storage.INCOMING}/new.part"}


def test_bytes_that_were_counted_and_are_gone_are_asked_for_again(reporter):
    upload = begin(reporter)
    resuming.take(upload, PICTURE[:HALF], offset=0)
    os.truncate(storage.partials().path(upload.file), HALF // 2)

    with pytest.raises(resuming.WrongOffset) as wrong:
        resuming.take(upload, PICTURE[HALF:], offset=HALF)

    assert wrong.value.offset == PartialUpload.objects.get().offset == 0
    resuming.take(upload, PICTURE[:HALF], offset=0)
    status, _ = resuming.take(upload, PICTURE[HALF:], offset=HALF)
    assert status == 201


def test_an_upload_that_is_given_up_while_it_is_written_leaves_nothing(reporter):
    upload = begin(reporter)
    resuming.give_up(PartialUpload.objects.get())

    with pytest.raises(Http404):
        resuming.take(upload, PICTURE[:HALF], offset=0)

    assert stored("partials") == set()


def test_a_full_disk_is_said_and_counts_nothing(reporter, monkeypatch):
    upload = begin(reporter)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(resuming.os, "fsync", full)

    with pytest.raises(storage.Unavailable):
        resuming.take(upload, PICTURE[:HALF], offset=0)
    assert PartialUpload.objects.get().offset == 0


SENDER = """
import uuid
from django.conf import settings
from django.core.files.storage import storages
from media import resuming
from media.models import PartialUpload
for alias, folder in {folders}.items():
    settings.STORAGES[alias]["OPTIONS"]["location"] = folder
upload = PartialUpload.objects.get()
try:
    done = resuming.take(upload, bytes.fromhex("{chunk}"), offset={offset})
    print("written", done and done[0])
except resuming.WrongOffset as wrong:
    print("refused", wrong.offset)
"""


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_last", [False, True])
def test_a_chunk_that_two_processes_send_is_written_once(is_last, reporter):
    upload = begin(reporter)
    offset, chunk = 0, PICTURE[:HALF]
    if is_last:
        resuming.take(upload, chunk, offset=0)
        offset, chunk = HALF, PICTURE[HALF:]
    folders = {name: str(storages[name].location) for name in ("originals", "renditions", "partials")}
    code = SENDER.format(folders=folders, chunk=chunk.hex(), offset=offset)

    answers = sorted(
        running.communicate(timeout=60)[0].strip() for running in processes.start_together(code, 4)
    )

    if is_last:
        assert answers == ["written 201"] * 4
        assert Image.objects.get().sha256 == hashlib.sha256(PICTURE).hexdigest()
    else:
        assert answers == [f"refused {HALF}"] * 3 + ["written None"]
    assert PartialUpload.objects.get().offset == offset + len(chunk)


KILLED = """
import os, signal
from media import resuming
def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)
def write_half(file, offset, chunk):
    file.seek(offset)
    file.write(chunk[: len(chunk) // 2])
    file.flush()
    die()
resuming.{patched} = {by}
"""


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("patched", "by"), [("_write", "write_half"), ("_keep", "die"), ("_count", "die")])
def test_a_process_that_is_killed_leaves_nothing_half_counted(patched, by, reporter):
    """While it writes, before the image is kept, and after that, before the chunk is counted."""
    upload = begin(reporter)
    resuming.take(upload, PICTURE[:HALF], offset=0)
    folders = {name: str(storages[name].location) for name in ("originals", "renditions", "partials")}
    last = SENDER.format(folders=folders, chunk=PICTURE[HALF:].hex(), offset=HALF)
    killed = processes.start(KILLED.format(patched=patched, by=by) + last)
    killed.communicate(timeout=60)
    assert killed.returncode == -9
    assert PartialUpload.objects.get().offset == HALF

    status, answer = resuming.take(PartialUpload.objects.get(), PICTURE[HALF:], offset=HALF)

    image = Image.objects.get()
    assert (status, answer["sha256"]) == (201, image.sha256)
    assert image.sha256 == hashlib.sha256(PICTURE).hexdigest()
    with storages["originals"].open(image.original) as file:
        assert file.read() == PICTURE
