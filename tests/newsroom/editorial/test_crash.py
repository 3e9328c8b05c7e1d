"""Named moments at which a test may end a process."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom.editorial import crash

ROOT = Path(crash.__file__).parents[2]
CALL = re.compile(r'crash_at\("([^"]+)"\)')
PASS_TWICE = """
from newsroom.editorial.crash import crash_at
crash_at("due.found"); print("once", flush=True); crash_at("release.half"); print("twice")
"""


def run(folder: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "CRASH_AT": folder}
    return subprocess.run([sys.executable, "-c", PASS_TWICE], env=environment, capture_output=True, text=True)


def test_every_point_is_listed_and_stands_in_the_code_once():
    sources = [
        path for package in ("coverage", "media", "newsroom") for path in (ROOT / package).rglob("*.py")
    ]

    found = [name for path in sources for name in CALL.findall(path.read_text())]

    assert sorted(found) == sorted(crash.POINTS)


def test_a_process_ends_at_the_point_it_is_asked_to_and_at_no_other(tmp_path):
    (tmp_path / "release.half").touch()

    first, second = run(str(tmp_path)), run(str(tmp_path))

    assert (first.returncode, first.stdout) == (crash.STATUS, "once\n")
    assert (second.returncode, second.stdout) == (0, "once\ntwice\n")


@pytest.mark.parametrize("folder", ["", "/nowhere"])
def test_unasked_it_goes_on(folder):
    assert run(folder).stdout == "once\ntwice\n"
