"""What is in a backup, whatever the newsroom does meanwhile, and who may read it."""

import itertools
import json
import stat
import subprocess
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import storages
from django.db import connections
from django.utils import timezone

from coverage.backup import log
from coverage.backup.archive import ABOUT, Reader
from coverage.backup.errors import NotBackedUp
from coverage.backup.links import Links
from coverage.backup.restoring import check, restore
from coverage.backup.writing import _take, back_up
from coverage.publishing.images import withdraw_image
from media import storage
from media.models import Image, Rendition
from tests import factories, processes
from tests.coverage.backup.conftest import KEY, WIDTH, files, quietly, tables
from tests.media import drawing

pytestmark = pytest.mark.alone

# Files and deletes pictures until it is told to stop: one is shown by nobody, one is withdrawn by its verb.
BUSY = """
import select, sys
from django.conf import settings
from django.core.files.storage import storages
from django.db import connections
settings.STORAGES = {{**settings.STORAGES, **{stores!r}}}
from tests import factories
from coverage.publishing.images import withdraw_image
from tests.media import drawing

chief, number = factories.make_chief(), 0
event = factories.make_event()
while not select.select([sys.stdin], [], [], 0)[0]:
    number += 1
    image = factories.make_real_image(drawing.jpeg(40 + number, 30))
    factories.make_published(event, images=[{{"image": image}}])
    if number % 2:
        withdraw_image(image, by=chief, reason="It was wrong.")
        factories.make_real_image(drawing.jpeg(30, 40 + number)).delete()
    if number == 2:
        print("busy", flush=True)
print(number)
"""


def ready_files() -> set[str]:
    return {*Rendition.objects.filter(state="ready").values_list("file", flat=True)}


def inside(file: Path) -> dict[str, int]:
    with tarfile.open(file) as tar:
        return {one.name: one.size for one in tar}


def test_one_file_has_all_of_it_and_a_manifest(newsroom, backed_up, tmp_path):
    done = backed_up()

    names = inside(done.file)
    assert set(names) == {
        ABOUT,
        "MANIFEST.sha256",
        *files(),
        *[n for n in names if n.startswith("database.")],
    }
    assert list(names)[:2] == [ABOUT, *[n for n in names if n.startswith("database.")]]
    assert (done.pictures, done.lost, done.keys) == (len(files()), [], [])
    with tarfile.open(done.file) as tar:
        tar.extractall(tmp_path / "out", filter="data")
    subprocess.run(["sha256sum", "--check", "--quiet", "MANIFEST.sha256"], cwd=tmp_path / "out", check=True)


@pytest.mark.any_database
def test_it_is_readable_by_its_owner_alone(newsroom, backed_up):
    for done in (backed_up("a.tar"), backed_up("b.tar", KEY)):
        assert stat.S_IMODE(done.file.stat().st_mode) == 0o600


@pytest.mark.any_database
def test_an_encrypted_one_shows_nothing(newsroom, backed_up):
    done = backed_up(key=KEY)

    data = done.file.read_bytes()
    assert done.keys == ["secret-key", "vapid-key"]
    for secret in (b"marvellously", b"the key of signatures", b"SQLite format 3", ABOUT.encode()):
        assert secret not in data


@pytest.mark.any_database
def test_keys_stay_out_of_a_plain_one_and_where_they_are_not_wanted(data_dir, backed_up, tmp_path):
    plain = backed_up()
    kept_out = back_up(tmp_path / "b", key=KEY, with_keys=False, progress=quietly)

    assert (plain.keys, kept_out.keys) == ([], [])
    assert b"the key of signatures" not in plain.file.read_bytes()


@pytest.mark.any_database
def test_a_folder_gets_a_file_named_by_its_time(data_dir, tmp_path):
    (tmp_path / "kept").mkdir()

    plain = back_up(tmp_path / "kept", key=None, with_keys=True, progress=quietly)
    sealed = back_up(tmp_path / "kept", key=KEY, with_keys=True, progress=quietly)

    assert plain.file.name.startswith(f"newsroom-{timezone.now():%Y%m%dT}")
    assert (plain.file.suffix, sealed.file.suffix) == (".tar", ".sealed")
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == sorted(
        [plain.file.name, sealed.file.name]
    )


@pytest.mark.any_database
def test_nothing_that_is_there_is_overwritten(data_dir, backed_up, tmp_path):
    (tmp_path / "backup.tar").write_text("another")

    with pytest.raises(NotBackedUp, match="there already"):
        backed_up()
    with pytest.raises(NotBackedUp, match="There is no folder"):
        backed_up("missing/backup.tar")
    assert (tmp_path / "backup.tar").read_text() == "another"


@pytest.mark.any_database
def test_one_that_is_stopped_leaves_nothing(newsroom, backed_up, tmp_path, data_dir):
    def stop(items, total, what):
        yield items[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backed_up(progress=stop)

    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == []
    assert sorted(path.name for path in data_dir.iterdir()) == ["backup.lock", "secret-key", "vapid-key"]
    assert backed_up().pictures == len(files())


@pytest.mark.any_database
def test_what_a_killed_one_left_is_cleared(data_dir, backed_up):
    left = data_dir / ".backing-up" / "originals"
    left.mkdir(parents=True)
    (left / "old").write_text("erased since")

    assert "originals/old" not in inside(backed_up().file)
    assert not left.exists()


@pytest.mark.any_database
def test_two_at_once_are_one_too_many(data_dir, backed_up):
    def another(items, total, what):
        with pytest.raises(NotBackedUp, match="Another backup"):
            backed_up("second.tar")
        return items

    assert backed_up(progress=another).file.exists()


def test_what_is_deleted_while_it_runs_is_in_it(newsroom, backed_up):
    """The picture is withdrawn and erased, another filed, once the database's copy is made."""
    before, pictures = tables(), files()

    def change(items, total, what):
        shown = Image.objects.order_by("created_at")[0]
        withdraw_image(shown, by=factories.make_chief(), reason="It was wrong.")
        Image.objects.exclude(pk=shown.pk).first().delete()
        factories.make_real_image(drawing.jpeg(WIDTH, 270))
        assert not pictures.keys() <= files().keys()
        return items

    done = backed_up(progress=change)

    assert {name for name in inside(done.file) if "/" in name} == set(pictures)
    restore(done.file, key=None, replace=True, progress=quietly)
    assert (tables(), files()) == (before, pictures)


def elsewhere(work: Callable[[], object]) -> None:
    """Done by a connection of its own."""
    thread = threading.Thread(target=lambda: (work(), connections.close_all()))
    thread.start()
    thread.join()


@pytest.mark.any_database
def test_what_is_erased_before_its_moment_is_not_in_it(newsroom, tmp_path):
    """Though it has been linked already."""
    links = Links(tmp_path / "links")
    links.look()
    erased = Image.objects.get(alt_text="Another stage.")
    name = erased.original
    erased.delete()

    _, _, wanted, _ = _take(links)

    assert name in links.there["originals"]
    assert not wanted.has("originals", name)


def test_what_comes_after_a_look_and_goes_before_the_next_begins_anew(newsroom, backed_up, monkeypatch):
    """The snapshot between the two names files that no look has found, and that no backup of it could hold."""
    look, looks, made = Links.look, itertools.count(1), []

    def look_amid_work(links: Links) -> None:
        number = next(looks)
        if number == 2:
            elsewhere(made[0].delete)
        look(links)
        if number == 1:
            elsewhere(lambda: made.append(factories.make_real_image(drawing.jpeg(50, 40))))

    monkeypatch.setattr(Links, "look", look_amid_work)

    done = backed_up()

    assert next(looks) == 5
    assert (done.lost, {name for name in inside(done.file) if "/" in name}) == ([], set(files()))


@pytest.mark.processes
def test_a_busy_newsroom_is_backed_up_consistently(newsroom, backed_up):
    """Another process files, publishes, withdraws and deletes pictures the whole time."""
    stores = {
        alias: {**storages.backends[alias], "OPTIONS": {**storages.backends[alias]["OPTIONS"]}}
        for alias in ("originals", "renditions")
    }
    for one in stores.values():
        one["OPTIONS"]["location"] = str(one["OPTIONS"]["location"])
    busy = processes.start(BUSY.format(stores=stores))
    try:
        assert busy.stdout.readline() == "busy\n", busy.stderr.read()
        done = [backed_up(f"{number}.tar") for number in range(2)]
        busy.stdin.write("stop\n")
        busy.stdin.flush()
        assert int(processes.outcome(busy)) > 2
    finally:
        busy.kill()

    for number, one in enumerate(done):
        assert one.lost == []
        with time_machine.travel(f"2026-03-20T08:00:0{number}Z"):
            restore(one.file, key=None, replace=True, progress=quietly)
        assert storage.lacking(storages["renditions"], ready_files()) == set()


@pytest.mark.any_database
def test_a_lost_file_is_said_and_does_not_stop_it(newsroom, backed_up):
    rendition = Rendition.objects.first()
    storages["renditions"].delete(rendition.file)

    done = backed_up()

    assert done.lost == [f"renditions/{rendition.file}"]
    assert check(done.file, key=None, progress=quietly)


@pytest.mark.any_database
def test_the_log_says_what_was_made(data_dir, backed_up):
    assert log.read() == []

    first, second = backed_up("a.tar"), backed_up("b.tar", KEY)

    assert [(entry["file"], entry["encrypted"], entry["at"]) for entry in log.read()] == [
        (str(first.file), False, first.at.isoformat()),
        (str(second.file), True, second.at.isoformat()),
    ]
    assert stat.S_IMODE((data_dir / "backups.json").stat().st_mode) == 0o600


@pytest.mark.any_database
def test_it_says_what_it_is_before_all_else(data_dir, backed_up):
    with backed_up().file.open("rb") as file:
        about = Reader(file).about

    assert about["format"] == 1
    assert "coverage.0001_initial" in about["migrations"]
    assert about["buckets"] == {}
    assert json.loads(json.dumps(about)) == about


@pytest.mark.any_database
def test_pictures_in_buckets_are_named_and_not_copied(s3, backed_up):
    factories.make_real_image(drawing.jpeg(WIDTH, 240))

    done = backed_up()

    with done.file.open("rb") as file:
        about = Reader(file).about
    assert about["buckets"] == {name: storages[name].bucket_name for name in ("originals", "renditions")}
    assert (done.pictures, done.lost) == (0, [])
    assert not [name for name in inside(done.file) if "/" in name]
    assert restore(done.file, key=None, replace=True, progress=quietly).buckets == about["buckets"]
