"""A backup rehearsed: what comes back is what was there, by counts and hashes; what is refused changes nothing."""

import fcntl
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import tarfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from functools import partial
from io import StringIO
from pathlib import Path

import psycopg
import pytest
import time_machine
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate

from coverage.backup import databases
from coverage.backup.archive import Writer
from coverage.backup.errors import LeftHalfway, NotRestored
from coverage.backup.postgres import KeptSchema
from coverage.backup.restoring import check, is_empty, kept_aside, restore
from coverage.management.stopping import stoppable, to_the_end
from coverage.models import Event
from coverage.record.models import EventHead
from media.models import PartialUpload
from tests import factories, processes
from tests.coverage.backup.conftest import KEY, change_everything, files, quietly, tables

pytestmark = pytest.mark.alone


def restored(file: Path, *, key: bytes | None = None, replace: bool = False):
    return restore(file, key=key, replace=replace, progress=quietly)


def empty() -> None:
    """As on another machine: no rows, no files."""
    call_command("flush", interactive=False, verbosity=0)
    for alias in ("originals", "renditions"):
        for path in Path(storages[alias].location).rglob("*"):
            if path.is_file():
                path.unlink()


@pytest.mark.parametrize(
    "key", [None, pytest.param(KEY, marks=pytest.mark.any_database)], ids=["plain", "encrypted"]
)
def test_it_comes_back_by_counts_and_hashes(newsroom, backed_up, data_dir, client, key):
    before, pictures, epoch = tables(), files(), EventHead.objects.get().epoch
    done = backed_up(key=key)
    change_everything(newsroom)
    (data_dir / "secret-key").write_text("another machine's")
    others = files()
    assert tables() != before
    assert set(others.values()) != set(pictures.values())

    back = restored(done.file, key=key, replace=True)

    assert tables() == before
    assert files() == pictures
    assert (back.at, back.files) == (done.at, len(pictures) + 1 + len(done.keys))
    assert EventHead.objects.get().epoch not in ("", epoch)
    assert b"marvellously" in client.get(f"/events/{newsroom.slug}/").content
    assert "marvellously" in client.get("/search/?q=marvellously").content.decode()
    assert (data_dir / "secret-key").read_text() == ("the key of signatures" if key else "another machine's")
    check_kept(back.kept, others)


@pytest.mark.any_database
def test_finished_pages_go_and_their_folder_stays_which_may_be_a_volume(newsroom, backed_up, data_dir):
    done = backed_up()
    pages = data_dir / "pages"
    (pages / newsroom.slug).mkdir(parents=True)
    (pages / newsroom.slug / "index.html").write_text("of the newsroom before")
    (pages / f".{newsroom.slug}.lock").touch()

    with mounted(pages):
        back = restored(done.file, replace=True)

    assert list(pages.iterdir()) == []
    assert not [place for place in back.kept if "pages" in place]


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """The folder as a mount point, bound to itself; without the rights for that, at least it must stay the same."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        is_mounted = subprocess.run(["mount", "--bind", folder, folder], capture_output=True).returncode == 0
        try:
            yield
        finally:
            if is_mounted:
                subprocess.run(["umount", folder], check=True)
        assert os.path.samestat(os.fstat(opened), folder.stat())
    finally:
        os.close(opened)


def check_kept(kept: list[str], pictures: dict[str, str]) -> None:
    """The former database and pictures lie beside the new ones."""
    folders = [Path(place) for place in kept if Path(place).name.startswith(("originals", "renditions"))]
    assert sum(path.is_file() for folder in folders for path in folder.rglob("*")) == len(pictures)
    if connection.vendor == "postgresql":
        assert any("DROP SCHEMA before_restore_" in place for place in kept)
    else:
        assert any(Path(place).name.startswith(Path(connection.settings_dict["NAME"]).name) for place in kept)


def test_it_fills_an_empty_newsroom_and_leaves_nothing_else(newsroom, backed_up, data_dir):
    before, pictures = tables(), files()
    done = backed_up(key=KEY)
    empty()
    (data_dir / "secret-key").unlink()

    back = restored(done.file, key=KEY)

    assert (tables(), files(), back.kept, back.keys) == (before, pictures, [], ["secret-key", "vapid-key"])
    beside = [*data_dir.iterdir(), *Path(storages["originals"].location).parent.iterdir()]
    assert not [path.name for path in beside if "restor" in path.name]
    private = [data_dir / "secret-key", *Path(storages["originals"].location).glob("*/*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}


@pytest.mark.any_database
@pytest.mark.parametrize("thing", [factories.make_person, factories.make_event, factories.make_image])
def test_what_is_something_to_lose_is_not_replaced_unasked(data_dir, tmp_path, thing):
    assert is_empty()
    thing()

    with pytest.raises(NotRestored, match="This newsroom is not empty"):
        restored(written(tmp_path, {}))


@pytest.mark.any_database
def test_a_file_that_is_not_as_it_was_is_refused_and_nothing_changed(newsroom, backed_up, tmp_path):
    plain, sealed = backed_up("a.tar").file, backed_up("b.tar", KEY).file
    before, pictures = tables(), files()
    wrong = [
        (sealed.read_bytes(), bytes(32), "BACKUP_KEY is not the key"),
        (sealed.read_bytes(), None, "Set BACKUP_KEY to the key it was made with"),
        *((cut, None, "cut short or changed") for cut in cuts(plain)),
        *((cut, KEY, "cut short or changed") for cut in cuts(sealed)),
        *(
            (data, None, "changed|not as they were backed up|unknown here")
            for data in with_one_bit_changed(plain)
        ),
        (b"nothing of ours" * 2000, None, "is no backup"),
        (b"", None, "is no backup"),
    ]

    for data, key, sentence in wrong:
        (tmp_path / "wrong.tar").write_bytes(data)
        with pytest.raises(NotRestored, match=sentence):
            restored(tmp_path / "wrong.tar", key=key, replace=True)

    assert (tables(), files()) == (before, pictures)
    assert check(plain, key=None, progress=quietly)[1] == len(pictures) + 1
    assert check(sealed, key=KEY, progress=quietly)[1] == len(pictures) + 3


def cuts(file: Path) -> list[bytes]:
    """In its beginning, in the middle, shortly before its end."""
    data = file.read_bytes()
    return [data[:600], data[: len(data) // 2], data[:-11_000]]


def with_one_bit_changed(file: Path) -> Iterator[bytes]:
    """In each of its files, that with the checksums included."""
    data = file.read_bytes()
    with tarfile.open(file) as tar:
        middles = [one.offset_data + one.size // 2 for one in tar]
    for at in middles:
        yield data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def written(tmp_path: Path, about: dict, *names: str) -> Path:
    """A whole backup that says these things, with files of no sense."""
    file, content = tmp_path / "written.tar", tmp_path / "content"
    content.write_text("words")
    usual = {"migrations": [], "buckets": {}, "keys": [], "files": 1, "at": "2026-03-20T08:00:00+00:00"}
    with file.open("wb") as out, Writer(out, {"database": connection.vendor, **usual, **about}) as writer:
        for name in names:
            writer.add(name, content)
        writer.finish()
    return file


def test_what_does_not_fit_here_is_refused_and_nothing_changed(data_dir, tmp_path):
    factories.make_event()
    before = tables()
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    wrong = [
        ({"database": other}, [], "Set DATABASE_URL"),
        ({"format": 2}, [], "form 2.*Update the newsroom's code"),
        ({"migrations": ["coverage.9999_tomorrow"]}, [], "newer newsroom.*9999_tomorrow.*Update the code"),
        ({}, [], "holds no database"),
        ({}, [databases.database().MEMBER], "cannot be used|could not read"),
        *(
            ({"keys": ["x"]}, [name], "holds")
            for name in ("../../x", "/etc/x", "elsewhere/x", "keys/x", "pages")
        ),
    ]

    for about, names, sentence in wrong:
        with pytest.raises(NotRestored, match=sentence):
            restored(written(tmp_path, about, *names), replace=True)

    assert tables() == before
    assert {path.name for path in data_dir.iterdir()} == {"run.lock", "secret-key", "vapid-key"}


@pytest.mark.any_database
def test_another_tar_is_no_backup(data_dir, tmp_path):
    with tarfile.open(tmp_path / "other.tar", "w") as other:
        other.add(data_dir / "secret-key")

    with pytest.raises(NotRestored, match="no backup of a newsroom"):
        restored(tmp_path / "other.tar")


@pytest.mark.any_database
def test_pictures_do_not_go_into_buckets_unasked(data_dir, tmp_path, settings):
    elsewhere = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "originals": elsewhere, "renditions": elsewhere}
    storages._storages = {}

    with pytest.raises(NotRestored, match="Restore without PICTURES_S3_BUCKET"):
        restored(written(tmp_path, {}))


def test_an_older_schema_is_brought_up_to_date_and_uploads_begin_anew(data_dir, backed_up):
    event = factories.make_event()
    PartialUpload.objects.create(
        image_id=uuid.uuid4(), person=factories.make_person(), sha256="0" * 64, length=10, offset=5, file="x"
    )
    last = sorted(name for app, name in MigrationLoader(connection).disk_migrations if app == "following")
    call_command("migrate", "following", "zero", verbosity=0)
    try:
        file = backed_up().file
    finally:
        call_command("migrate", verbosity=0)

    restored(file, replace=True)

    applied = MigrationRecorder(connection).applied_migrations()
    assert {name for app, name in applied if app == "following"} == set(last)
    assert Event.objects.get() == event
    assert not PartialUpload.objects.exists()


@pytest.mark.any_database
def test_a_running_newsroom_is_not_replaced(data_dir, tmp_path):
    with open(data_dir / "run.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(NotRestored, match="The newsroom is running"):
            restored(written(tmp_path, {}))


def test_an_error_in_the_middle_of_the_change_puts_everything_back(newsroom, backed_up, data_dir):
    """The last thing that changes place cannot: somebody made a folder where the former one would be kept."""
    done = backed_up(key=KEY)
    change_everything(newsroom)
    before, pictures = tables(), files()
    (data_dir / "vapid-key").write_text("another machine's")
    (data_dir / "vapid-key.before-restore-20260320T080000Z").mkdir()

    with time_machine.travel("2026-03-20T08:00:00Z", tick=False), pytest.raises(OSError):
        restored(done.file, key=KEY, replace=True)

    assert (tables(), files()) == (before, pictures)
    assert (data_dir / "vapid-key").read_text() == "another machine's"
    assert (data_dir / "secret-key").read_text() == "the key of signatures"


def test_who_else_uses_the_database_holds_it_up(data_dir, tmp_path):
    others = another_connection()

    with closing(others), pytest.raises(NotRestored, match="Stop every web server, worker and beat"):
        restored(written(tmp_path, {}))


def another_connection(timeout: float = 5):
    """Of another program, which has looked at the tables once. `timeout`: seconds it waits for SQLite's lock."""
    if connection.vendor == "postgresql":
        return psycopg.connect(processes.database_url())
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=timeout)
    try:
        other.execute("SELECT count(*) FROM editorial_user").fetchone()
    except sqlite3.OperationalError:
        other.close()
        raise
    return other


def test_who_comes_later_is_kept_out_or_noticed(newsroom, backed_up):
    """While it is unpacked: SQLite's file is locked; PostgreSQL lets them in, and nothing is changed."""
    done = backed_up()
    change_everything(newsroom)
    before, pictures = tables(), files()
    is_locked = connection.vendor == "sqlite"
    with ExitStack() as later:

        def come(items, total, what):
            if is_locked:
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    another_connection(timeout=0)
            else:
                later.enter_context(closing(another_connection()))
            return items

        with nullcontext() if is_locked else pytest.raises(NotRestored, match="Others are connected"):
            restore(done.file, key=None, replace=True, progress=come)

    assert ((tables(), files()) == (before, pictures)) != is_locked


def stop_twice(undone: list) -> None:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        undone.append(True)


def test_a_second_signal_does_not_disturb_what_undoes_things():
    former, undone = signal.getsignal(signal.SIGTERM), []

    with pytest.raises(KeyboardInterrupt), stoppable():
        stop_twice(undone)
    with to_the_end():
        os.kill(os.getpid(), signal.SIGTERM)

    assert undone == [True]
    assert signal.getsignal(signal.SIGTERM) == former


def stop_me(**options) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_stopped_in_the_middle_everything_is_as_it_was(newsroom, backed_up, data_dir):
    """When the database is loaded and migrated, and nothing has changed places yet."""
    done = backed_up()
    change_everything(newsroom)
    before, pictures, aside = tables(), files(), kept_aside()
    former = signal.getsignal(signal.SIGTERM)
    post_migrate.connect(stop_me)
    try:
        with pytest.raises(CommandError, match=r"Stopped\. .*is as it was"):
            call_command("restore", str(done.file), replace=True, interactive=False, stdout=StringIO())
    finally:
        post_migrate.disconnect(stop_me)

    assert (tables(), files()) == (before, pictures)
    assert kept_aside() == aside
    assert signal.getsignal(signal.SIGTERM) == former
    restored(done.file, replace=True)
    assert tables() != before


def instead_of_pg_restore(folder: Path, monkeypatch, script: str) -> None:
    """A program of that name that is of tomorrow and does what the script says; REAL is the true one."""
    real = shutil.which("pg_restore")
    program = folder / "pg_restore"
    version = f"case $1 in --version) echo 'pg_restore (PostgreSQL) 99.0'; exit;; esac; REAL={real}"
    program.write_text(f"#!/bin/sh\n{version}\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


@pytest.fixture
def tomorrow(data_dir, tmp_path, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no programs")
    return partial(instead_of_pg_restore, tmp_path, monkeypatch)


def test_a_pg_restore_that_is_newer_than_the_server_works(newsroom, backed_up, tomorrow):
    """It sets, before all else, what this server has never heard of."""
    done, before = backed_up(), tables()
    change_everything(newsroom)

    tomorrow('echo "SET setting_of_tomorrow = 0;"; exec $REAL "$@"')
    restored(done.file, replace=True)

    assert tables() == before


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('echo "CREATE TABLE public.half (one integer);"; kill -TERM $PPID; exec $REAL "$@"', "Stopped"),
        (
            '"$REAL" "$@" | head -c 20000; exit 1',
            "Nothing was restored.*pg_restore could not read|did not take",
        ),
        ('"$REAL" "$@"; echo "SELECT 1 / 0;"', "Nothing was restored.*division by zero"),
    ],
    ids=["stopped", "cut short", "refused at its end"],
)
def test_a_dump_that_is_not_loaded_to_its_end_changes_nothing(newsroom, backed_up, tomorrow, script, said):
    done = backed_up()
    change_everything(newsroom)
    before, aside = tables(), kept_aside()

    tomorrow(script)
    with pytest.raises(CommandError, match=said):
        call_command("restore", str(done.file), replace=True, interactive=False, stdout=StringIO())

    assert (tables(), kept_aside()) == (before, aside)


def test_a_database_that_cannot_be_put_back_is_not_said_to_be_as_it_was(tomorrow, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "NAME", "gone")
        with pytest.raises(LeftHalfway, match="ALTER SCHEMA before_restore_1 RENAME TO public"):
            KeptSchema("before_restore_1").put_back()


def test_what_was_put_aside_is_found(newsroom, backed_up, data_dir):
    aside = kept_aside()

    back = restored(backed_up(key=KEY).file, key=KEY, replace=True)

    assert {*kept_aside()} == {*aside, *back.kept}
