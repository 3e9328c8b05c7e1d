"""`manage.py verify_export`: what is wrong with a folder, without a database."""

import hashlib
import io
import json
import os

import pytest
from django.core.management import CommandError, call_command

from coverage.interchange.archive import checking, manifest, table
from coverage.interchange.archive.data import SCHEMA


def verify(folder) -> str:
    out = io.StringIO()
    call_command("verify_export", str(folder), stdout=out)
    return out.getvalue()


def said_of(folder) -> list[str]:
    """The lines that say what is wrong."""
    out = io.StringIO()
    with pytest.raises(CommandError, match="is not as it was exported"):
        call_command("verify_export", str(folder), stdout=out)
    return [line for line in out.getvalue().splitlines() if not line.startswith("files checked")]


def change(folder, **members) -> None:
    """Alters the data, and forges its line of the manifest."""
    data = json.loads((folder / "event.json").read_text()) | members
    (folder / "event.json").write_text(json.dumps(data))
    sign(folder, "event.json")


def sign(folder, name: str) -> None:
    digests = manifest.read(folder)
    with (folder / name).open("rb") as file:
        digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
    (folder / manifest.NAME).write_text(manifest.text_of(digests))


def test_a_whole_export_is_found_whole_without_the_database(exported, full, django_assert_num_queries):
    folder = exported()

    with django_assert_num_queries(0):
        said = verify(folder)

    assert said.endswith("files, all as they were exported.\n")


def test_links_pipes_and_added_files_are_not_of_the_export(exported, event, tmp_path):
    folder = exported()
    (folder / "extra").symlink_to(tmp_path)
    (folder / "speakers/more.html").write_text("more")
    (folder / "index.html").unlink()
    os.mkfifo(folder / "index.html")

    assert said_of(folder) == [
        f"not of the export: {name}" for name in ("extra", "index.html", "speakers/more.html")
    ]


def test_a_pipe_in_place_of_the_manifest_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / manifest.NAME)

    with pytest.raises(CommandError, match=r"There is no MANIFEST\.sha256"):
        verify(tmp_path)


def test_data_that_leave_the_schema_are_named(exported, full):
    folder = exported()
    change(folder, seq="many", wrap={})

    said = said_of(folder)
    assert "event.json: $.seq: 'many' is not of type 'integer'" in said
    assert any(line.startswith("event.json: $.wrap:") for line in said)


def test_data_that_contradict_themselves_are_named(exported, full):
    folder = exported()
    change(folder, seq=1, speakers=[])

    said = said_of(folder)
    assert "Speaker “vera-k” is named and not listed." in said
    assert "It says that change 1 was the last, and holds later ones." in said


def test_a_table_with_other_posts_is_named(exported, full):
    folder = exported()
    lines = (folder / "posts.csv").read_bytes().splitlines(keepends=True)
    (folder / "posts.csv").write_bytes(b"".join(lines[:-1]))
    sign(folder, "posts.csv")

    assert said_of(folder) == ["posts.csv and event.json do not have the same posts in the same order."]


def test_of_an_older_schema_it_says_which_it_knows(exported, event):
    folder = exported()
    change(folder, schema=1)

    [line] = said_of(folder)
    assert line.startswith(f"Its data follows schema 1, and this version knows schema {SCHEMA}:")


def test_a_file_too_large_to_be_ours_is_not_read(exported, event, monkeypatch):
    folder = exported()
    monkeypatch.setattr(checking, "LARGEST", 10)

    with pytest.raises(CommandError, match=r"event\.json is larger than"):
        verify(folder)


def test_the_documentation_names_the_schema_and_every_member(settings):
    text = (settings.BASE_DIR / "docs/export.md").read_text()
    schema = json.loads(checking.SCHEMA_FILE.read_text())

    assert f"| {SCHEMA} |" in text
    assert {name for name in schema["properties"] if f"`{name}`" not in text} == set()
    assert ", ".join(table.COLUMNS) in " ".join(text.split())
