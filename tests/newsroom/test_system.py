"""Files are written outside every package, and the system check refuses any other folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.core import checks
from django.core.files.storage import storages

from newsroom.checks import files_lie_outside_the_code

PACKAGES = [
    folder
    for folder in Path(installed.BASE_DIR).iterdir()
    if folder.is_dir() and (folder / "__init__.py").exists()
]
RUN_CHECK = """
from django.conf import settings
settings.MEDIA_ROOT = settings.BASE_DIR / "media" / "uploads"
import django
django.setup()
from django.core.management import call_command
call_command("check")
"""


def location(alias: str) -> dict:
    return {**installed.STORAGES[alias], "OPTIONS": {"location": installed.BASE_DIR / "media" / "files"}}


def test_the_packages_are_found():
    assert {"coverage", "media", "newsroom"} <= {package.name for package in PACKAGES}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_file_is_written_inside_a_package(package):
    folders = [
        Path(installed.MEDIA_ROOT),
        Path(installed.STATIC_ROOT),
        *(Path(storages.create_storage(config).location) for config in installed.STORAGES.values()),
    ]

    assert len(folders) == 7
    assert not [folder for folder in folders if folder.resolve().is_relative_to(package)]


def test_the_newsroom_s_own_folders_are_accepted():
    assert files_lie_outside_the_code() == []


@pytest.mark.parametrize("setting", ["MEDIA_ROOT", "STATIC_ROOT"])
@pytest.mark.parametrize(
    "folder", ["media", "media/uploads", "coverage/demo/pictures", "", "media/../media/up"]
)
def test_a_folder_among_the_code_is_refused(settings, setting, folder):
    setattr(settings, setting, str(settings.BASE_DIR / folder))

    (error,) = files_lie_outside_the_code()

    assert (error.id, error.level) == ("newsroom.E001", checks.ERROR)
    assert error.msg == f"{setting} is {settings.BASE_DIR / folder}, among the code."
    assert "DATA_DIR" in error.hint


def test_django_s_empty_media_root_is_the_folder_one_stands_in(settings, monkeypatch, tmp_path):
    settings.MEDIA_ROOT = ""

    monkeypatch.chdir(settings.BASE_DIR)
    assert [error.id for error in files_lie_outside_the_code()] == ["newsroom.E001"]

    monkeypatch.chdir(tmp_path)
    assert files_lie_outside_the_code() == []


@pytest.mark.parametrize("alias", ["default", "originals", "renditions", "partials"])
def test_a_storage_among_the_code_is_refused_by_its_name(settings, alias):
    settings.STORAGES = {**settings.STORAGES, alias: location(alias)}

    (error,) = files_lie_outside_the_code()

    assert error.msg.startswith(f"The location of STORAGES['{alias}'] is ")


def test_a_link_that_leads_into_a_package_is_refused(settings, tmp_path):
    (tmp_path / "uploads").symlink_to(settings.BASE_DIR / "media")
    settings.MEDIA_ROOT = tmp_path / "uploads"

    assert [error.id for error in files_lie_outside_the_code()] == ["newsroom.E001"]


@pytest.mark.parametrize("folder", ["var/uploads", "static/uploads"])
def test_a_folder_beside_the_packages_is_accepted(settings, folder):
    settings.MEDIA_ROOT = settings.BASE_DIR / folder

    assert files_lie_outside_the_code() == []


def test_a_storage_without_a_folder_is_none_of_the_check_s_business(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage", "OPTIONS": {}},
    }

    assert files_lie_outside_the_code() == []


@pytest.mark.processes
def test_manage_py_check_refuses_it(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-c", RUN_CHECK],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "newsroom.settings", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        cwd=installed.BASE_DIR,
    )

    assert answer.returncode != 0
    assert "newsroom.E001" in answer.stderr
