"""A whole newsroom of a test's own: PostgreSQL, Valkey, and two of each process of ours. What ends is started again at
once, as systemd would do it, unless a fault holds it.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from newsroom import launcher, valkey
from tests import services
from tests.faults.gate import Gate
from tests.journeys.conftest import free_port
from tests.processes import children_of, eventually

READY = 180  # seconds it has to start in, and to start again
PARTICULAR = re.compile(r"[0-9a-f]{8}-[-0-9a-f]{27}|\b[0-9a-f]{32}\b|\d+")
LOOK = 0.05  # seconds between two looks at what has ended
EVENT = "hall"

# Of the empty database: tables, files, who works there and her token, the readers' role. Printed as JSON.
SEED = f"""
import json
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("public_role", stdout=open("/dev/null", "w"))
call_command("collectstatic", verbosity=0, interactive=False)
from knox.models import get_token_model
from newsroom.editorial import roles
from tests import factories
event = factories.make_event(slug={EVENT!r}, title="The hall")
people = {{"chief": factories.make_chief(username="chief", byline="Ada Chief")}}
for name in ("editor", "sub"):
    people[name] = factories.make_editor(username=name, byline=name.title())
for name in ("rosa", "omar", "lin"):
    people[name] = factories.make_person(roles.REPORTER, username=name, byline=name.title())
    factories.assign(people[name], event)
print(json.dumps({{name: get_token_model().objects.create(one)[1] for name, one in people.items()}}))
"""


class Part:
    """One of its processes with all below it. `log`: a file. `account`: whose it is, for subprocess."""

    def __init__(self, name: str, command: list, environment: dict, log: Path, account: dict | None = None):
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.account = account or {}
        self.process: subprocess.Popen | None = None
        self.is_held = False
        self.ends: list[float] = []  # when it was found ended, seconds since 1970

    def start(self) -> None:
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=None if not self.account else "/",
                **self.account,
            )

    def look(self) -> None:
        """Starts it again if it has ended."""
        if self.process and not self.is_held and self.process.poll() is not None:
            self.ends.append(time.time())
            self.send(signal.SIGKILL)  # what it left behind holds its port
            self.start()

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def child(self) -> int:
        """The first process below it. Waits for it."""
        return eventually(lambda: children_of(self.process.pid)[1:], READY)[0]

    def kill(self) -> None:
        """Returns when it is gone."""
        if self.process:
            self.send(signal.SIGKILL)
            self.process.wait()


class Whole:
    """Runs inside `running`. Of two, the second reaches database and Redis over lines that can be broken.

    `alone`: the kinds of which there is only the first.
    """

    def __init__(self, folder: Path, alone: frozenset[str] = frozenset(), **environment: str):
        self.folder, self.data_dir, self.logs = folder, folder / "data", folder / "logs"
        self.crashes = folder / "crashes"
        self.ports = {name: free_port() for name in ("web 1", "web 2", "postgres", "redis")}
        self.parts: dict[str, Part] = {}
        self.tokens: dict[str, str] = {}
        self.to_database = Gate(self.ports["postgres"])
        self.to_redis = Gate(self.ports["redis"])
        self.alone, self.lent = alone, environment
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="watch", daemon=True)
        for made in (self.data_dir, self.logs, self.crashes):
            made.mkdir()
        folder.chmod(0o755)
        (self.crashes / "for-tests").touch()

    @property
    def doors(self) -> list[int]:
        return [self.ports["web 1"], self.ports["web 2"]]

    @property
    def addresses(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.doors]

    def environment(self, number: int = 1, **more: str) -> dict[str, str]:
        """Of our own processes; `number` 2 goes over the lines."""
        names = ("DATABASE_URL", "DATABASE_PUBLIC_URL", "REDIS_URL", "DATA_DIR", "DJANGO_ALLOW_ASYNC_UNSAFE")
        inherited = {name: value for name, value in os.environ.items() if name not in names}
        database = self.ports["postgres"] if number == 1 else self.to_database.port
        redis = self.ports["redis"] if number == 1 else self.to_redis.port
        own = {
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "NEWSROOM_ENV": "development",
            "SECRET_KEY": "of a whole newsroom for tests",
            "DATA_DIR": str(self.data_dir),
            "DATABASE_URL": f"postgres://newsroom@127.0.0.1:{database}/postgres",
            "DATABASE_PUBLIC_URL": f"postgres://readers:readers@127.0.0.1:{database}/postgres",
            "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
            "PAGE_FILES": "1",
            "STREAMS_PER_ADDRESS": "5000",
            "CRASH_AT": str(self.crashes),
        }
        return {**inherited, **own, **self.lent, **more}

    def start(self) -> None:
        """Everything, in order; returns when both doors answer."""
        programs, cluster, account = services.make_cluster(self.folder)
        own = {"listen_addresses": "127.0.0.1", "port": self.ports["postgres"], "max_connections": 200}
        given = {**own, "unix_socket_directories": cluster}
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        self._add("postgres", [programs / "postgres", "-D", cluster, *options], account)
        redis = [valkey.binary(), "--port", str(self.ports["redis"]), "--bind", "127.0.0.1", "--save", ""]
        self._add("redis", [*redis, "--dir", str(self.folder), "--loglevel", "warning"])
        for part in self.parts.values():
            part.start()
        assert eventually(self._takes_connections, READY), self.log("postgres")
        self.tokens = json.loads(self.run(SEED).splitlines()[-1])
        for number in (1, 2):
            for name, command in self._commands(number).items():
                if number == 2 and name in self.alone:
                    continue
                self._add(f"{name} {number}", command, environment=self.environment(number))
        for part in self.parts.values():
            if part.process is None:
                part.start()
        self._watching.start()
        assert self.answers(), self.log("web 1") + self.log("web 2")

    def ours(self) -> list[Part]:
        """Without the database and Redis."""
        return [part for name, part in self.parts.items() if name not in ("postgres", "redis")]

    def answers(self) -> bool:
        """Whether both web processes and the database behind them do, before long."""
        return all(eventually(lambda port=port: is_ready(port), READY) for port in self.doors)

    def run(self, code: str, *arguments: str, **environment: str) -> str:
        """What a Python with Django set up prints."""
        command = [sys.executable, "-c", "import django; django.setup()\n" + code, *arguments]
        done = subprocess.run(
            command, env=self.environment(**environment), capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def held(self, name: str) -> Iterator[Part]:
        """A part that is not started again meanwhile."""
        part = self.parts[name]
        part.is_held = True
        try:
            yield part
        finally:
            part.is_held = False

    def log(self, name: str) -> str:
        return self.parts[name].log.read_text()

    def problems(self) -> Counter[str]:
        """How often its own processes logged each error, without what differs between two of a kind."""
        found: Counter[str] = Counter()
        for part in self.ours():
            for line in part.log.read_text(errors="replace").splitlines():
                if " ERROR " in line:
                    found[PARTICULAR.sub("…", line.partition(" ERROR ")[2])[:160]] += 1
        return found

    def stop(self) -> None:
        self._over.set()
        if self._watching.is_alive():
            self._watching.join()
        for part in self.parts.values():
            part.kill()

    def _commands(self, number: int) -> dict[str, list[str]]:
        """As the launcher has them, each with a name or a port of its own."""
        commands = {child.name: child.command for child in launcher.children() if child.name != "Valkey"}
        web = commands["web server"]
        web[web.index("--port") + 1] = str(self.ports[f"web {number}"])
        workers = {
            "publish": commands["worker for publishing"],
            "images": [*commands["worker for pictures"], "-c", "1"],
        }
        for command in workers.values():
            place = command.index("-n") + 1
            command[place] = command[place].replace("@", f"{number}@")
        return {"web": web, **workers, "beat": commands["beat"]}

    def _add(self, name: str, command: list, account: dict | None = None, *, environment=None) -> None:
        log = self.logs / f"{name.replace(' ', '-')}.log"
        self.parts[name] = Part(name, command, environment or dict(os.environ), log, account)

    def _takes_connections(self) -> bool:
        import psycopg

        with suppress(psycopg.OperationalError):
            address = f"host=127.0.0.1 port={self.ports['postgres']} user=newsroom dbname=postgres"
            with psycopg.connect(address, connect_timeout=2):
                return True
        return False

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            for part in self.parts.values():
                part.look()


def is_ready(port: int) -> bool:
    """Whether a web process says so of itself, which asks the database."""
    import urllib.error
    import urllib.request

    with suppress(urllib.error.URLError, OSError):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30).status == 200
    return False


@contextmanager
def running(
    alone: frozenset[str] = frozenset(),
    disk: Callable[[Path, ExitStack], None] | None = None,
    **environment: str,
) -> Iterator[Whole]:
    """A whole newsroom, with its lines, in a folder that everybody may enter: PostgreSQL may run as nobody.

    `disk`: makes the folder of its files a disk of its own, until the stack ends.
    """
    folder = Path(tempfile.mkdtemp(prefix="nr-whole-"))
    whole = Whole(folder, alone, **environment)
    with ExitStack() as after:
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        after.enter_context(whole.to_database.running())
        after.enter_context(whole.to_redis.running())
        if disk:
            disk(whole.data_dir, after)
        after.callback(whole.stop)
        whole.start()
        yield whole
