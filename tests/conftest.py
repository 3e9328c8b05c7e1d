"""Fixtures for every test. Browser journeys have their own in tests/journeys/conftest.py."""

import gc
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.db import connections

from tests import browser as browsers


@pytest.fixture(autouse=True)
def _own_files(request, settings, tmp_path_factory):
    """A test that reaches the database gets storages of its own."""
    if not {"db", "transactional_db", "django_db_setup"} & set(request.fixturenames):
        yield
        return
    folder = tmp_path_factory.mktemp("files")
    settings.STORAGES = storages_in(folder)
    storages._storages = {}
    yield
    storages._storages = {}
    shutil.rmtree(folder, ignore_errors=True)


def storages_in(folder: Path) -> dict:
    """STORAGES with every file of pictures in this folder, and static files as they are written."""
    own = {
        name: {
            **django_settings.STORAGES[name],
            "OPTIONS": {**django_settings.STORAGES[name]["OPTIONS"], "location": folder / name},
        }
        for name in ("originals", "renditions", "partials")
    }
    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    return {**django_settings.STORAGES, **own, **static}


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """pytest-playwright's: this machine's Chromium; without one the test is skipped, or fails if it is required."""
    path = browsers.executable()
    if path is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1 and there is no Chromium here.")
        pytest.skip("there is no Chromium on this machine")
    # What moves for ever costs a core without a graphics card: tests of motion ask for it.
    still = "--force-prefers-reduced-motion"
    return {"executable_path": path, "args": ["--disable-gpu", "--disable-background-networking", still]}


@pytest.fixture(scope="session")
def browser(browser):
    """pytest-playwright's. While it runs, Django's connections belong to its loop's context: nobody else sees them,
    and PostgreSQL does not drop a database that is still in use."""
    yield browser
    connections.close_all()


# The doors print what the verbs and the record have, which are tried on both databases, and the table of verbs is plain
# data; but these ask on their own.
DOORS = (
    "tests/coverage/api/",
    "tests/coverage/desk/",
    "tests/coverage/error_reports/test_pages.py",
    "tests/coverage/following/",
    "tests/coverage/field/",
    "tests/coverage/front/",
    "tests/coverage/interchange/",
    "tests/coverage/publishing/test_workflow.py",
    "tests/media/test_a",
    "tests/newsroom/test_limits.py",
)
OWN_QUERIES = (
    "/api/test_events.py",
    "/api/test_filing.py",
    "/api/test_reading.py",
    "/api/test_repeats.py",
    "/archive/test_snapshot.py",
    "/desk/live_desk/",
    "/desk/report/",
    "/desk/test_error_reports.py",
    "/desk/test_events.py",
    "/desk/test_posts.py",
    "/desk/test_versions.py",
    "/field/test_events.py",
    "/field/test_posts.py",
    "/front/test_home.py",
    "/front/test_people.py",
    "/front/test_search.py",
    "/rebuilding/test_round_trip.py",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items) -> None:
    """What asks no database at all asks nothing that differs between two, and a door little."""
    for item in items:
        if item.get_closest_marker("processes"):
            continue
        asks = {"db", "transactional_db"} & set(item.fixturenames) or item.get_closest_marker("django_db")
        is_door = item.nodeid.startswith(DOORS) and not any(name in item.nodeid for name in OWN_QUERIES)
        if not asks or is_door:
            item.add_marker("any_database")


def pytest_collection_finish() -> None:
    """What stands now stays: thousands of tests and all of Django are not looked through for garbage again."""
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val, argname: str) -> str | None:
    """Files are no names: each worker draws its own, and all must call a test alike."""
    return argname if isinstance(val, bytes) else None


def pytest_configure() -> None:
    """Passwords are hashed cheaply in tests; one test of the settings looks at the real hashers."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
