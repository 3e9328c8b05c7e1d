"""The French catalogue is complete, and compiled as it stands."""

import gettext
import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from coverage.publishing import programme
from tests import factories

FOLDER = Path(settings.BASE_DIR, "locale", "fr", "LC_MESSAGES")


@pytest.fixture
def tools():
    """GNU gettext. Without it the test is skipped by name, or fails where REQUIRE_GETTEXT=1 asks for it."""
    if shutil.which("msgfmt") is None:
        if os.environ.get("REQUIRE_GETTEXT") == "1":
            pytest.fail("REQUIRE_GETTEXT=1 and gettext is not installed.")
        pytest.skip("gettext is not installed")


@pytest.fixture
def gathered(tmp_path, monkeypatch, tools) -> Path:
    """A copy of what has strings, with a catalogue made anew from them, over the one there is."""
    for name in ("coverage", "media", "newsroom", "templates", "locale"):
        shutil.copytree(
            settings.BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    monkeypatch.chdir(tmp_path)
    settled = {"no_location": True, "no_wrap": True, "no_obsolete": True, "verbosity": 0}
    call_command("makemessages", locale=["fr"], **settled)
    return tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def test_every_string_is_in_it_and_has_its_french(gathered):
    said = subprocess.run(
        ["msgfmt", "--check-format", "--statistics", "-o", "/dev/null", gathered],
        capture_output=True,
        text=True,
    )

    assert said.returncode == 0, said.stderr
    assert "untranslated" not in said.stderr
    assert "fuzzy" not in said.stderr


def test_what_is_compiled_is_what_is_written(tmp_path, tools):
    subprocess.run(["msgfmt", "-o", tmp_path / "made.mo", FOLDER / "django.po"], check=True)

    made, kept = (
        gettext.GNUTranslations(io.BytesIO(path.read_bytes()))
        for path in (tmp_path / "made.mo", FOLDER / "django.mo")
    )

    assert kept._catalog == made._catalog


@pytest.mark.django_db
def test_an_event_in_french_is_printed_in_french(client):
    event = factories.make_event(slug="salon", language="fr", title="Le Salon")
    factories.make_published(event, headline="Les portes s’ouvrent", key_event=True)

    page = client.get("/events/salon/").content.decode()

    assert '<html lang="fr"' in page
    assert "Anciens d’abord" in page
    assert "Temps fort" in page
    assert "Key event" not in page
    programme.end(event, by=None)
    assert "Terminé" in client.get("/events/salon/").content.decode()


@pytest.mark.django_db
def test_a_newsroom_in_french_has_french_pages(client, settings):
    settings.NEWSROOM_LANGUAGES = ["fr"]

    assert "Aucun événement n’a encore été annoncé." in client.get("/").content.decode()
    assert "Il n’y a rien à cette adresse" in client.get("/nothing/").content.decode()
