"""Journeys run against the newsroom as `make run` starts it: one for the session, with the demo event."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import nginx
from tests.push_service import push_service

PASSWORD = "a demo password for tests"
START_SECONDS = 120
# From its first line to the empty one at its end: who can sign in stands between.
GREETING = re.compile(r"stop it with Ctrl-C.*\n\n", re.DOTALL)


@dataclass(frozen=True)
class RunningNewsroom:
    """A newsroom started by its launcher, on a free port of this machine."""

    address: str
    data_dir: Path
    process: subprocess.Popen
    log: Path
    environment: dict[str, str]

    def command(self, *arguments: str) -> str:
        """What a `manage.py` command prints, run on this newsroom's data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_newsroom(folder: Path, **variables: str) -> RunningNewsroom:
    """Starts the launcher and waits until it greets. What it prints is in `log`."""
    port = free_port()
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_ALLOW_ASYNC_UNSAFE")
    }
    environment |= {
        "DATA_DIR": str(folder / "data"),
        "PORT": str(port),
        "NEWSROOM_DEMO_PASSWORD": PASSWORD,
        "PYTHONUNBUFFERED": "1",
        **variables,
    }
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "newsroom.launcher"], env=environment, stdout=output, stderr=output
        )
    newsroom = RunningNewsroom(f"http://127.0.0.1:{port}", folder / "data", process, log, environment)
    deadline = time.monotonic() + START_SECONDS
    while not GREETING.search(log.read_text()) and time.monotonic() < deadline:
        if process.poll() is not None:
            break
        time.sleep(0.05)
    assert GREETING.search(log.read_text()), log.read_text()
    return newsroom


def stop_newsroom(newsroom: RunningNewsroom) -> None:
    newsroom.process.send_signal(signal.SIGINT)
    newsroom.process.wait(60)


def status(address: str) -> int:
    """The HTTP status of a GET."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture(scope="session")
def service():
    """The push service and the hub of the session's newsroom."""
    with push_service() as service:
        yield service


@pytest.fixture(scope="session")
def with_demo(tmp_path_factory):
    """Makes a folder with the data of a newsroom that has the demo event. The first start of all workers' loads it,
    the others copy what that one left: drawing its pictures takes longest."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    kept = shared / "with-demo"

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        with (shared / "with-demo.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                first = start_newsroom(tmp_path_factory.mktemp("first"))
                stop_newsroom(first)
                first.data_dir.rename(kept)
        shutil.copytree(kept, folder / "data", ignore=shutil.ignore_patterns("logs", "run.lock"))
        return folder

    return make


@pytest.fixture(scope="session")
def newsroom(with_demo, service):
    newsroom = start_newsroom(
        with_demo("newsroom"), PUSH_SERVICES=service.origin, WEBSUB_HUB=f"{service.origin}/hub"
    )
    yield newsroom
    stop_newsroom(newsroom)


@pytest.fixture(scope="session")
def fronted(tmp_path_factory, with_demo):
    """The public address of a newsroom behind nginx, and the newsroom, which writes page files."""
    nginx.program()
    port = free_port()
    newsroom = start_newsroom(
        with_demo("behind"),
        TRUSTED_PROXIES="1",
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        ALLOWED_HOSTS="127.0.0.1",
        PAGE_FILES="1",
    )
    folder = tmp_path_factory.mktemp("nginx")
    with nginx.running(folder, newsroom=newsroom.address, data_dir=newsroom.data_dir, port=port) as public:
        yield public, newsroom
    stop_newsroom(newsroom)


@pytest.fixture
def reader(browser, newsroom):
    """A reader's phone: a page with no session."""
    context = browser.new_context(base_url=newsroom.address, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.problems = []
    page.on(
        "console", lambda message: page.problems.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    context.close()


def watch(page):
    """Notes what goes wrong in a page's scripts and what the policy forbids."""
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console", lambda said: page.problems.append(said.text) if "Content Security" in said.text else None
    )
    return page


@pytest.fixture
def sign_in(browser, newsroom):
    """Signs a demo person in and gives her page."""
    contexts = []

    def go(name: str, *, width: int = 1280, height: int = 900, landing: str = "/admin/", **options):
        context = browser.new_context(
            base_url=newsroom.address, viewport={"width": width, "height": height}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"/admin/login/?next={landing}")
        page.locator("input[name=username]").fill(name)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(f"**{landing}")
        return page

    yield go
    for context in contexts:
        context.close()
