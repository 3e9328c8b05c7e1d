"""`manage.py export_event`, as a person types it."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("export_event", *arguments, stdout=out)
    return out.getvalue()


def verify(folder: Path) -> str:
    out = io.StringIO()
    call_command("verify_export", str(folder), stdout=out)
    return out.getvalue()


def test_it_says_how_far_it_is_and_what_it_wrote(full, tmp_path):
    said = run("summit", str(tmp_path / "out"))

    assert "pages of posts: 5 of 5\n" in said
    assert "pages of the event: 2 of 2\n" in said
    assert "pictures: 1 of 1\n" in said
    files = sum(path.is_file() for path in (tmp_path / "out").rglob("*"))
    assert said.endswith(
        f"4 posts, 1 withdrawn, 1 pictures: {files} files. Open {tmp_path}/out/index.html.\n"
    )


def test_a_readme_says_what_is_where(full, tmp_path):
    run("summit", str(tmp_path / "out"))

    text = (tmp_path / "out/README.txt").read_text()
    assert text.startswith("The Summit\nhttp://127.0.0.1:8000/events/summit/\n")
    assert "oldest.html          the same, oldest first" in text
    assert max(map(len, text.splitlines())) <= 125


def test_a_summary_names_the_event_and_the_last_change(full, tmp_path):
    run("summit", str(tmp_path / "out"))

    about = json.loads((tmp_path / "out/export.json").read_text())
    assert (about["event"], about["posts"], about["withdrawn"], about["pictures"]) == ("summit", 4, 1, 1)


def test_a_whole_export_is_found_whole(full, tmp_path):
    run("summit", str(tmp_path / "out"))

    assert verify(tmp_path / "out").endswith("files, all as they were exported.\n")


def test_what_is_missing_changed_or_strange_is_named(full, tmp_path):
    folder = tmp_path / "out"
    run("summit", str(folder))
    (folder / "posts.csv").unlink()
    (folder / "index.html").write_text("other words")
    (folder / "new.html").write_text("new")
    out = io.StringIO()

    with pytest.raises(CommandError, match="is not as it was exported"):
        call_command("verify_export", str(folder), stdout=out)

    lines = [line for line in out.getvalue().splitlines() if not line.startswith("files checked")]
    assert lines == ["missing: posts.csv", "changed: index.html", "not of the export: new.html"]


@pytest.mark.parametrize("text", ["", "rubbish\n", f"{'0' * 64}  ../secret\n", f"{'0' * 64}  /etc/passwd\n"])
def test_a_manifest_of_something_else_is_refused(tmp_path, text):
    (tmp_path / "MANIFEST.sha256").write_text(text)

    with pytest.raises(CommandError, match="is not a manifest of an export"):
        verify(tmp_path)


def test_a_folder_without_a_manifest_is_no_export(tmp_path):
    with pytest.raises(CommandError, match=r"There is no MANIFEST\.sha256"):
        verify(tmp_path / "nowhere")


@pytest.mark.parametrize("arguments", [(), ("summit",)])
def test_what_to_say_is_said(arguments):
    with pytest.raises(CommandError, match="the following arguments are required"):
        run(*arguments)


def test_refusals_are_sentences(event, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(CommandError, match="holds other things than an export"):
        run("summit", str(tmp_path))


def test_a_folder_that_cannot_be_made_is_named(event, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match=r"Nothing was exported: .*Not a directory"):
        run("summit", str(tmp_path / "file/below"))
