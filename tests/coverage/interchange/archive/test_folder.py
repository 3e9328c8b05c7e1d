"""The folder an export takes: never half of one, never somebody else's."""

import fcntl
import os
from pathlib import Path

import pytest

from coverage.interchange.archive.errors import NotExported
from coverage.interchange.archive.exporting import export_event
from coverage.interchange.archive.folder import Folder
from tests.coverage.interchange.archive.conftest import contents_of, quietly

pytestmark = pytest.mark.any_database


class Stopped(BaseException):
    """As Ctrl-C."""


def stopping(phase: str):
    """Stops in the middle of a phase."""

    def progress(items, total, what):
        for item in items:
            yield item
            if what == phase:
                raise Stopped

    return progress


def test_an_older_export_is_replaced_whole(exported, event, release, tmp_path):
    post = release(event, "<p>Before.</p>", minute=1)
    folder = exported()
    (folder / ".DS_Store").write_text("a file manager's")
    release(event, "<p>After.</p>", minute=2)

    exported()

    assert "After." in (folder / "index.html").read_text()
    assert (folder / f"posts/{post.public_id}/index.html").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_a_folder_above_is_made(exported, event, tmp_path):
    assert exported("a/b/c") == tmp_path / "a/b/c"
    assert (tmp_path / "a/b/c/index.html").is_file()


def test_an_empty_folder_is_taken(exported, event, tmp_path):
    (tmp_path / "export").mkdir()

    assert (exported() / "index.html").is_file()


@pytest.mark.parametrize("phase", ["pages of posts", "pages of the event", "other pages", "pictures"])
def test_stopped_at_any_moment_nothing_is_left_and_the_older_stands(exported, full, tmp_path, phase):
    before = contents_of(exported())

    with pytest.raises(Stopped):
        exported(progress=stopping(phase))
    with pytest.raises(Stopped):
        exported("another", progress=stopping(phase))

    assert contents_of(tmp_path / "export") == before
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_what_a_killed_export_left_is_no_export_and_is_cleared_away(exported, full, tmp_path):
    draft = tmp_path / ".export.unfinished"
    (draft / "posts").mkdir(parents=True)
    (draft / "index.html").write_text("half of one")

    folder = exported()

    assert "half of one" not in (folder / "index.html").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_what_a_killed_replacement_left_is_cleared_away(exported, full, tmp_path):
    exported().rename(tmp_path / ".export.replaced")

    exported()

    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_two_at_once_into_one_folder_are_refused(exported, event, tmp_path):
    draft = tmp_path / ".export.unfinished"
    draft.mkdir()
    other = os.open(draft, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)

    try:
        with pytest.raises(NotExported, match="Another export is writing there"):
            exported()
        assert draft.is_dir()
    finally:
        os.close(other)


@pytest.mark.parametrize(
    ("name", "text"), [("notes.txt", "mine"), ("export.json", "[]"), ("export.json", '{"event": "summit"')]
)
def test_a_folder_with_other_things_is_refused_and_left(event, tmp_path, name, text):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / name).write_text(text)

    with pytest.raises(NotExported, match="holds other things than an export"):
        export_event("summit", folder, quietly)
    assert contents_of(folder) == {name: text.encode()}


def test_an_export_of_another_event_is_refused(exported, event, make_event, tmp_path):
    folder = exported()
    before = contents_of(folder)

    with pytest.raises(NotExported, match="holds an export of “summit”"):
        export_event("other", folder, quietly)
    assert contents_of(folder) == before


def test_a_file_somebody_put_into_an_export_is_not_lost(exported, event):
    folder = exported()
    (folder / "posts").mkdir(exist_ok=True)
    (folder / "posts/notes.txt").write_text("mine")

    with pytest.raises(NotExported, match=r"as posts/notes\.txt: move them away"):
        exported()
    assert (folder / "posts/notes.txt").read_text() == "mine"


@pytest.mark.parametrize("is_older_export", [True, False])
def test_a_file_somebody_puts_there_while_it_is_written_is_not_lost(
    exported, event, tmp_path, is_older_export
):
    folder = exported() if is_older_export else tmp_path / "export"
    folder.mkdir(exist_ok=True)

    def progress(items, total, what):
        (folder / "notes.txt").write_text("mine")
        return items

    with pytest.raises(NotExported, match=r"move them away|other things"):
        exported(progress=progress)
    assert (folder / "notes.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_a_file_is_no_folder(event, tmp_path):
    (tmp_path / "a.txt").write_text("mine")

    with pytest.raises(NotExported, match=r"a\.txt is a file"):
        export_event("summit", tmp_path / "a.txt", quietly)


@pytest.mark.parametrize("name", ["../beside", "/beside", "a/../../beside"])
def test_nothing_is_written_outside_of_it(tmp_path, name):
    folder = Folder(tmp_path / "inside")

    with pytest.raises(NotExported, match="leads out of the folder"):
        folder.write(name, b"words")
    assert list(tmp_path.iterdir()) == []


def test_the_root_is_no_folder_for_it(event):
    with pytest.raises(NotExported, match="name a folder of its own"):
        export_event("summit", Path("/"), quietly)


def test_a_link_to_a_folder_stays_one(exported, event, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "export").symlink_to(tmp_path / "elsewhere")

    assert exported() == tmp_path / "elsewhere"
    assert (tmp_path / "export").is_symlink()
    assert (tmp_path / "export/index.html").is_file()
