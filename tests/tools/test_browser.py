"""`tools/find-browser.sh` on a machine without Chromium and without a network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bare(tmp_path):
    """A checkout's tools and an environment of its own, and nothing that finds or fetches a browser."""
    if shutil.which("sh") is None:
        pytest.skip("there is no shell here")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tools/find-browser.sh", tmp_path / "tools")
    (tmp_path / "tests/__init__.py").touch()
    shutil.copy(ROOT / "tests/browser.py", tmp_path / "tests")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "sh").symlink_to(shutil.which("sh"))
    return tmp_path


def find_browser(folder: Path) -> subprocess.CompletedProcess:
    nowhere = "http://127.0.0.1:9"  # the discard port: nobody listens
    return subprocess.run(
        [shutil.which("sh"), "tools/find-browser.sh"],
        cwd=folder,
        env={
            "PATH": str(folder / "bin"),
            "HOME": str(folder),
            "PLAYWRIGHT_BROWSERS_PATH": str(folder / "browsers"),
            "PLAYWRIGHT_DOWNLOAD_HOST": nowhere,
            "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "500",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_without_browser_or_network_it_says_so_and_the_tests_go_on(bare):
    done = find_browser(bare)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "No browser found.",
        "No Chromium on this machine: installing Playwright's.",
        "That failed: browser tests will be skipped.",
    ]


def test_a_browser_on_the_path_is_used(bare):
    chromium = bare / "bin/chromium"
    chromium.write_text("#!/bin/sh\n")
    chromium.chmod(0o755)

    assert find_browser(bare).stdout == f"Browser tests use {chromium}.\n"


IN_A_BROWSER = """
def test_in_a_browser(page):
    page.goto("about:blank")
"""


def run_browser_test(folder: Path, **variables: str) -> subprocess.CompletedProcess:
    """pytest on one browser test, with the fixtures of these tests and nothing of this checkout's settings."""
    shutil.copy(ROOT / "tests/conftest.py", folder / "tests")
    (folder / "tests/bare_settings.py").write_text("SECRET_KEY = 'none'\n")
    (folder / "tests/test_page.py").write_text(IN_A_BROWSER)
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-rs",
            "--no-fold-skipped",
            "-p",
            "no:cacheprovider",
            "tests/test_page.py",
        ],
        cwd=folder,
        env={
            "PATH": str(folder / "bin"),
            "HOME": str(folder),
            "PLAYWRIGHT_BROWSERS_PATH": str(folder / "browsers"),
            "DJANGO_SETTINGS_MODULE": "tests.bare_settings",
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_without_a_browser_its_tests_are_skipped_by_name(bare, pytestconfig):
    done = run_browser_test(bare)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "SKIPPED tests/test_page.py::test_in_a_browser" in done.stdout
    assert "there is no Chromium on this machine" in done.stdout
    assert "1 skipped" in done.stdout
    assert not pytestconfig.getoption("fold_skipped")  # here too


def test_without_a_browser_that_is_required_its_tests_fail(bare):
    done = run_browser_test(bare, REQUIRE_BROWSER="1")

    assert done.returncode == 1
    assert "REQUIRE_BROWSER=1 and there is no Chromium here." in done.stdout
