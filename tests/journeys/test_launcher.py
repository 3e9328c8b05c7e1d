"""`make run` as a person meets it: started twice, killed hard, without Redis, on a port in use."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings

from tests.journeys.conftest import PASSWORD, free_port, start_newsroom, status, stop_newsroom
from tests.processes import children_of, eventually, is_alive

pytestmark = [pytest.mark.journey, pytest.mark.processes, pytest.mark.xdist_group("launcher")]

DUE_POST = """
import datetime
from django.utils import timezone
from coverage.models import Event
from coverage.publishing import filing, programme, publication, schedule
from newsroom.editorial.people import User
event, made = Event.objects.get_or_create(slug="morning", defaults={"title": "A morning"})
if made:
    programme.announce(event, by=None)
chief, _ = User.objects.get_or_create(username="chief", is_superuser=True)
post = filing.create_post(event, by=chief, body="<p>Right on time.</p>")
at = timezone.now() + datetime.timedelta(seconds=2)
schedule.schedule(publication.post_by_id(post.pk), by=chief, publish_at=at)
print(at.timestamp())
"""


def entries(newsroom) -> list[dict]:
    """The record of the event that DUE_POST makes; none before it does."""
    address = f"{newsroom.address}/events/morning/updates.json?after=0"
    if status(address) == 404:
        return []
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)["entries"]


@pytest.fixture(scope="module")
def empty_newsroom(tmp_path_factory):
    newsroom = start_newsroom(tmp_path_factory.mktemp("empty"), NEWSROOM_DEMO="0")
    yield newsroom
    stop_newsroom(newsroom)


def test_an_empty_newsroom_greets_and_says_how_to_make_the_first_administrator(empty_newsroom):
    said = empty_newsroom.log.read_text()

    command = next(line.strip() for line in said.splitlines() if "manage.py setup" in line)
    assert command == f"DATA_DIR={shlex.quote(str(empty_newsroom.data_dir))} .venv/bin/python manage.py setup"
    assert "password" not in said
    assert status(f"{empty_newsroom.address}/") == 200
    assert status(f"{empty_newsroom.address}/readyz") == 200
    assert "KubeCon" not in said


def test_the_doctor_finds_its_processes_well(empty_newsroom):
    def seen() -> set[str]:
        answer = subprocess.run(
            [sys.executable, "manage.py", "doctor"],
            env=empty_newsroom.environment,
            capture_output=True,
            text=True,
        )
        return set(answer.stdout.splitlines())

    well = {
        "good  Redis: It answers.",
        "good  workers: 2 answer, and every queue has one.",
        "good  beat: It is heard, and the worker for publishing works.",
        "good  private files: Database, keys and backups are for this account alone.",
    }
    assert eventually(lambda: well <= seen(), every=1), seen()


def test_it_is_backed_up_while_it_runs_and_not_replaced(empty_newsroom, tmp_path):
    said = empty_newsroom.command("backup", str(tmp_path / "a.tar"))

    with pytest.raises(subprocess.CalledProcessError) as refused:
        empty_newsroom.command("restore", str(tmp_path / "a.tar"), "--replace", "--no-input")

    assert f"{tmp_path}/a.tar: " in said
    assert "The newsroom is running. Stop it first." in refused.value.stderr


def test_the_command_it_prints_makes_the_first_administrator_there(empty_newsroom):
    said = empty_newsroom.log.read_text()
    command = next(line.strip() for line in said.splitlines() if "manage.py setup" in line)

    subprocess.run(
        f"{command} --no-input --name Hall --admin first --admin-email first@example.org",
        shell=True,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "SETUP_PASSWORD": PASSWORD},
        check=True,
        capture_output=True,
    )

    ask = "from newsroom.editorial.people import User; print(User.objects.get(username='first').is_superuser)"
    assert empty_newsroom.command("shell", "-v", "0", "-c", ask).strip() == "True"


def test_a_second_start_on_the_same_data_says_so(empty_newsroom):
    second = subprocess.run(
        [sys.executable, "-m", "newsroom.launcher"],
        env={**empty_newsroom.environment, "PORT": str(free_port())},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert second.returncode == 2
    assert second.stderr.startswith("The newsroom cannot start: A newsroom already runs on")


def test_a_port_in_use_is_named_with_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        second = subprocess.run(
            [sys.executable, "-m", "newsroom.launcher"],
            env={**os.environ, "DATA_DIR": str(tmp_path), "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert second.returncode == 2
    assert f"Choose another: make run PORT={port + 1}" in second.stderr


def test_a_due_post_comes_out_by_itself_once(empty_newsroom):
    due = float(empty_newsroom.command("shell", "-v", "0", "-c", DUE_POST).split()[-1])

    shown = eventually(lambda: [e for e in entries(empty_newsroom) if e["op"] == "publish"])

    assert time.time() >= due
    assert len(shown) == 1
    assert "Right on time." in shown[0]["html"]


def test_with_redis_dead_the_web_process_releases_and_so_does_the_command(tmp_path):
    newsroom = start_newsroom(tmp_path, NEWSROOM_DEMO="0", REDIS_URL="unix:///nowhere/valkey.sock")
    try:
        newsroom.command("shell", "-v", "0", "-c", DUE_POST)

        assert eventually(lambda: [e for e in entries(newsroom) if e["op"] == "publish"])
        processes = web_processes(newsroom)
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        try:
            newsroom.command("shell", "-v", "0", "-c", DUE_POST)
            said = eventually(lambda: released(newsroom))
        finally:
            for pid in processes:
                os.kill(pid, signal.SIGCONT)
        assert "released post Right on time." in said
    finally:
        stop_newsroom(newsroom)


def released(newsroom) -> str:
    said = newsroom.command("release_due")
    return said if "released" in said else ""


def web_processes(newsroom) -> list[int]:
    """granian and its worker, parent first."""
    lifeline = next(p for p in children_of(newsroom.process.pid) if "granian" in command_line(p))
    return children_of(lifeline)[1:]


def command_line(pid: int) -> str:
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout


def test_killed_hard_it_leaves_nothing_running_and_starts_again(tmp_path):
    first = start_newsroom(tmp_path, NEWSROOM_DEMO="0")
    first.command("shell", "-v", "0", "-c", DUE_POST)
    family = children_of(first.process.pid)
    assert len(family) > 8

    first.process.kill()
    first.process.wait()
    left = eventually(lambda: not [pid for pid in family if is_alive(pid)], seconds=40)
    assert left, [command_line(pid) for pid in family if is_alive(pid)]

    second = start_newsroom(tmp_path, NEWSROOM_DEMO="0")
    try:
        assert eventually(lambda: [e for e in entries(second) if e["op"] == "publish"])
    finally:
        stop_newsroom(second)
    assert second.process.returncode == 0
    assert "Traceback" not in second.log.read_text()


def test_a_child_that_dies_is_started_again(empty_newsroom):
    processes = web_processes(empty_newsroom)

    os.kill(processes[0], signal.SIGKILL)
    assert eventually(lambda: "The web server ended" in empty_newsroom.log.read_text())

    def answers() -> bool:
        try:
            return status(f"{empty_newsroom.address}/livez") == 200
        except OSError:
            return False

    assert eventually(lambda: not [pid for pid in processes if is_alive(pid)])
    assert eventually(answers)


def test_with_two_workers_two_beats_and_a_command_at_once_it_comes_out_once(empty_newsroom):
    celery = [sys.executable, "-m", "celery", "-q", "-A", "newsroom"]
    second = [
        [*celery, "worker", "-Q", "publish", "-P", "solo", "-n", "second@%h", "--loglevel", "WARNING"],
        [*celery, "beat", "--loglevel", "WARNING", "--pidfile="],
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen(command, env=empty_newsroom.environment, **quiet) for command in second]

    def published() -> list[str]:
        return [entry["post"] for entry in entries(empty_newsroom) if entry["op"] == "publish"]

    try:
        before = len(published())
        for _ in range(3):
            empty_newsroom.command("shell", "-v", "0", "-c", DUE_POST)
        eventually(lambda: empty_newsroom.command("release_due") and len(published()) >= before + 3)
        said = {empty_newsroom.command("release_due") for _ in range(3)}
    finally:
        for process in running:
            process.terminate()
            process.wait(30)

    assert len(published()) == len(set(published())) == before + 3
    assert said == {"nothing is due\n"}
