"""An exported event, and a newsroom that has nothing of it any more."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from coverage.interchange.archive.exporting import export_event
from coverage.models import (
    Alert,
    Appearance,
    Correction,
    Event,
    Keynote,
    Organisation,
    Post,
    Revision,
    Speaker,
    Wrap,
)
from coverage.record.models import Document, EventHead, MovedAddress, WithdrawnFolder
from media import storage
from media.models import Image, RetiredFiles
from tests.coverage.front.summit import chief, event, make_event, release  # noqa: F401
from tests.coverage.interchange.archive.conftest import full, quietly  # noqa: F401


@pytest.fixture
def export(tmp_path):
    """Exports an event and answers its folder."""

    def make(slug: str = "summit") -> Path:
        return export_event(slug, tmp_path / slug, quietly).folder

    return make


def forget_everything() -> None:
    """As a new newsroom: no event, no person on stage, no picture, no file; the desk's people and the audit stay."""
    for model in (Document, MovedAddress, WithdrawnFolder, EventHead, Alert, Wrap, Correction):
        model.objects.all().delete()
    Post.objects.update(pinned_revision=None, released_revision=None, state="draft", review="")
    for model in (Revision, Post, Appearance, Keynote, Event, Speaker, Organisation, RetiredFiles):
        model.objects.all().delete()
    Image.objects.exclude(same_as=None).delete()
    Image.objects.all().delete()
    for files in (storage.renditions(), storage.originals()):
        for folder in storage.folders_in(files):
            storage.remove_folder(files, folder)


def bring_in(folder: Path, **options) -> str:
    """Runs the command and answers what it said."""
    out = io.StringIO()
    call_command("import_event", str(folder), stdout=out, **options)
    return out.getvalue()
