"""Runs a command and ends it when whoever started it is gone.

Standard input is a pipe whose other end the launcher holds: it closes when the launcher wants the command ended, and
by itself when the launcher is killed, however hard. No signal and no system call of one platform can do that.
"""

import os
import signal
import subprocess
import sys
import threading


def main(grace: float, command: list[str]) -> int:
    """`grace`: seconds the command has to end by itself."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the launcher's own commands
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: None)  # the pipe decides

    def wait_for_the_end() -> None:
        while os.read(0, 1):
            pass
        child.terminate()
        try:
            child.wait(grace)
        except subprocess.TimeoutExpired:
            os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    status = child.wait()
    os.killpg(0, signal.SIGTERM)  # what the command started may outlive it, and hold its port
    return status


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
