import os
import tracemalloc
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from media import storage
from tests.media.conftest import stored

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(params=["files", "s3"])
def files(request):
    """Our storage, on this machine and in S3."""
    return storages["renditions"] if request.param == "files" else request.getfixturevalue("s3")


def test_write_replaces_whole(files):
    storage.write(files, "abc/jpeg-320.jpg", b"old and long")
    storage.write(files, "abc/jpeg-320.jpg", b"new")

    with files.open("abc/jpeg-320.jpg") as file:
        assert file.read() == b"new"
    assert storage.files_in(files, "abc") == ["jpeg-320.jpg"]


def test_staged_is_placed(files):
    staged = storage.stage(files, iter([b"a", b"b"]))
    storage.place(files, staged, "an-id/sum.jpg")

    with files.open("an-id/sum.jpg") as file:
        assert file.read() == b"ab"
    assert not files.exists(staged)


def test_placing_replaces_what_stood_there(files):
    storage.write(files, "an-id/sum.jpg", b"old and long")

    storage.place(files, storage.stage(files, [b"new"]), "an-id/sum.jpg")

    with files.open("an-id/sum.jpg") as file:
        assert file.read() == b"new"


def test_placing_what_is_gone_is_an_error_that_changes_nothing(files):
    storage.write(files, "an-id/sum.jpg", b"old")

    with pytest.raises(FileNotFoundError):
        storage.place(files, "incoming/gone.part", "an-id/sum.jpg")

    with files.open("an-id/sum.jpg") as file:
        assert file.read() == b"old"


def test_reading_what_is_gone_says_so(files):
    with pytest.raises(FileNotFoundError):
        files.open("abc/gone.jpg").read()

    assert not files.exists("abc/gone.jpg")


def test_folders_and_files_are_listed_one_level_at_a_time(files):
    assert storage.folders_in(files) == []
    for name in ("abc/one.jpg", "abcd/two.jpg", "abcd/three.jpg"):
        storage.write(files, name, b"1")

    assert set(storage.folders_in(files)) == {"abc", "abcd"}
    assert storage.files_in(files, "abc") == ["one.jpg"]
    assert set(storage.files_in(files, "abcd")) == {"two.jpg", "three.jpg"}
    assert storage.files_in(files, "ab") == []


def test_lacking_names_are_told(files):
    storage.write(files, "abc/one.jpg", b"1")

    assert storage.lacking(files, ["abc/one.jpg", "abc/two.jpg", "ab/one.jpg"]) == {
        "abc/two.jpg",
        "ab/one.jpg",
    }
    assert storage.lacking(files, []) == set()


def test_one_file_is_removed_and_not_its_neighbour(files):
    storage.write(files, "abc/one.jpg", b"1")
    storage.write(files, "abc/two.jpg", b"2")

    storage.remove(files, "abc/one.jpg")
    storage.remove(files, "abc/one.jpg")

    assert storage.files_in(files, "abc") == ["two.jpg"]


def test_removing_takes_the_folder_and_forgives_what_is_gone(files):
    storage.write(files, "abc/one.jpg", b"1")
    storage.write(files, "abc/two.jpg", b"2")

    storage.write(files, "abcd/three.jpg", b"3")

    storage.remove_folder(files, "abc")
    storage.remove_folder(files, "abc")

    assert storage.folders_in(files) == ["abcd"]
    assert storage.last_change(files, "nothing") is None


def test_cut_staging_leaves_nothing(files):
    def chunks():
        yield b"a"
        raise ValueError("too large")

    with pytest.raises(ValueError, match="too large"):
        storage.stage(files, chunks())

    assert storage.files_in(files, storage.INCOMING) == []


def test_upload_on_its_way_is_not_held_in_memory(files):
    held = []

    def chunks():
        tracemalloc.start()
        for _ in range(20):
            yield bytes(1024 * 1024)
        held.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()

    storage.stage(files, chunks())

    assert held[0] < 5 * 1024 * 1024


def test_storage_that_takes_nothing_is_unavailable():
    (storages["originals"].base_location / "incoming").parent.mkdir(parents=True)
    (storages["originals"].base_location / "incoming").write_bytes(b"in the way of the folder")

    with pytest.raises(storage.Unavailable, match="Try again"):
        storage.stage(storages["originals"], [b"a"])

    assert stored("originals") == {"incoming"}


def test_file_written_now_is_young(files):
    storage.write(files, "abc/one.jpg", b"1")

    assert abs(timezone.now() - storage.last_change(files, "abc")) < timedelta(minutes=1)


def test_age_is_that_of_the_youngest_file():
    files = storages["renditions"]
    storage.write(files, "abc/one.jpg", b"1")
    old = (timezone.now() - timedelta(hours=5)).timestamp()
    os.utime(files.path("abc/one.jpg"), (old, old))
    assert timezone.now() - storage.last_change(files, "abc") > timedelta(hours=4)

    storage.write(files, "abc/two.jpg", b"2")

    assert timezone.now() - storage.last_change(files, "abc") < timedelta(hours=1)
