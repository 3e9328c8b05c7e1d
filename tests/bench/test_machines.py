"""The network the bench of machines makes, and what it makes of what it saw. The whole of it takes minutes."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from django.conf import settings as project

from bench import crowd, house, network
from bench.network import PREFIX

pytestmark = pytest.mark.any_database


@pytest.fixture(scope="module")
def possible() -> None:
    if not network.is_possible():
        pytest.skip("network namespaces need Linux, root and iproute2")


def names_left() -> list[str]:
    listed = subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split() if name.startswith(f"nr{os.getpid()}-")]


SERVER = """
import socket
server = socket.create_server(("0.0.0.0", 4000))
print("listening", flush=True)
while True:
    connection, (address, _) = server.accept()
    with connection:
        connection.sendall(f"{socket.gethostname()} {address}".encode())
"""


@pytest.mark.processes
def test_machines_reach_each_other_have_names_of_their_own_and_are_gone_at_the_end(possible, tmp_path):
    with network.network(tmp_path, ["one", "two"]) as machines:
        server = machines["one"].start("server", [sys.executable, "-u", "-c", SERVER], stdout=subprocess.PIPE)
        assert server.stdout.readline() == b"listening\n"
        heard = asked_from(machines["two"], f"{PREFIX}.1")
        unheard = asked_from(None, f"{PREFIX}.1")
        server.stdout.close()

    assert heard == f"one {PREFIX}.2"
    assert unheard is None
    assert server.poll() is not None
    assert names_left() == []


def asked_from(machine: network.Machine | None, address: str) -> str | None:
    """What the server there says to somebody on that machine, or on none of them; None: it was not reached."""
    said = []

    def ask() -> None:
        if machine:
            network.move_to(machine)  # this thread alone
        try:
            with socket.create_connection((address, 4000), timeout=2) as connection:
                said.append(connection.recv(100).decode())
        except OSError:
            said.append(None)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return said[0]


@pytest.mark.processes
def test_a_process_that_is_interrupted_leaves_no_network(possible, tmp_path):
    code = f"""
from pathlib import Path
from bench import network
with network.network(Path({str(tmp_path)!r}), ["one"]) as machines:
    machines["one"].start("sleeper", ["sleep", "100"])
    raise KeyboardInterrupt
"""
    process = subprocess.Popen([sys.executable, "-c", code], cwd=project.BASE_DIR, stderr=subprocess.PIPE)
    _, error = process.communicate(timeout=60)

    assert b"KeyboardInterrupt" in error
    listed = subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout
    assert f"nr{process.pid}-" not in listed


def test_without_root_it_says_what_it_needs(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert not network.is_possible()
    assert "root" in network.NEEDED


def test_its_machines_are_told_what_the_compose_file_tells(tmp_path):
    machines = {name: network.Machine(name, name, PREFIX, tmp_path) for name in house.NAMES}
    compose = yaml.safe_load((Path(project.BASE_DIR) / "deploy" / "compose.yaml").read_text())
    given = compose["x-environment"]

    told = house.environment(machines, 10)

    assert {name for name, value in given.items() if value is not None} - told.keys() == {
        "PAGE_FILES",  # nginx shares no disk with them
        "DEFAULT_FROM_EMAIL",
    }
    assert all(told[name] == given[name] for name in ("NEWSROOM_ENV", "TRUSTED_PROXIES"))


@pytest.mark.parametrize(
    ("frames", "seq", "wrong"),
    [
        ([b'id: e-6\ndata: {"seq": 6}\n\n', b'id: e-7\ndata: {"seq": 7}\n\n'], 7, 0),
        ([b'id: e-5\ndata: {"seq": 5}\n\n'], 5, 1),
        ([b'id: e-7\ndata: {"seq": 7}\n\n'], 7, 1),
        ([b"retry: 3000\n: here\n\n", b":\n\n", b"retry: 500\nevent: again\ndata: elsewhere\n\n"], 5, 0),
        ([b"event: resync\ndata: start again\n\n"], 5, 1),
    ],
)
def test_an_open_page_notices_what_is_missing_or_comes_twice(frames, seq, wrong):
    page = crowd.OpenPage(None, "e", 5)

    for frame in frames:
        page.hear(frame)

    assert (page.seq, page.wrong) == (seq, wrong)
