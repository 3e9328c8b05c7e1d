"""A newsroom with words and pictures, and what it holds as figures that can be compared."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.db import connection

from coverage.backup.writing import Done, back_up
from coverage.models import Event, Post
from coverage.publishing import card_drawing
from coverage.record.models import EventHead, Release
from tests import factories
from tests.media import drawing
from tests.media.buckets import move_pictures, s3, s3_server  # noqa: F401

KEY = bytes(range(32))
WIDTH = 60  # pixels: a few small renditions


def quietly(items, total, what):
    return items


@pytest.fixture
def data_dir(settings, tmp_path, transactional_db) -> Path:
    """A DATA_DIR of the test's own, with the keys of this newsroom."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "secret-key").write_text("the key of signatures")
    (settings.DATA_DIR / "vapid-key").write_text("the key of pushes")
    if connection.vendor == "postgresql":
        require_client_programs()
    return settings.DATA_DIR


def require_client_programs() -> None:
    """PostgreSQL's own programs, of the server's version or newer."""
    program = shutil.which("pg_dump")
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout if program else ""
    connection.ensure_connection()
    if program and int(said.split()[2].split(".")[0]) >= connection.pg_version // 10_000:
        return
    if os.environ.get("REQUIRE_PG_DUMP") == "1":
        pytest.fail(f"REQUIRE_PG_DUMP=1, and pg_dump is {said or 'not here'}.")
    pytest.skip("there is no pg_dump for this server")


@pytest.fixture
def newsroom(data_dir) -> Event:
    """An event with a draft, a post and two pictures, of which one is shown; its share cards are drawn."""
    event = factories.make_event()
    shown = factories.make_real_image(drawing.jpeg(WIDTH, 240))
    factories.make_real_image(drawing.jpeg(WIDTH, 250), alt_text="Another stage.")
    factories.make_published(
        event, body="<p>Doors open marvellously.</p>", images=[{"image": shown, "caption": "The hall."}]
    )
    factories.make_post(event, body="<p>A draft.</p>")
    card_drawing.sweep()
    return event


@pytest.fixture
def backed_up(data_dir, tmp_path):
    def back(name: str = "backup.tar", key: bytes | None = None, progress=quietly) -> Done:
        return back_up(tmp_path / name, key=key, with_keys=True, progress=progress)

    return back


def tables() -> dict[str, tuple[int, str]]:
    """Rows and their hash by table; not the epoch, which a restore begins anew."""
    found = {}
    for model in apps.get_models():
        columns = [
            f.attname for f in model._meta.concrete_fields if (model, f.attname) != (EventHead, "epoch")
        ]
        rows = list(model.objects.order_by("pk").values_list(*columns))
        found[model._meta.db_table] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
    return found


def files() -> dict[str, str]:
    """SHA-256 of each file of pictures, by storage and name."""
    found = {}
    for alias in ("originals", "renditions"):
        root = Path(storages[alias].location)
        for path in root.rglob("*"):
            if path.is_file():
                name = f"{alias}/{path.relative_to(root).as_posix()}"
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def change_everything(event: Event) -> None:
    """Another post and another picture; other words and other bytes in what was there."""
    factories.make_published(event)
    factories.make_real_image(drawing.jpeg(WIDTH, 260))
    Post.objects.filter(event=event).update(byline="Somebody else")
    Release.objects.filter(html__contains="marvellously").update(html="")
    for path in Path(storages["renditions"].location).rglob("*.jpg"):
        path.write_bytes(b"other bytes")
