"""A prober is told that the newsroom cannot work, and what of publishing is late."""

import datetime

import pytest
from django.conf import settings as project
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from coverage.live.freshness import freshness
from coverage.models import Keynote, Post
from coverage.publishing import pulse
from newsroom import standing
from newsroom.editorial import impatient
from tests import factories
from tests.coverage.publishing.test_schedule import scheduled

# One worker: all share the Redis that knows when beat was heard.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("pulse")]
NOWHERE = "unix:///nowhere/valkey.sock"


@pytest.fixture
def heard():
    """Beat is heard now; afterwards nobody has heard it."""
    pulse.beat()
    yield
    forget_beat()


def forget_beat() -> None:
    impatient.server(project.REDIS_URL).delete(pulse.KEY)


def make_late(post: Post, **by: float) -> None:
    Post.objects.filter(pk=post.pk).update(publish_at=timezone.now() - datetime.timedelta(**by))


def test_a_process_lives_without_a_database(client):
    assert client.get("/livez").content == b"alive\n"


def test_ready_with_everything(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "redis": "ok"})


def test_ready_and_degraded_without_redis(client, settings):
    settings.REDIS_URL = NOWHERE

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "redis": "degraded"})


def test_not_ready_before_its_migrations(client):
    name = max(name for app, name in standing.migrations() if app == "coverage")
    MigrationRecorder(connection).record_unapplied("coverage", name)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["database"]) == (503, "behind")


def test_ready_with_a_database_that_the_next_code_migrated(client):
    MigrationRecorder(connection).record_applied("coverage", "9999_of_the_next_code")

    assert client.get("/readyz").status_code == 200


def test_publishing_stands_well_when_nothing_is_due(client, heard):
    scheduled()

    answer = client.get("/healthz/publishing")

    said = answer.json()
    assert (answer.status_code, said["database"], said["late"]) == (200, "ok", [])
    assert said["seconds"]["oldest_due"] == said["seconds"]["unfinished_page"] == 0
    assert said["seconds"]["record_looked_at"] is None
    assert 0 <= said["seconds"]["beat"] < standing.MOST["beat"]


@pytest.mark.parametrize(("seconds", "status", "late"), [(5, 200, []), (30, 503, ["oldest_due"])])
def test_what_is_due_and_not_released_is_late_after_a_while(client, heard, seconds, status, late):
    make_late(scheduled(), seconds=seconds)
    make_late(scheduled(), seconds=1)

    answer = client.get("/healthz/publishing")

    assert (answer.status_code, answer.json()["late"]) == (status, late)
    assert seconds <= answer.json()["seconds"]["oldest_due"] < seconds + 60


def test_an_announcement_that_is_late_counts_too(client, heard):
    keynote = factories.make_keynote(factories.make_event())
    Keynote.objects.filter(pk=keynote.pk).update(
        held=True, announce_at=timezone.now() - datetime.timedelta(minutes=2)
    )

    assert client.get("/healthz/publishing").json()["late"] == ["oldest_due"]


def test_a_beat_that_is_not_heard_is_late(client):
    forget_beat()

    answer = client.get("/healthz/publishing")

    assert (answer.status_code, answer.json()["late"]) == (503, ["beat"])
    assert answer.json()["seconds"]["beat"] is None


def test_without_redis_nobody_knows_of_beat(client, settings):
    settings.REDIS_URL = NOWHERE

    answer = client.get("/healthz/publishing")

    assert (answer.status_code, answer.json()["seconds"]["beat"]) == (200, None)


def test_a_page_that_is_not_finished_is_late_after_a_while(client, heard, monkeypatch):
    monkeypatch.setattr(freshness, "_owed", {"summit": -1e9, "other": -1})

    answer = client.get("/healthz/publishing")

    assert (answer.status_code, answer.json()["late"]) == (503, ["unfinished_page"])


def test_a_process_that_cannot_look_at_the_record_is_late(client, heard, monkeypatch):
    monkeypatch.setattr(freshness, "_looked", -1e9)

    assert client.get("/healthz/publishing").json()["late"] == ["record_looked_at"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"REMOTE_ADDR": "192.0.2.7"}, 404),
        ({"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 404),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer a secret token"}, 200),
    ],
)
def test_how_publishing_stands_is_for_whom_the_figures_are(client, heard, settings, given, status):
    settings.METRICS_TOKEN = "a secret token"

    assert client.get("/healthz/publishing", **given).status_code == status


def test_without_a_database_everything_says_so(client):
    with connection.execute_wrapper(away):
        ready, publishing = client.get("/readyz"), client.get("/healthz/publishing")
        figures = client.get("/metrics").content.decode()

    assert (ready.status_code, ready.json()["database"]) == (503, "down")
    assert (publishing.status_code, publishing.json()) == (503, {"database": "down", "late": []})
    assert "newsroom_database_up 0.0" in figures
    assert "newsroom_oldest_due_seconds" not in figures


def away(execute, sql, params, many, context):
    raise OperationalError("the server is away")
