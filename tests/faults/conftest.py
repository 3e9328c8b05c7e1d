"""A worker for pictures as `make run` starts it, on the tests' database, with files and a Valkey of its own."""

import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from celery import current_app
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from media import ingest
from media.hints import MAKE
from media.models import Image, RenditionState
from newsroom import environment, launcher, valkey
from tests.faults.live import event, own_redis, start_publisher, start_web  # noqa: F401
from tests.own_role import own_role, public_environment, public_settings  # noqa: F401
from tests.processes import children_of, database_url, eventually, is_alive

# Seconds between two looks: a file of a picture is made in fifty milliseconds.
AT_ONCE = 0.002
QUIET_LOOKS = 50
# Where Celery may keep the broker's address: once written, one stands before the other.
BROKER = ("broker_url", "broker_read_url", "broker_write_url")


@contextmanager
def stopped(process: subprocess.Popen) -> Iterator[None]:
    """The process stands still meanwhile."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


@dataclass
class Worker:
    """Its processes: the one that fetches messages, and one child that works. `broker` is its Valkey."""

    data_dir: Path
    broker: subprocess.Popen | None = None
    process: subprocess.Popen | None = None

    def start(self) -> None:
        self.broker = subprocess.Popen(valkey.command(self.data_dir), stdout=subprocess.DEVNULL)
        names = ("REDIS_URL", "PICTURES_S3_BUCKET", "PICTURES_S3_ORIGINALS_BUCKET")
        inherited = {name: value for name, value in os.environ.items() if name not in names}
        own = {"DATA_DIR": str(self.data_dir), "DATABASE_URL": database_url()}
        command = next(child.command for child in launcher.children() if "pictures" in child.name)
        with open(self.data_dir / "worker.log", "a") as log:
            self.process = subprocess.Popen(
                [*command, "-c", "1"],
                env=inherited | own,
                cwd=project.BASE_DIR,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        assert eventually(self.broker_answers)

    def redis_url(self) -> str:
        return f"unix://{environment.valkey_socket(self.data_dir)}"

    def broker_answers(self) -> bool:
        with suppress(redis.RedisError), redis.Redis.from_url(self.redis_url()) as client:
            return client.ping()
        return False

    def wait_until_idle(self) -> None:
        """Until every message was taken and dealt with, also one that came back from a killed child.

        Looks many times over: a message on its way from the queue to the worker is in neither place for a moment.
        """
        looks: list[bool] = []
        with redis.Redis.from_url(self.redis_url()) as client:

            def is_idle() -> bool:
                looks.append(not client.llen("images") and not client.hlen("unacked"))
                return len(looks) > QUIET_LOOKS and all(looks[-QUIET_LOOKS:])

            assert eventually(is_idle, every=AT_ONCE), self.log()

    def child(self) -> int:
        """The process that decodes. Waits for it to be there."""
        family = eventually(lambda: children_of(self.process.pid)[1:])
        assert len(family) == 1, self.log()
        return family[0]

    def kill_child(self, child: int) -> None:
        """Returns when it is gone. Its parent stands still until then.

        Otherwise Celery wakes when the child's files close, finds that the kernel calls it living still, and looks
        again five seconds later.
        """
        with (
            stopped(self.process),
            suppress(ProcessLookupError),
        ):  # large after its task, it was replaced already
            os.kill(child, signal.SIGKILL)
            assert eventually(lambda: not is_alive(child), every=AT_ONCE)

    def kill(self) -> None:
        """All of it at once, with every message, as a machine goes that loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.broker.kill()
        for process in (self.process, self.broker):
            process.wait()

    def sweep(self) -> None:
        """What beat sends every thirty seconds, now."""
        entry = project.CELERY_BEAT_SCHEDULE["media.sweep"]
        with current_app.connection_for_write() as connection:
            current_app.send_task(entry["task"], connection=connection, **entry["options"])

    def log(self) -> str:
        return (self.data_dir / "worker.log").read_text()


@pytest.fixture(scope="package")
def running_worker(django_db_setup, tmp_path_factory) -> Iterator[Worker]:
    worker = Worker(tmp_path_factory.mktemp("worker"))
    worker.start()
    yield worker
    worker.kill()


@pytest.fixture
def worker(running_worker, transactional_db, settings) -> Iterator[Worker]:
    """The worker, fed by this test: its files are the test's, and its messages go to it."""
    folders = environment.picture_storages(
        running_worker.data_dir, bucket="", originals_bucket="", endpoint="", region=""
    )
    settings.STORAGES = {**settings.STORAGES, **folders}
    storages._storages = {}
    shared = {name: getattr(current_app.conf, name) for name in BROKER}
    for name in BROKER:
        setattr(current_app.conf, name, environment.broker_url(running_worker.redis_url()))
    yield running_worker
    for name, url in shared.items():
        setattr(current_app.conf, name, url)
    for name in ("originals", "renditions"):
        shutil.rmtree(storages[name].location, ignore_errors=True)
    storages._storages = {}


def send(data: bytes, name: str = "IMG_1.JPG") -> Image:
    """A picture that arrives, and a worker has begun with it.

    The hint that tells one waits for a broker no longer than half a second, and on a machine with much to do it is
    lost: then the worker is told as the sweep would.
    """
    upload = ContentFile(data, name)
    image = ingest.receive(upload, image_id=uuid.uuid4(), by=None, credit="Ada", alt_text="A stage.")
    if not eventually(lambda: has_begun(image), 5, every=AT_ONCE):
        with current_app.connection_for_write() as connection:
            current_app.send_task(MAKE, args=[str(image.pk)], queue="images", connection=connection)
        assert eventually(lambda: has_begun(image), every=AT_ONCE)
    return image


def tries(image: Image) -> dict[str, int]:
    """How often each file was begun, by spec."""
    return dict(image.renditions.values_list("spec", "attempts"))


def has_begun(image: Image) -> bool:
    return any(tries(image).values())


def ready(image: Image) -> set[str]:
    """The specs whose files are made."""
    return {*image.renditions.filter(state=RenditionState.READY).values_list("spec", flat=True)}


def state_of(image: Image) -> str:
    return Image.objects.values_list("state", flat=True).get(pk=image.pk)


def pass_time(**much: float) -> None:
    """Every image, its claim and its files are so much older."""
    by = timedelta(**much)
    for image in Image.objects.all():
        claimed_at = image.claimed_at and image.claimed_at - by
        Image.objects.filter(pk=image.pk).update(updated_at=image.updated_at - by, claimed_at=claimed_at)
    for name in ("originals", "renditions"):
        for path in Path(storages[name].location).rglob("*"):
            then = (timezone.now() - by).timestamp()
            os.utime(path, (then, then))
