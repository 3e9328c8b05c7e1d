"""docs/api.md, typed from top to bottom at a running newsroom: every example does what the page says under it."""

import sys
from pathlib import Path

import pytest

from tests import curl
from tests.journeys.conftest import PASSWORD
from tests.media import drawing

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "api.md"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where the page is typed: the project's own commands, and two photographs."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "manage.py").symlink_to(ROOT / "manage.py")
    (tmp_path / "photo.jpg").write_bytes(drawing.jpeg(1400, 900, seed=7))
    (tmp_path / "another.jpg").write_bytes(drawing.jpeg(1400, 900, seed=8))
    return tmp_path


def test_every_example_is_answered_as_the_page_says(newsroom, folder):
    curl.require()
    environment = {**newsroom.environment, "NEWSROOM": newsroom.address, "PASSWORD": PASSWORD}

    wrong = []
    for example, printed in curl.run(PAGE, folder, environment):
        wrong += [f"{example.typed}{one}" for one in curl.differences(example, printed)]

    assert not wrong, "\n".join(wrong)
