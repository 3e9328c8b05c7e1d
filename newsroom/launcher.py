"""`make run`: everything a newsroom needs on one machine, started in order, watched, and stopped together."""

import contextlib
import fcntl
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import django
import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from environs import EnvError

from coverage.record.wall import has_own_role
from newsroom import phone, valkey

READY_SECONDS = 30
HEADERS = 65_536  # bytes a request may have of them
GRACE_SECONDS = 20  # a process has to end by itself, beside what the web server needs for its streams


class CannotStart(Exception):
    """Said to the person as one sentence."""


class Stopped(Exception):
    """Ctrl-C while the demo event was being loaded."""


@dataclass
class Child:
    """One process under a lifeline; `restarts` counts how often it came back by itself."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    logs_to_file: bool = True
    restarts: int = 0
    started_at: float = field(default=0.0)

    def start(self) -> None:
        grace = str(settings.DRAIN_SECONDS + GRACE_SECONDS)
        lifeline = [sys.executable, "-S", "-E", str(Path(__file__).with_name("lifeline.py")), grace]
        with contextlib.ExitStack() as files:
            log = files.enter_context(open(self.log_file(), "a")) if self.logs_to_file else None
            self.process = subprocess.Popen(  # noqa: S603
                lifeline + self.command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=settings.BASE_DIR,
            )
        self.started_at = time.monotonic()

    def log_file(self) -> Path:
        return log_folder() / f"{self.name.replace(' ', '-')}.log"

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.stdin.close()

    def wait(self) -> None:
        if self.process:
            self.process.wait()


def log_folder() -> Path:
    return settings.DATA_DIR / "logs"


def celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-q", "-A", "newsroom", *arguments]


def web_command() -> list[str]:
    command = [
        *[sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1"],
        *[
            "--host",
            settings.HOST,
            "--port",
            str(settings.PORT),
            "--backlog",
            "4096",
            "--backpressure",
            "20000",
        ],
        # Bytes of a request's headers; granian's own limits are 400 KiB, and 16 MiB over HTTP/2.
        *["--http1-buffer-size", str(HEADERS), "--http2-max-headers-size", str(HEADERS)],
        *[
            "--no-access-log",
            "--log-level",
            "warning",
            "--workers-kill-timeout",
            str(settings.DRAIN_SECONDS + 10),
        ],
    ]
    if settings.PRODUCTION:
        command += ["--log-config", str(Path(__file__).with_name("granian_log.json"))]
    if settings.TLS_CERT:
        command += ["--ssl-certificate", settings.TLS_CERT, "--ssl-keyfile", settings.TLS_KEY]
    return [*command, "newsroom.asgi:application"]


def children() -> list[Child]:
    """The processes in the order they start; they stop in the opposite order."""
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    processes = [
        Child(
            "worker for publishing",
            celery("worker", "-Q", "publish", "-P", "solo", "-n", "publish@%h", *quiet),
        ),
        Child(
            "worker for pictures",
            celery("worker", "-Q", "images,mail", "-c", "2", "-n", "images@%h", *quiet),
        ),
        Child("beat", celery("beat", "--loglevel", "WARNING", "--pidfile=")),
        Child("web server", web_command(), logs_to_file=False),
    ]
    if settings.OWN_VALKEY:
        processes.insert(0, Child("Valkey", valkey.command(settings.DATA_DIR)))
    return processes


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Holds DATA_DIR for this launcher. A lock of a killed launcher is gone with it."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with open(settings.DATA_DIR / "run.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                f"A newsroom already runs on {settings.DATA_DIR}. Stop it, or give this one its own DATA_DIR and PORT."
            ) from None
        yield


def check_port() -> None:
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            raise CannotStart(
                f"Port {settings.PORT} on {settings.HOST} cannot be used ({error.strerror}). "
                f"Choose another: make run PORT={settings.PORT + 1}"
            ) from None


def prepare() -> None:
    """Brings the database and the static files up to date, and begins new logs."""
    shutil.rmtree(log_folder(), ignore_errors=True)
    log_folder().mkdir(parents=True)
    call_command("migrate", verbosity=0, interactive=False)
    if has_own_role():
        call_command("public_role")
    call_command("collectstatic", verbosity=0, interactive=False)


def wait_for_redis(stopping: threading.Event) -> None:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1)
    for _ in range(READY_SECONDS * 20):
        with contextlib.suppress(redis.RedisError):
            client.ping()
            return
        if stopping.wait(0.05):
            return
    print(f"Redis does not answer at {settings.REDIS_URL}: the newsroom runs on without it.", file=sys.stderr)


def wait_for_web(web: Child, stopping: threading.Event) -> None:
    scheme = "https" if settings.TLS_CERT else "http"
    host = "127.0.0.1" if settings.HOST in phone.EVERYWHERE else settings.HOST
    request = urllib.request.Request(  # noqa: S310
        f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.PORT}/livez",
        headers={"Host": settings.PUBLIC_HOST},
    )
    context = None
    if settings.TLS_CERT:
        import ssl

        context = ssl._create_unverified_context()  # noqa: S323 - our own process, on this machine
    for _ in range(READY_SECONDS * 10):
        if web.process.poll() is not None:
            raise CannotStart("The web server stopped while starting; its message stands above.")
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(request, timeout=2, context=context)  # noqa: S310
            return
        if stopping.wait(0.1):
            return
    raise CannotStart(
        f"The web server does not answer on port {settings.PORT} after {READY_SECONDS} seconds."
    )


def load_demo(stopping: threading.Event) -> None:
    """Told to stop, it leaves off between two pictures or posts, and the next start goes on from there."""
    from coverage.demo.load import load, unfinished
    from coverage.management.progress import counted
    from coverage.models import Event

    def until_stopped(items: list, what: str) -> Iterator:
        for item in counted(items, len(items), what, sys.stdout):
            if stopping.is_set():
                raise Stopped
            yield item

    if settings.NEWSROOM_DEMO and (unfinished() or not Event.objects.exists()):
        print("Drawing and loading the demo event (NEWSROOM_DEMO=0 starts an empty newsroom) …", flush=True)
        with contextlib.suppress(Stopped):
            load(until_stopped)


def say_hello() -> None:
    from newsroom.editorial.people import User

    print(f"\nNewsroom runs at {settings.PUBLIC_URL}/ (stop it with Ctrl-C)")
    print(f"  readers    {settings.PUBLIC_URL}/")
    print(f"  the desk   {settings.PUBLIC_URL}/admin/")
    print(f"  the field  {settings.PUBLIC_URL}/field/")
    print(f"  logs       {log_folder()}")
    if settings.HOST in phone.EVERYWHERE:
        greet_phones(with_code=sys.stdout.isatty())
    if settings.NEWSROOM_DEMO:
        call_command("demo", "--sign-ins")
    elif not User.objects.exists():
        print("  Nobody can sign in yet. Name the newsroom, and make the first administrator:")
        print(f"    DATA_DIR={shlex.quote(str(settings.DATA_DIR))} .venv/bin/python manage.py setup")
    print(flush=True)


def greet_phones(*, with_code: bool) -> None:
    """Where a phone in the same network finds the field, and its QR code if somebody looks."""
    address = f"{settings.PUBLIC_URL}/field/"
    print(f"  on a phone {address}")
    if settings.PUBLIC_HOST in ("127.0.0.1", "localhost"):
        print("    That is this machine alone: connect it to a network, or say its address in PUBLIC_URL.")
    elif with_code:
        print(phone.code(address))
    if not address.startswith("https:"):
        print(
            "    Filing offline needs HTTPS: browsers keep the app for no other address. Set TLS_CERT and TLS_KEY,"
        )
        print(
            "    or put a proxy with a certificate in front. Over HTTP the form works while there is a network."
        )


def watch(processes: list[Child], stopping: threading.Event) -> None:
    """Starts again what ends by itself, with a growing pause, until told to stop."""
    while not stopping.wait(0.5):
        for child in processes:
            if child.process.poll() is None:
                continue
            if time.monotonic() - child.started_at > 60:
                child.restarts = 0
            pause = min(2**child.restarts, 30)
            print(
                f"The {child.name} ended (status {child.process.returncode}); it starts again in {pause} s.",
                file=sys.stderr,
            )
            if stopping.wait(pause):
                return
            child.restarts += 1
            child.start()


def run() -> None:
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: stopping.set())
    with only_one():
        check_port()
        print("Preparing the database and the pages …", flush=True)
        prepare()
        processes = children()
        try:
            for child in processes:
                child.start()
                if child.name == "Valkey":
                    wait_for_redis(stopping)
            wait_for_web(processes[-1], stopping)
            if not stopping.is_set():
                load_demo(stopping)
            if not stopping.is_set():
                say_hello()
            watch(processes, stopping)
        finally:
            print("Stopping …", flush=True)
            for child in reversed(processes):
                child.stop()
                if child.name != "web server":
                    child.wait()
            processes[-1].wait()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        django.setup()
        run()
    except (ImproperlyConfigured, EnvError, CommandError, CannotStart, valkey.NoServer) as error:
        print(f"The newsroom cannot start: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
