"""The benchmark of the renditions still runs, on a small picture; it needs requirements-bench.txt."""

import re
import subprocess
import sys

import pytest
from django.conf import settings

from tests.media import drawing

pytestmark = [pytest.mark.processes, pytest.mark.any_database]
RATIO = re.compile(r"\d+\.\d\d")


def run(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "bench.renditions", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300)


def test_it_prints_a_row_for_each_photograph(tmp_path):
    pytest.importorskip("willow", reason="requirements-bench.txt is not installed")
    photo = tmp_path / "small.jpg"
    photo.write_bytes(drawing.jpeg(1000, 640))

    answer = run("--rounds", "1", str(photo))

    assert answer.returncode == 0, answer.stderr
    title, heading, row = answer.stdout.splitlines()
    assert title == "1 rounds, median CPU seconds, ratios to LB"
    names, cells = re.split(r"\s{2,}", heading), row.split()
    found = dict(zip(names, cells, strict=True))
    assert found["photograph"] == "small.jpg"
    assert all(RATIO.fullmatch(found[name]) for name in ("ours", "whole", "imagekit", "Willow", "first"))
    assert all(float(found[name]) > 0 for name in names[1:])
    assert float(found["s2 AVIF"]) <= 100


def test_without_a_round_it_says_so(tmp_path):
    answer = run("--rounds", "0", str(tmp_path / "none.jpg"))

    assert answer.returncode == 2
    assert "--rounds must be 1 or more" in answer.stderr
