"""The load client, `streams.c`: compiled here, run on a core of its own, its answers as numbers."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("streams.c")
NO_COMPILER = (
    "There is no C compiler for the load client: install gcc, for example with apt-get install gcc libc6-dev."
)
CONNECTS = 512  # under way at once


def held_to(core: int | None) -> Callable[[], None] | None:
    """For Popen's `preexec_fn`: the new process stays on this core; None: on any."""
    return None if core is None else lambda: os.sched_setaffinity(0, {core})


class Refused(Exception):
    """The server, or this machine, did not let all streams be opened; one sentence."""


def compile_client(folder: Path) -> Path:
    """The program, made in this folder. Ends this one with a sentence where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise SystemExit(NO_COMPILER)
    program = folder / "streams"
    subprocess.run([compiler, "-O2", "-Wall", "-o", program, SOURCE], check=True)
    return program


@dataclass(frozen=True)
class Address:
    """Where streams or answers are asked for."""

    port: int
    path: str
    host: str = "127.0.0.1"

    def arguments(self) -> list[str]:
        return [self.host, str(self.port), self.path]


@dataclass
class Client:
    """The compiled program, held to one core; None: to none."""

    program: Path
    core: int | None = None

    def start(
        self, how: str, address: Address, number: int, seconds: float, *more: object
    ) -> subprocess.Popen:
        """It ends after so many seconds, and with the standard input this program holds."""
        command = [self.program, how, *address.arguments(), number, seconds, *more]
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=held_to(self.core),
        )

    def open(self, address: Address, number: int, *, messages: int, seconds: float) -> "Streams":
        """So many streams, all open. Raises Refused if they are not."""
        streams = Streams(self.start("open", address, number, seconds, CONNECTS, messages), number)
        try:
            streams.seconds = streams.all_open()
        except Refused:
            streams.close()
            raise
        return streams

    def again(self, address: Address, number: int, *, seconds: float) -> float:
        """Seconds from closing all of so many streams until all are open anew. Raises Refused."""
        with Streams(self.start("again", address, number, seconds, CONNECTS), number) as streams:
            streams.all_open()
            return streams.all_open("again")

    def get(self, address: Address, connections: int, *, seconds: float, headers: Sequence[str] = ()) -> Any:
        """Asks for one address, on so many kept connections, each as soon as it has its answer."""
        process = self.start("get", address, connections, seconds, *headers)
        try:
            said = process.stdout.read()
        finally:
            _end(process)
        return json.loads(said)


@dataclass
class Streams:
    """Open streams of a running client."""

    process: subprocess.Popen
    number: int
    seconds: float = 0

    def __enter__(self) -> "Streams":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def all_open(self, what: str = "open") -> float:
        """Seconds it took. Raises Refused unless every one is open."""
        line = self.process.stdout.readline()
        if not line:
            raise Refused(self.process.stderr.read().strip())
        said = json.loads(line)
        if said[what] < self.number:
            raise Refused(f"Only {said[what]} of {self.number} streams opened: {_reasons(said)}.")
        return said["seconds"]

    def received(self) -> list[list[float]]:
        """For each message, when each stream that got it did, in seconds of time.monotonic(). Waits for them all."""
        found = []
        for line in self.process.stdout:
            said = json.loads(line)
            if "message" in said:
                found.append([at / 1e6 for at in said["at"]])
        return found

    def close(self) -> None:
        _end(self.process)


def _reasons(said: dict[str, Any]) -> str:
    failed = f"{said['failed']} failed ({said['why']})" if said["failed"] else "0 failed"
    late = "the time was over" if said["refused"] + said["failed"] == 0 else f"{said['refused']} refused"
    return f"{late}, {failed}"


def _end(process: subprocess.Popen) -> None:
    process.stdin.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
    process.stderr.close()
