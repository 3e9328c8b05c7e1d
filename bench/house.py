"""The machines of `bench.machines` and what runs on them: the launcher's commands, and the services they need."""

import argparse
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import network
from bench.network import Machine

NAMES = ["database", "redis", "store", "worker-1", "worker-2", "web-1", "web-2", "balancer", "readers"]
WEBS = ("web-1", "web-2")
WORKERS = ("worker-1", "worker-2")
HOST = "news.example.org"
SETTLE = 5.0  # seconds between one web host that is back and the next: nginx has to have seen it
CODE = Path(__file__).parents[1]
BUCKETS = ("pictures", "originals")


def environment(machines: dict[str, Machine], drain: int) -> dict[str, str]:
    """What deploy/compose.yaml gives every service, for these machines."""
    at = {name: machine.address for name, machine in machines.items()}
    return {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "NEWSROOM_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "VAPID_PRIVATE_KEY": secrets.token_urlsafe(32),
        "PUBLIC_URL": f"https://{HOST}",
        "HOST": "0.0.0.0",
        "PORT": "8000",
        "TRUSTED_PROXIES": "1",
        "DRAIN_SECONDS": str(drain),
        "STREAMS_PER_ADDRESS": "100000",
        "DATABASE_URL": f"postgres://newsroom@{at['database']}/postgres",
        "DATABASE_PUBLIC_URL": f"postgres://readers:{secrets.token_hex(8)}@{at['database']}/postgres",
        "REDIS_URL": f"redis://{at['redis']}:6379/0",
        "PICTURES_S3_BUCKET": BUCKETS[0],
        "PICTURES_S3_ORIGINALS_BUCKET": BUCKETS[1],
        "PICTURES_S3_ENDPOINT": f"http://{at['store']}:5000",
        "PICTURES_S3_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "newsroom",
        "AWS_SECRET_ACCESS_KEY": secrets.token_hex(16),
        "PUSH_SERVICES": "",
        "EMAIL_URL": "console:",
        "METRICS_TOKEN": "",
        "DATA_DIR": str(machines["readers"].folder / "data"),
    }


@dataclass
class House:
    """The newsroom's machines, and what runs on them by `<machine> <the launcher's name>`."""

    machines: dict[str, Machine]
    folder: Path
    chosen: argparse.Namespace
    said: dict[str, str] = field(default_factory=dict)
    processes: dict[tuple[str, str], subprocess.Popen] = field(default_factory=dict)
    replaced: dict[str, float] = field(default_factory=dict)  # seconds until it was there again
    is_over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def open(self) -> Iterator[None]:
        """All of it runs meanwhile. This process is on the readers' machine, and set up to work on the newsroom."""
        self.said = environment(self.machines, self.chosen.drain)
        os.environ.update(self.said)
        network.move_to(self.machines["readers"])
        self.start_services()
        import django
        from django.db import connections

        django.setup()
        self.install()
        for name in WEBS:
            self.start(name, "web server")
        for name in WORKERS:
            for what in workers():
                self.start(name, what)
        self.start("worker-1", "beat")
        self.start_balancer()
        for name in WEBS:
            self.wait_for_web(name)
        try:
            yield
        finally:
            connections.close_all()

    def start_services(self) -> None:
        from newsroom.valkey import binary
        from tests.services import make_cluster

        database, redis, store = (self.machines[name] for name in ("database", "redis", "store"))
        store.start("moto", [sys.executable, "-m", "moto.server", "-H", store.address, "-p", 5000])
        networked = ["--bind", redis.address, "--port", 6379, "--protected-mode", "no", "--save", ""]
        redis.start("valkey", [binary(), *networked, "--dir", redis.folder])
        programs, cluster, _ = make_cluster(database.folder)
        with open(cluster / "pg_hba.conf", "a") as rules:
            rules.write(f"host all all {network.PREFIX}.0/24 trust\n")
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        own = ["-c", f"listen_addresses={database.address}", "-c", f"unix_socket_directories={cluster}"]
        database.start("postgres", [*nobody, programs / "postgres", "-D", cluster, *own])
        wait_until(lambda: listens(database.address, 5432), "PostgreSQL")
        wait_until(lambda: listens(redis.address, 6379), "Redis")
        wait_until(lambda: listens(store.address, 5000), "The object store")

    def install(self) -> None:
        """What the image has in it and what is done before the first start."""
        import boto3
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        for name in (*WORKERS, *WEBS):
            disk = self.machines[name].folder / "data"
            disk.mkdir()
            (disk / "static").symlink_to(Path(self.said["DATA_DIR"]) / "static")
            (disk / "partials").symlink_to(shared := self.folder / "partials")
            shared.mkdir(exist_ok=True)
        store = boto3.client("s3", endpoint_url=self.said["PICTURES_S3_ENDPOINT"], region_name="us-east-1")
        for bucket in BUCKETS:
            store.create_bucket(Bucket=bucket)
        self.migrate("web-1")

    def migrate(self, name: str, settings: str = "newsroom.settings") -> None:
        """As the compose file does before new code starts."""
        for command in (["migrate"], ["public_role"]):
            manage = [sys.executable, CODE / "manage.py", *command]
            env = self.environment(name) | {"DJANGO_SETTINGS_MODULE": settings}
            self.machines[name].run("migrate", manage, env=env, cwd=CODE)

    def environment(self, name: str) -> dict[str, str]:
        return {**os.environ, **self.said, "DATA_DIR": str(self.machines[name].folder / "data")}

    def start(self, name: str, what: str) -> None:
        command = next(child.command for child in launched() if child.name == what)
        self.processes[name, what] = self.machines[name].start(
            what.replace(" ", "-"), command, env=self.environment(name), cwd=CODE
        )

    def replace(self, name: str, what: str) -> None:
        """Ends one process, and starts it anew when it has ended."""
        began = time.monotonic()
        network.end(self.processes[name, what])
        self.start(name, what)
        if what == "web server":
            self.wait_for_web(name)
        self.replaced[f"{name}'s {what}"] = time.monotonic() - began

    def wait_for_web(self, name: str) -> None:
        wait_until(lambda: is_ready(self.machines[name].address), f"{name}'s web server", 90)

    def start_balancer(self) -> None:
        from tests import nginx
        from tests.journeys.test_tls import make_certificate

        balancer = self.machines["balancer"]
        certificate, key = make_certificate(balancer.folder)
        webs = "; server ".join(f"{self.machines[name].address}:8000 fail_timeout=3s" for name in WEBS)
        command = nginx.configured(
            balancer.folder,
            listen="443 ssl http2",
            newsroom=webs,
            live=webs,
            data_dir=balancer.folder,
            http=f"ssl_certificate {certificate}; ssl_certificate_key {key}; keepalive_requests 100000;",
            connections=4 * self.chosen.streams + 1000,
        )
        balancer.start("nginx", command)
        wait_until(lambda: listens(balancer.address, 443), "nginx")

    def roll(self) -> None:
        """Replaces what runs, one after the other; the database is migrated between the two web hosts. Leaves off
        between two when it is over."""
        steps: list[Callable] = [
            partial(self.replace, "web-1", "web server"),
            partial(self.migrate, "web-1", settings="bench.expanding.settings"),
            partial(self.is_over.wait, SETTLE),
            partial(self.replace, "web-2", "web server"),
        ]
        if not self.chosen.in_short:
            steps += [partial(self.replace, *key) for key in self.processes if key[1] != "web server"]
        for step in [*steps, partial(self.is_over.wait, SETTLE)]:
            if not self.is_over.is_set():
                step()


def launched() -> list:
    from newsroom.launcher import children

    return children()


def workers() -> list[str]:
    return [child.name for child in launched() if child.name.startswith("worker")]


def is_ready(address: str) -> bool:
    request = urllib.request.Request(f"http://{address}:8000/readyz", headers={"Host": HOST})
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def listens(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} was not there within {seconds:.0f} seconds.")
        time.sleep(0.05)
