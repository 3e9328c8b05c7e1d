"""A network of machines on this one: a namespace each, on a bridge in a namespace of its own. Linux, as root.

Nothing of the machine's own network is touched, and all of it is gone when `network` ends.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PREFIX = "10.77.0"  # nobody outside can reach these addresses, and they nobody
SECONDS = 60  # a process that is told to end gets before it is killed
NEEDED = (
    "bench.machines makes network namespaces: run it on Linux as root, with iproute2, util-linux and nginx."
)


def is_possible() -> bool:
    """Whether this process may make namespaces; tried by making one."""
    if not hasattr(os, "setns") or os.geteuid() != 0 or not all(map(shutil.which, ("ip", "unshare"))):
        return False
    name = f"nr{os.getpid()}-try"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode:
        return False
    ip("netns", "del", name)
    return True


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@dataclass
class Machine:
    """`name` is its host name, `address` its own on the bridge; `folder` is its disk."""

    name: str
    namespace: str
    address: str
    folder: Path
    running: list[subprocess.Popen] = field(default_factory=list)

    def start(self, name: str, command: list, **more) -> subprocess.Popen:
        """Runs on this machine until it ends or the network does; what it says goes to a log in `folder`."""
        with open(self.folder / f"{name}.log", "a") as log:
            process = subprocess.Popen(
                [*self._here(), *map(str, command)],
                **{"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL, "cwd": "/", **more},
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def run(self, name: str, command: list, **more) -> None:
        """The same, to its end. Raises CalledProcessError."""
        process = self.start(name, command, **more)
        if status := process.wait():
            raise subprocess.CalledProcessError(status, command, (self.folder / f"{name}.log").read_text())

    def _here(self) -> list[str]:
        named = ["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', self.name]
        return ["ip", "netns", "exec", self.namespace, *named]


def end(*processes: subprocess.Popen) -> None:
    """Asks them to end, and waits until they have; what does not end in time is killed, with its children."""
    for process in processes:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def network(folder: Path, names: list[str]) -> Iterator[dict[str, Machine]]:
    """The machines by name. At the end their processes end in the opposite order, then the network is taken away."""
    bridge = f"nr{os.getpid()}-bridge"
    machines: dict[str, Machine] = {}
    made: list[str] = []
    try:
        _make(bridge, made)
        ip("-n", bridge, "link", "add", "lan", "type", "bridge")
        ip("-n", bridge, "link", "set", "lan", "up")
        for number, name in enumerate(names, 1):
            machine = Machine(name, f"nr{os.getpid()}-{name}", f"{PREFIX}.{number}", folder / name)
            machine.folder.mkdir(mode=0o755)
            _make(machine.namespace, made)
            _plug_in(machine, bridge, f"port{number}")
            machines[name] = machine
        yield machines
    finally:
        for machine in reversed(machines.values()):
            end(*machine.running)
        for namespace in made:
            ip("netns", "del", namespace)


def _make(namespace: str, made: list[str]) -> None:
    ip("netns", "add", namespace)
    made.append(namespace)
    ip("-n", namespace, "link", "set", "lo", "up")


def _plug_in(machine: Machine, bridge: str, port: str) -> None:
    ip("-n", bridge, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", machine.namespace)
    ip("-n", bridge, "link", "set", port, "master", "lan", "up")
    ip("-n", machine.namespace, "address", "add", f"{machine.address}/24", "dev", "eth0")
    ip("-n", machine.namespace, "link", "set", "eth0", "up")


def move_to(machine: Machine) -> None:
    """This thread, and those it begins from now on, are on that machine's network."""
    with open(f"/run/netns/{machine.namespace}") as namespace:
        os.setns(namespace.fileno(), os.CLONE_NEWNET)
