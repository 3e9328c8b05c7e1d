"""A web process as the launcher starts it, on the tests' database, at a free port of this machine."""

import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from newsroom import launcher
from tests.journeys.conftest import free_port
from tests.processes import children_of, database_url, eventually

OWN = ("DJANGO_ALLOW_ASYNC_UNSAFE", "DATA_DIR", "REDIS_URL")


class Web:
    """Runs from its making until `stop`. `environment`: variables of the README."""

    def __init__(self, folder: Path, redis_url: str, **environment: str):
        self.folder, self.port = folder, free_port()
        self.log_file = folder / f"web-{self.port}.log"
        (folder / "static").mkdir(exist_ok=True)
        self.environment = {name: value for name, value in os.environ.items() if name not in OWN} | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "REDIS_URL": redis_url,
            "STREAMS_PER_ADDRESS": "5000",
            **environment,
        }
        with open(self.log_file, "w") as log:
            self.process = subprocess.Popen(
                self._command(folder), env=self.environment, stdout=log, stderr=log
            )
        assert eventually(self.answers), self.log()

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log()
        with suppress(urllib.error.URLError, OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=2).status == 200
        return False

    def tell_to_end(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        family = children_of(self.process.pid)
        self.tell_to_end()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
            raise

    def memory(self) -> int:
        """Bytes it and its children have in memory."""
        family = ",".join(map(str, children_of(self.process.pid)))
        listed = subprocess.run(["ps", "-o", "rss=", "-p", family], capture_output=True, text=True).stdout
        return 1024 * sum(map(int, listed.split()))

    def connections(self) -> int:
        """How many readers are connected to it, as the kernel knows them; not those of its database. Linux only."""
        ours, states = f":{self.port:04X}", {"01", "08"}  # established, or left by the reader alone
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        # The kernel shows a line twice when it is read while others come and go.
        return len({line[2] for line in lines if line[1].endswith(ours) and line[3] in states})

    def log(self) -> str:
        return self.log_file.read_text()

    def page_files(self) -> dict[str, bytes]:
        """What it wrote for a web server in front, by name."""
        return {str(path): path.read_bytes() for path in self.folder.glob("pages/**/*") if path.is_file()}

    @contextmanager
    def beside(self, command: list[str]) -> Iterator[Path]:
        """Another of the launcher's processes, with the same data; gives the file of its log."""
        log_file = self.folder / "beside.log"
        with open(log_file, "w") as log:
            process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        yield log_file
        process.terminate()
        process.wait(20)

    def _command(self, folder: Path) -> list[str]:
        """The launcher's, with our port, our files and the application that a test may shorten."""
        command = [*launcher.web_command()[:-1], "tests.faults.wrapped:application"]
        command[command.index("--port") + 1] = str(self.port)
        return command
