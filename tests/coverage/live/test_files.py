"""Page files: whole, never older than what is there, gone with their event, repaired."""

import asyncio
import gzip
import os
import random
import resource
import threading
from contextlib import contextmanager

import pytest

from coverage.live import files, looking
from coverage.live.answers import Answer
from coverage.live.looking import Page
from coverage.live.wire import Head
from coverage.record.models import EventHead
from tests import processes
from tests.coverage.live.asking import do, served, until

PAGE = "/events/summit/"


@pytest.fixture
def folder(settings, tmp_path):
    """Where the summit's files are written."""
    settings.DATA_DIR, settings.PAGE_FILES = tmp_path, True
    return tmp_path / "pages" / "summit"


def page(seq: int, words: str = "", epoch: str = "abcdef") -> Page:
    head = Head(1, "summit", epoch, seq, f"{epoch}-{seq}", True, 2)
    return Page(head, Answer((words or f"page {seq}").encode(), looking.HTML, f'"{seq}"', "public"))


def put(*arguments, **named) -> bool:
    return files.put(page(*arguments, **named))


def plain(folder) -> str:
    return (folder / "index.html").read_text()


def test_a_page_is_written_plain_and_packed(folder):
    assert put(1, "Words & “signs”")

    assert plain(folder) == "Words & “signs”"
    assert gzip.decompress((folder / "index.html.gz").read_bytes()).decode() == "Words & “signs”"
    assert sorted(os.listdir(folder)) == ["index.html", "index.html.gz", "stamp.json"]
    assert files.known() == ["summit"]


def test_whoever_reads_meanwhile_reads_a_whole_page(folder):
    bodies = ["a" * 3_000_000, "b" * 2_000_000]
    put(0, bodies[0])
    read, done = set(), threading.Event()

    def read_on():
        while not done.is_set():
            read.add(plain(folder))

    reader = threading.Thread(target=read_on)
    reader.start()
    for seq in range(1, 40):
        put(seq, bodies[seq % 2])
    done.set()
    reader.join()

    assert read <= set(bodies)


def test_an_older_page_never_replaces_a_newer_one(folder):
    put(7)

    assert put(6)

    assert plain(folder) == "page 7"


def test_a_page_of_another_epoch_does(folder):
    put(7)

    put(1, epoch="zzzzzz")

    assert plain(folder) == "page 1"


def test_of_one_number_the_page_of_the_newer_build_stays(folder, monkeypatch):
    """A deploy: the process that is on its way out builds once more."""
    put(7, "of the new build")
    monkeypatch.setattr(files, "STARTED", files.STARTED - 60)

    put(7, "of the old build")
    assert plain(folder) == "of the new build"

    put(8, "news of the old build")
    assert plain(folder) == "news of the old build"


RACE = """
from tests.coverage.live.test_files import put
assert all([put(seq, f"{seq}".ljust(500_000)) for seq in range(1, 101)])
"""


def test_of_two_processes_at_once_no_page_goes_back(folder, db):
    put(0, "0")
    racing = processes.start_together(RACE, 2, DATA_DIR=str(folder.parents[1]))
    seen = [0]
    while any(process.poll() is None for process in racing):
        seen.append(int(plain(folder)))
    for process in racing:
        processes.outcome(process)

    assert seen == sorted(seen)
    assert int(plain(folder)) == int(gzip.decompress((folder / "index.html.gz").read_bytes())) == 100


@pytest.mark.parametrize("stamp", ["", '{"epoch": "abcdef", "se', "[]", '{"epoch": "abcdef"}', "\0\0\0"])
def test_a_stamp_that_a_crash_cut_short_counts_for_nothing(folder, stamp):
    put(7)
    (folder / "stamp.json").write_text(stamp)

    assert put(6)

    assert plain(folder) == "page 6"


def test_a_page_that_changed_gets_another_time(folder):
    """nginx makes a file's ETag from its time in seconds and its size."""
    seen = set()
    for seq in range(1, 6):
        put(seq)
        seen.add(int((folder / "index.html").stat().st_mtime))
        seen.add(int((folder / "index.html.gz").stat().st_mtime))

    assert len(seen) == 5


def test_a_page_that_says_the_same_keeps_its_time(folder):
    put(1, "words")
    before = (folder / "index.html").stat()

    put(2, "words")

    assert (folder / "index.html").stat() == before


@contextmanager
def full_disk():
    """No file of this process grows beyond a kilobyte."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_no_page_stays_that_may_say_what_was_withdrawn_and_the_log_says_it_once(
    folder, caplog
):
    put(1)

    with full_disk():
        written = [put(seq, random.randbytes(2000).hex()) for seq in (2, 3)]

    assert written == [False, False]
    assert os.listdir(folder) == ["stamp.json"]
    assert [line.split(",")[0] for line in caplog.messages] == ["the page file of summit cannot be written"]
    assert put(4)
    assert plain(folder) == "page 4"


def test_remove_takes_them_away_and_may_be_repeated(folder):
    put(1)

    files.remove("summit")
    files.remove("summit")

    assert files.known() == []
    assert not folder.exists()


# By the hub


@pytest.mark.django_db(transaction=True)
def test_a_page_asked_for_is_a_file_and_follows_the_record(folder, event, release):
    async def scene(server):
        first = await server.ask(PAGE)
        await until(lambda: (folder / "stamp.json").exists())
        written = plain(folder)
        await do(release, event, "<p>News.</p>", minute=1)
        await server.hub.look()
        await until(lambda: "News." in plain(folder))
        return first.body.decode(), written

    first, written = served(scene)

    assert written == first


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [{"state": "draft"}, {"slug": "congress"}])
def test_it_goes_with_its_address(folder, event, change):
    async def scene(server):
        await server.ask(PAGE)
        await until(lambda: (folder / "stamp.json").exists())
        await do(EventHead.objects.update, **change)
        await server.hub.look()
        await until(lambda: not folder.exists())

    served(scene)

    assert files.known() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [{"state": "draft"}, {"slug": "congress"}])
def test_an_event_taken_away_while_its_page_is_built_leaves_none(folder, event, change, monkeypatch):
    built, go_on = threading.Event(), threading.Event()
    first_page = looking.first_page

    def slowly(key):
        page = first_page(key)
        built.set()
        go_on.wait(10)
        return page

    async def scene(server):
        monkeypatch.setattr(looking, "first_page", slowly)
        asking = asyncio.create_task(server.ask(PAGE))
        await asyncio.to_thread(built.wait, 10)
        await do(EventHead.objects.update, **change)
        await server.hub.look()
        await until(lambda: not server.hub.channels)
        go_on.set()
        await asking

    served(scene)

    assert files.known() == []


@pytest.mark.django_db(transaction=True)
def test_a_slug_that_changed_before_the_page_was_built_gets_no_file_nobody_keeps(folder, event):
    async def scene(server):
        await server.hub.channel("summit")
        await do(EventHead.objects.update, slug="congress")
        return await server.ask(PAGE)

    assert served(scene).left
    assert files.known() == []


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_written_is_served_and_written_at_the_next_look(folder, event, caplog):
    folder.parent.mkdir()
    folder.write_text("in the way")

    async def scene(server):
        said = await server.ask(PAGE)
        await until(lambda: "summit" not in server.hub._building)
        await server.hub.look()
        await until(lambda: "summit" not in server.hub._building)
        folder.unlink()
        await server.hub.look()
        await until(lambda: (folder / "stamp.json").exists())
        return said

    said = served(scene)

    assert said.status == 200
    assert plain(folder) == said.body.decode()
    assert sum("cannot be written" in line for line in caplog.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_files_of_another_process_are_adopted_or_removed(folder, event, make_event):
    """What stands there may be of an older build, or of an event that was taken from the public meanwhile."""
    make_event(slug="secret")
    put(0, "of an older build")
    files._put(page(1)._replace(head=page(1).head._replace(slug="secret")))

    async def scene(server):
        await server.hub.adopt_files()
        await until(lambda: "The Summit" in plain(folder))
        await until(lambda: files.known() == ["summit"])

    served(scene)

    assert plain(folder) != "of an older build"


@pytest.mark.django_db(transaction=True)
def test_files_are_adopted_once_the_record_is_to_be_had(folder, event, monkeypatch):
    put(0, "of an older build")
    first_look = looking.first_look

    def fail(slug):
        raise OSError("the database is away")

    async def scene(server):
        monkeypatch.setattr(looking, "first_look", fail)
        await server.hub.adopt_files()
        before = plain(folder)
        monkeypatch.setattr(looking, "first_look", first_look)
        await server.hub.adopt_files()
        await until(lambda: "The Summit" in plain(folder))
        return before

    assert served(scene) == "of an older build"
