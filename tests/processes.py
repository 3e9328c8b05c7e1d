"""Processes of the tests' own that work on the tests' database."""

import os
import subprocess
import sys
import time

from django.db import connection

# For code of `start`: the editor of that key as `by`, and `attempt`, which says "done" or why it was refused.
ATTEMPT = """
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.people import User
by = User.objects.get(pk={editor})
def attempt(work):
    try:
        work()
        print("done")
    except EditorialError as refused:
        print(refused.code)
"""


def database_url() -> str:
    """The address of the database the tests run on, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    host = str(values["HOST"]).replace("/", "%2F")
    return f"postgres://{values['USER']}@{host}/{values['NAME']}"


def start(code: str, **environment: str) -> subprocess.Popen:
    """A Python of its own with Django set up, that runs `code`; its lines are on stdout."""
    prelude = "import django; django.setup()\n"
    return subprocess.Popen(
        [sys.executable, "-c", prelude + code],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "DATABASE_URL": database_url(),
            **environment,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start_together(code: str, count: int, **environment: str) -> list[subprocess.Popen]:
    """`count` such processes that begin `code` at the same moment: each is up before any may go."""
    running = [start("print('up', flush=True); input()\n" + code, **environment) for _ in range(count)]
    for process in running:
        assert process.stdout.readline() == "up\n", process.stderr.read()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    return running


def outcome(process: subprocess.Popen, seconds: float = 60) -> str:
    """What it printed after its start. Fails with its error output if it did not end well."""
    try:
        out, error = process.communicate(timeout=seconds)
    finally:
        process.kill()
    assert process.returncode == 0, error
    return out


def eventually(condition, seconds: float = 30, *, every: float = 0.05):
    """The first true answer of `condition`, or its last. `every` so many seconds it is asked."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(every)
    return answer


def children_of(pid: int) -> list[int]:
    """The process and everything below it."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    parents = dict(map(int, line.split()) for line in listed.splitlines())
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += [child for child, parent in parents.items() if parent == found[-1]]
    return found


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return not state.startswith("Z")
