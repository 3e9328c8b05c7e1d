"""One moment of the record, while the newsroom goes on: nobody waits, and what is taken back is not in it."""

from threading import Thread

import pytest
from django.core.files.storage import storages
from django.db import connection

from coverage.interchange.archive.errors import NotExported
from coverage.publishing import filing, publication
from coverage.record.models import EventHead, ReleasedPicture
from tests import processes
from tests.coverage.interchange.archive.conftest import contents_of

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(act) -> None:
    """Does it on a connection of its own, as another process would; fails with what it raises."""
    failed = []

    def run():
        try:
            act()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive(), "it waits for the export"
    assert failed == []


def meanwhile(act, *, after: str, times: int = 1):
    """A progress that has something happen in the newsroom, after the first item of a phase."""
    left = [times]

    def progress(items, total, what):
        for number, item in enumerate(items):
            yield item
            if what == after and number == 0 and left[0]:
                left[0] -= 1
                elsewhere(act)

    return progress


@pytest.mark.parametrize("phase", ["pages of posts", "pages of the event", "other pages", "pictures"])
def test_what_is_released_meanwhile_is_not_in_it_and_did_not_wait(
    exported, full, event, release, chief, phase
):
    before = contents_of(exported("before"))

    def act():
        release(event, "<p>Later.</p>", minute=9)
        bare = publication.post_by_id(full["bare"].pk)
        filing.update_post(bare, by=chief, body="<p>Other words.</p>")
        publication.publish(publication.post_by_id(bare.pk), by=chief)

    during = exported("during", meanwhile(act, after=phase))
    after = exported("after")

    assert contents_of(during) == before
    assert "Later." in (after / "index.html").read_text()


@pytest.mark.parametrize("phase", ["pages of posts", "pictures"])
def test_what_is_withdrawn_meanwhile_is_not_in_it(exported, full, chief, phase):
    def act():
        post = publication.post_by_id(full["everything"].pk)
        publication.withdraw(post, by=chief, reason="Not true.")

    found = contents_of(exported("export", meanwhile(act, after=phase)))

    words = [
        name
        for name, content in found.items()
        if b"Doors &amp; halls" in content or b"A full hall" in content
    ]
    assert words == []
    assert not [name for name in found if name.startswith("pictures/")]
    assert b"Not true." in found[f"posts/{full['everything'].public_id}/index.html"]


def test_old_words_that_are_removed_meanwhile_are_not_in_it(exported, full, chief):
    def act():
        filing.update_post(publication.post_by_id(full["bare"].pk), by=chief, body="<p>Better words.</p>")
        post = publication.post_by_id(full["bare"].pk)
        publication.correct(post, by=chief, note="It was not so.", remove_old=True)

    found = b"".join(contents_of(exported("export", meanwhile(act, after="other pages"))).values())

    assert b"Better words." in found
    assert b"Just words." not in found


def test_a_file_that_was_replaced_meanwhile_is_no_fault(exported, full):
    """Its folder is gone from the storage, and the record shows another: the export begins again."""

    def act():
        row = ReleasedPicture.objects.get(place="shown")
        for source in row.sources:
            storages["renditions"].delete(source["url"].removeprefix("/pictures/"))
        ReleasedPicture.objects.filter(pk=row.pk).update(place="expired", folder="", sources=[])
        EventHead.objects.filter(slug="summit").update(seq=row.post.head.seq + 1)

    folder = exported("export", meanwhile(act, after="pages of posts"))

    assert not (folder / "pictures").exists()


def test_withdrawals_without_end_are_given_up(exported, full, event, release, chief, tmp_path):
    def act():
        post = release(event, minute=20)
        publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Again.")

    with pytest.raises(NotExported, match="again and again"):
        exported("export", meanwhile(act, after="other pages", times=99))
    assert list(tmp_path.iterdir()) == []


def test_the_newsroom_s_own_transactions_are_as_before(exported, event):
    before = getattr(connection, "transaction_mode", None)

    exported()

    assert getattr(connection, "transaction_mode", None) == before


KILLED = """
from pathlib import Path
from django.conf import settings
from coverage.interchange.archive.exporting import export_event

plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}

def progress(items, total, what):
    for item in items:
        yield item
        if what == "other pages":
            print("in the middle", flush=True)
            input()

export_event("summit", Path(FOLDER), progress)
"""


def test_killed_it_leaves_no_folder_and_the_next_succeeds(exported, full, tmp_path):
    folder = tmp_path / "export"
    process = processes.start(KILLED.replace("FOLDER", repr(str(folder))))
    try:
        assert process.stdout.readline() == "in the middle\n", process.stderr.read()
    finally:
        process.kill()
        process.communicate()

    assert [path.name for path in tmp_path.iterdir()] == [".export.unfinished"]
    assert (exported() / "index.html").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["export"]
