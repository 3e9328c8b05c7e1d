"""Each thing broken once, and the sentence that is said of it."""

import datetime
import io
import os
import socket
import uuid
from collections import namedtuple

import pytest
import redis
import time_machine
from celery import current_app
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from coverage.backup import log
from coverage.demo.load import load_people
from coverage.doctor import addresses, database, files, processes
from coverage.doctor.findings import Grade
from coverage.models import Post
from coverage.publishing import pulse, tasks
from newsroom import environment
from newsroom.editorial.people import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


def found(look, what: str):
    """The one finding of that name."""
    [finding] = [one for one in look() if one.what == what]
    return finding


def is_good(look, what: str) -> bool:
    return found(look, what).grade == Grade.GOOD


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_sound_database_is_good(data_dir):
    assert {one.what: one.grade for one in database.look()} == dict.fromkeys(
        ("database", "clock", "scheduled posts", "erasures"), Grade.GOOD
    )


def test_migrations_that_wait_are_bad():
    [last] = MigrationLoader(connection).graph.leaf_nodes("coverage")
    MigrationRecorder(connection).record_unapplied(*last)

    [finding] = database.look()

    assert (finding.grade, finding.seen) == (
        Grade.BAD,
        f"1 migrations are not applied, {'.'.join(last)} first.",
    )
    assert "manage.py migrate" in finding.mend


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_off_is_bad(hours, monkeypatch):
    monkeypatch.setattr(connection, "clock_ahead", datetime.timedelta(hours=hours), raising=False)

    finding = found(database.look, "clock")

    assert (finding.grade, finding.seen) == (
        Grade.BAD,
        "This machine's and the database's are 3,600.0 s apart.",
    )


def test_a_late_post_is_bad_and_one_that_cannot_come_out_is_said():
    post = factories.make_post(factories.make_event())
    due = timezone.now() - datetime.timedelta(minutes=1)
    Post.objects.filter(pk=post.pk).update(state="scheduled", publish_at=due)
    assert found(database.look, "scheduled posts").grade == Grade.BAD

    Post.objects.filter(pk=post.pk).update(release_problem="Its picture has no credit.")

    finding = found(database.look, "scheduled posts")
    assert (finding.grade, finding.seen) == (Grade.MIND, "1 cannot be released as they are.")


@pytest.fixture
def own_redis(settings):
    """This test's own keys and queues in the shared Valkey."""
    pulse_key, options = pulse.KEY, current_app.conf.broker_transport_options
    current_app.conf.broker_transport_options = {**options, "global_keyprefix": f"{uuid.uuid4()}:"}
    redis.Redis.from_url(settings.REDIS_URL).delete(pulse_key)
    yield
    current_app.conf.broker_transport_options = options


def test_the_demo_s_people_are_bad_in_production(settings):
    load_people()
    assert "people" not in {one.what for one in database.look()}
    settings.PRODUCTION = True

    finding = found(database.look, "people")
    User.objects.update(is_active=False)
    User.objects.filter(username="chief").update(is_active=True, email="a.colleague@example.net")

    assert (finding.grade, finding.seen) == (
        Grade.BAD,
        "The demo's people may sign in (chief, editor, photographer, reporter), with a password others may know.",
    )
    assert is_good(database.look, "people")


def test_without_redis_the_newsroom_works_on(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port()}"

    [finding] = processes.look()

    assert (finding.what, finding.grade) == ("Redis", Grade.MIND)
    assert "posts still come out" in finding.seen


@pytest.mark.xdist_group("pulse")
def test_workers_and_beat_that_are_not_there_are_bad(own_redis, monkeypatch):
    monkeypatch.setattr(processes, "WAIT", 0.1)

    redis_, workers, beat = processes.look()

    assert redis_.grade == Grade.GOOD
    assert (workers.grade, workers.seen) == (Grade.BAD, "None takes the queue publish and images and mail.")
    assert (beat.grade, beat.seen) == (Grade.BAD, "It was not heard for a day.")
    assert "Start the newsroom" in workers.mend


@pytest.mark.xdist_group("pulse")
def test_beat_is_heard_by_its_task_and_grows_stale(own_redis, monkeypatch):
    monkeypatch.setattr(processes, "WAIT", 0.1)
    tasks.release_due()
    assert is_good(processes.look, "beat")

    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=61)):
        finding = found(processes.look, "beat")

    assert (finding.grade, finding.seen) == (Grade.BAD, "It was heard 61 s ago, and should be each second.")


def test_a_storage_that_takes_nothing_is_bad(tmp_path, settings):
    (tmp_path / "file").write_text("no folder")
    options = {**settings.STORAGES["originals"]["OPTIONS"], "location": tmp_path / "file"}
    settings.STORAGES = {
        **settings.STORAGES,
        "originals": {**settings.STORAGES["originals"], "OPTIONS": options},
    }
    storages._storages = {}

    finding = found(files.look, "originals")

    assert (finding.grade, finding.seen) == (Grade.BAD, "Nothing can be stored: Not a directory")
    assert is_good(files.look, "renditions")


def test_a_full_disk_is_bad(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage(10 * 1024**4, 9 * 1024**4, 3 * 1024**3))

    finding = found(files.look, "disk")

    assert finding.grade == Grade.BAD
    assert finding.seen.endswith("are free in DATA_DIR.")


def test_what_everybody_may_read_is_bad(data_dir):
    (data_dir / "secret-key").write_text("secret")
    (data_dir / "secret-key").chmod(0o600)
    os.chmod(data_dir, 0o700)
    before = found(files.look, "private files")

    (data_dir / "secret-key").chmod(0o644)
    finding = found(files.look, "private files")

    assert str(data_dir / "secret-key") not in before.seen
    assert (finding.grade, str(data_dir / "secret-key") in finding.mend) == (Grade.BAD, True)


def backed_up(hours: float, *, encrypted: bool) -> None:
    at = timezone.now() - datetime.timedelta(hours=hours)
    log.note(
        {"file": "/elsewhere/a.tar", "at": at.isoformat(), "bytes": 1, "encrypted": encrypted, "keys": []}
    )


def test_a_backup_is_there_fresh_and_encrypted(settings):
    assert found(files.look, "backup").seen == "None was made here."
    settings.PRODUCTION = True
    assert found(files.look, "backup").grade == Grade.BAD

    backed_up(30, encrypted=True)
    old = found(files.look, "backup")
    backed_up(2, encrypted=False)
    plain = found(files.look, "backup")
    backed_up(1, encrypted=True)

    assert (old.grade, old.seen) == (Grade.BAD, "The last one is 30.0 hours old.")
    assert (plain.grade, plain.seen) == (Grade.MIND, "The last one is 2.0 hours old. It is not encrypted.")
    assert is_good(files.look, "backup")


@pytest.mark.parametrize(
    ("changes", "grade", "seen"),
    [
        (
            {"ALLOWED_HOSTS": ["other.example.org"]},
            Grade.BAD,
            "PUBLIC_URL's host is not among ALLOWED_HOSTS.",
        ),
        ({"ALLOWED_HOSTS": ["*"]}, Grade.BAD, "ALLOWED_HOSTS lets every name in."),
        ({"PRODUCTION": True}, Grade.BAD, "PUBLIC_URL is this machine alone."),
        (
            {"PUBLIC_URL": "https://127.0.0.1"},
            Grade.BAD,
            "PUBLIC_URL is https, and nothing here speaks it or is told that a proxy does.",
        ),
        (
            {"TRUSTED_PROXIES": 1, "HOST": "0.0.0.0"},
            Grade.MIND,
            "Proxies are trusted, and others may reach the web server past them and say any address.",
        ),
    ],
)
def test_an_address_that_does_not_fit_is_said(settings, changes, grade, seen):
    assert is_good(addresses.look, "address")
    for name, value in changes.items():
        setattr(settings, name, value)

    finding = found(addresses.look, "address")

    assert (finding.grade, finding.seen) == (grade, seen)
    assert finding.mend


@pytest.mark.parametrize(("days", "grade"), [(90, Grade.GOOD), (3, Grade.BAD), (-1, Grade.BAD)])
def test_a_certificate_that_ends_is_bad(settings, tmp_path, days, grade):
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]),
    )
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1)
    ends = timezone.now() + datetime.timedelta(days=days)
    builder = builder.not_valid_before(ends - datetime.timedelta(days=365)).not_valid_after(ends)
    (tmp_path / "cert.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    settings.TLS_CERT = str(tmp_path / "cert.pem")

    finding = found(addresses.look, "certificate")

    assert (finding.grade, finding.seen) == (grade, f"It is valid until {ends:%Y-%m-%d}.")


def test_a_certificate_that_is_none_is_bad(settings, tmp_path):
    (tmp_path / "cert.pem").write_text("words")
    settings.TLS_CERT = str(tmp_path / "cert.pem")

    assert found(addresses.look, "certificate").seen.startswith("TLS_CERT cannot be read: ")


def test_a_weak_key_is_bad_and_not_printed(settings):
    settings.SECRET_KEY = "hunter2hunter2"
    weak = found(addresses.look, "SECRET_KEY")
    settings.SECRET_KEY = "ab" * 40
    dull = found(addresses.look, "SECRET_KEY")
    settings.SECRET_KEY = "".join(map(chr, range(40, 110)))

    assert (weak.grade, dull.grade) == (Grade.BAD, Grade.BAD)
    assert "hunter2" not in weak.seen + weak.mend
    assert is_good(addresses.look, "SECRET_KEY")


def test_e_mail_that_goes_nowhere_is_said_and_no_password(settings):
    settings.MAILERS = environment.mailers("console:")
    assert found(addresses.look, "e-mail").grade == Grade.MIND

    settings.MAILERS = environment.mailers(f"smtp://ada:geheim@127.0.0.1:{closed_port()}")
    finding = found(addresses.look, "e-mail")

    assert (finding.grade, finding.seen) == (
        Grade.BAD,
        "The server does not take it: ConnectionRefusedError.",
    )
    assert "geheim" not in finding.seen + finding.mend


def test_django_s_own_warnings_are_named(settings):
    assert found(addresses.look, "check --deploy").grade == Grade.MIND
    settings.PRODUCTION = True

    finding = found(addresses.look, "check --deploy")

    assert finding.grade == Grade.BAD
    assert "security.W012" in finding.seen


@pytest.mark.xdist_group("pulse")
def test_the_command_says_all_of_it_and_ends_with_1(own_redis, monkeypatch, settings):
    monkeypatch.setattr(processes, "WAIT", 0.1)
    settings.SECRET_KEY = "hunter2"
    out = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out, no_color=True)

    lines = out.getvalue().splitlines()
    assert ended.value.code == 1
    assert "good  clock: This machine's and the database's agree." in lines
    assert any(line.startswith("bad   workers: None takes the queue") for line in lines)
    assert lines[-1].endswith("to mend.")
    assert "hunter2" not in out.getvalue()
