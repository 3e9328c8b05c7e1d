import os
from datetime import timedelta

import pytest
from django.core.files.storage import InMemoryStorage, storages
from django.utils import timezone

from media import storage
from tests.media.conftest import stored

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["files", "elsewhere"])
def files(request):
    """Our storage, and one that is no file system."""
    return storages["renditions"] if request.param == "files" else InMemoryStorage()


def test_write_replaces_whole(files):
    storage.write(files, "abc/jpeg-320.jpg", b"old and long")
    files.delete("abc/jpeg-320.jpg") if isinstance(files, InMemoryStorage) else None
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


def test_removing_takes_the_folder_and_forgives_what_is_gone(files):
    storage.write(files, "abc/one.jpg", b"1")
    storage.write(files, "abc/two.jpg", b"2")

    storage.remove_folder(files, "abc")
    storage.remove_folder(files, "abc")

    assert storage.files_in(files, "abc") == []
    assert storage.last_change(files, "nothing") is None


def test_failed_staging_leaves_nothing():
    def chunks():
        yield b"a"
        raise OSError("the line broke")

    with pytest.raises(OSError, match="the line broke"):
        storage.stage(storages["originals"], chunks())

    assert stored("originals") == set()


def test_age_is_that_of_the_youngest_file():
    files = storages["renditions"]
    storage.write(files, "abc/one.jpg", b"1")
    old = (timezone.now() - timedelta(hours=5)).timestamp()
    os.utime(files.path("abc/one.jpg"), (old, old))
    assert timezone.now() - storage.last_change(files, "abc") > timedelta(hours=4)

    storage.write(files, "abc/two.jpg", b"2")

    assert timezone.now() - storage.last_change(files, "abc") < timedelta(hours=1)
