import os
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from celery import current_app
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from media import ingest, renditions
from media.models import Image
from newsroom.editorial.models import User
from newsroom.editorial.roles import EDITOR, PHOTOGRAPHER, REPORTER
from tests.coverage.front.summit import chief, event, make_event, release  # noqa: F401
from tests.media import drawing
from tests.media.buckets import closed_port, move_pictures, s3, s3_server  # noqa: F401


def person(name: str, role: str, **fields) -> User:
    user = User.objects.create_user(name, password="a long password", is_staff=True, **fields)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


@pytest.fixture
def reporter(db):
    return person("ada", REPORTER)


@pytest.fixture
def photographer(db):
    return person("grace", PHOTOGRAPHER, credit="Grace/Newsroom")


@pytest.fixture
def editor(db):
    return person("edith", EDITOR)


@pytest.fixture
def receive(db):
    """Sends bytes (by default a drawn JPEG) as the system."""

    def send(data: bytes | None = None, *, name: str = "DSC_1.JPG", image_id=None, by=None, **texts) -> Image:
        upload = ContentFile(drawing.jpeg() if data is None else data, name)
        return ingest.receive(upload, image_id=image_id or uuid.uuid4(), by=by, **texts)

    return send


@pytest.fixture
def make(receive):
    """Sends bytes and makes their renditions."""

    def send_and_make(data: bytes | None = None, **texts) -> Image:
        image = receive(data, **{"alt_text": "A stage", "credit": "Ada/Newsroom", **texts})
        renditions.make_renditions(image.pk)
        return Image.objects.with_files().get(pk=image.pk)

    return send_and_make


@pytest.fixture
def likeness(receive):
    """An image of that likeness: 64 bits, or None for one that was not measured."""
    count = iter(range(100))

    def of(bits: int | None, **texts) -> Image:
        image = receive(drawing.jpeg(64 + next(count), 48), **texts)
        signed = bits - (1 << 64) if bits is not None and bits >> 63 else bits
        Image.objects.filter(pk=image.pk).update(likeness=signed)
        return Image.objects.get(pk=image.pk)

    return of


def stored(name: str) -> set[str]:
    """Every file of one of our storages, below its folder."""
    root = Path(storages[name].location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def leaves_nothing(db):
    """What a refusal leaves behind: no row, no file."""
    yield
    assert Image.objects.count() == 0
    assert stored("originals") == set()
    assert stored("renditions") == set()


@pytest.fixture
def own_queues():
    """Queues of this test's own in the shared Valkey."""
    options = current_app.conf.broker_transport_options
    current_app.conf.broker_transport_options = {**options, "global_keyprefix": f"{uuid.uuid4()}:"}
    yield
    current_app.conf.broker_transport_options = options


@pytest.fixture
def exiftool():
    """What exiftool reads in a file, by name of the tag."""
    program = shutil.which("exiftool")
    if program is None:
        if os.environ.get("REQUIRE_EXIFTOOL") == "1":
            pytest.fail("exiftool is required here and not installed")
        pytest.skip("exiftool is not installed")

    def read(path: str) -> str:
        return subprocess.run(
            [program, "-a", "-G1", "-ee", path], capture_output=True, text=True, check=True
        ).stdout

    return read
