"""What breaks a whole newsroom: each a function of it that returns when what it broke is whole again, by its name."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import redis

from tests.faults.fault_proxy import Fault, FaultProxy
from tests.faults.gate import State
from tests.faults.history import History
from tests.faults.whole import READY, Part, Whole
from tests.processes import eventually

GRACE = 30.0  # seconds to end in
SHORT, LONG = 4.0, 25.0  # seconds; a picture's claim runs out in twenty
BREAKS = dict.fromkeys(Fault, 0.05)  # of the exchanges of a reporter's line
HOUR = 3600  # seconds
FILL = 1024 * 1024  # bytes written at once
SMALL = 1024  # megabytes of the disk that is filled


class Breaking:
    """`lines`: of the reporters. `chance` decides between two of a kind."""

    def __init__(self, whole: Whole, history: History, chance: random.Random, lines: list[FaultProxy]):
        self.whole, self.history, self.chance, self.lines = whole, history, chance, lines
        self.kinds: dict[str, Callable[[], None]] = {
            "web killed": lambda: self._kill("web"),
            "publish worker killed": lambda: self._kill("publish"),
            "pictures worker killed": lambda: self._kill("images"),
            "pool child killed": self._kill_child,
            "beat killed": lambda: self._kill("beat"),
            "Redis killed": lambda: self._kill_service("redis"),
            "PostgreSQL killed": lambda: self._kill_service("postgres"),
            "web stopped": lambda: self._stop("web", SHORT),
            "publish worker stopped": lambda: self._stop("publish", SHORT),
            "pictures worker stopped": lambda: self._stop("images", LONG),
            "lines cut": lambda: self._lines(State.CUT),
            "lines slow": lambda: self._lines(State.SLOW),
            "lines deaf": lambda: self._lines(State.DEAF),
            "reporters’ lines break": self._reporters_lines,
            "Redis flushed": self._flush,
            "disk full": self._fill_disk,
            "clock an hour ahead": lambda: self._shift_clock(HOUR),
            "clock an hour behind": lambda: self._shift_clock(-HOUR),
            "deploy": self._deploy,
        }

    def do(self, what: str) -> float:
        """Breaks it, and answers how many seconds passed until it was whole again."""
        began = time.time()
        self.kinds[what]()
        ended = time.time()
        self.history.note("fault", what=what, began=began, ended=ended)
        return ended - began

    def _one_of(self, kind: str) -> Part:
        return self.chance.choice(
            [part for name, part in self.whole.parts.items() if name.split()[0] == kind]
        )

    def _kill(self, kind: str) -> None:
        part = self._one_of(kind)
        self._end(part, signal.SIGKILL)

    def _end(self, part: Part, number: signal.Signals) -> None:
        """Ends it, by force if it takes longer than systemd lets it, and waits until it is there again and the doors
        answer."""
        before = part.process.pid
        part.send(number)
        if not eventually(lambda: part.process.pid != before, GRACE):
            part.send(signal.SIGKILL)
        assert eventually(lambda: part.process.pid != before, READY), part.name
        assert self.whole.answers(), part.name

    def _kill_child(self) -> None:
        """Of the worker for pictures, which makes itself another."""
        part = self._one_of("images")
        os.kill(part.child(), signal.SIGKILL)

    def _kill_service(self, name: str) -> None:
        """It stays away for a while."""
        with self.whole.held(name) as part:
            part.send(signal.SIGKILL)
            time.sleep(SHORT)
        assert self.whole.answers()

    def _stop(self, kind: str, seconds: float) -> None:
        part = self._one_of(kind)
        part.send(signal.SIGSTOP)
        time.sleep(seconds)
        part.send(signal.SIGCONT)
        assert self.whole.answers()

    def _lines(self, state: State) -> None:
        with self.whole.to_database.being(state), self.whole.to_redis.being(state):
            time.sleep(SHORT)
        assert self.whole.answers()

    def _reporters_lines(self) -> None:
        for line in self.lines:
            line.rates = BREAKS
        time.sleep(2 * SHORT)
        for line in self.lines:
            line.rates = {}

    def _flush(self) -> None:
        with redis.Redis(port=self.whole.ports["redis"]) as client:
            client.flushall()

    def _fill_disk(self) -> None:
        filler = self.whole.data_dir / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(FILL))
            except OSError:
                time.sleep(SHORT)
            finally:
                filler.unlink()

    def _shift_clock(self, seconds: int) -> None:
        """Of the second of everything; the database's stays."""
        parts = [part for name, part in self.whole.parts.items() if name.endswith(" 2")]
        true = [part.environment for part in parts]
        for part in parts:
            part.environment = part.environment | off_by(seconds)
            self._end(part, signal.SIGTERM)
        time.sleep(2 * SHORT)
        for part, environment in zip(parts, true, strict=True):
            part.environment = environment
            self._end(part, signal.SIGTERM)

    def _deploy(self) -> None:
        """Migrates, and starts everything anew, one after the other."""
        self.whole.run(
            "from django.core.management import call_command; call_command('migrate', verbosity=0)"
        )
        for part in self.whole.ours():
            self._end(part, signal.SIGTERM)


def off_by(seconds: int) -> dict[str, str]:
    """The variables with which a Python process has another clock than its machine."""
    return {"PYTHONPATH": str(Path(__file__).parent / "false_clock"), "FALSE_CLOCK": str(seconds)}


def impossible_here() -> dict[str, str]:
    """What cannot be broken on this machine, and why."""
    if can_mount():
        return {}
    return {"disk full": "a small disk can be made by root alone, where it may mount"}


def can_mount() -> bool:
    return os.getuid() == 0 and shutil.which("mount") is not None


def small_disk(folder: Path, after: ExitStack) -> None:
    """Makes the folder a disk of its own, until `after` ends."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}m", "tmpfs", folder], check=True)
    after.callback(subprocess.run, ["umount", "-l", folder], check=True)
