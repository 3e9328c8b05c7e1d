"""Scripts are served without their comment lines, and are otherwise as they were written."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from newsroom.static_files import NewsroomStaticFilesStorage, without_comments

SCRIPT = """// What it is for.
const address = "https://example.org/"; // units
  // Why.
go(address);
"""
SERVED = """const address = "https://example.org/"; // units
go(address);
"""


def test_comment_lines_go_and_nothing_else():
    assert without_comments(SCRIPT) == SERVED


@pytest.mark.parametrize(
    ("name", "served"),
    [("js/ours.js", SERVED), ("js/ours.0123456789ab.js", SERVED), ("admin/js/theirs.js", SCRIPT)],
)
def test_collected_scripts_of_ours_have_none(tmp_path, name, served):
    storage = NewsroomStaticFilesStorage(location=tmp_path, base_url="/static/")
    content = ContentFile(SCRIPT.encode())
    content.read()

    storage.save(name, content)

    assert (tmp_path / name).read_text() == served


@pytest.mark.parametrize(
    "path", sorted(Path(settings.BASE_DIR, "static", "js").glob("*.js")), ids=lambda path: path.name
)
def test_no_text_of_a_script_is_taken_for_a_comment(path):
    """A text over several lines stands between back quotes."""
    texts = path.read_text().split("`")[1::2]

    assert [text for text in texts if without_comments(text) != text] == []
