"""Connections that nobody reads from. The server below us keeps them, with what they did not take, for as long as their
other end lives; so the kernel is told to close them. Linux alone can (TCP_USER_TIMEOUT, RFC 5482).
"""

import os
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

FILES = Path("/proc/self/fd")


def close_after(seconds: float) -> int:
    """A connection this process accepted, or will, is closed when its other end takes nothing for so long.

    Answers to how many addresses it listens; 0 where the kernel cannot, or before the server begins.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT") or not FILES.exists():
        return 0
    with ExitStack() as borrowed:
        ours = [one for name in os.listdir(FILES) if (one := _socket(int(name), borrowed))]
        listening = [one for one in ours if _listens(one)]
        ports = {one.getsockname()[1] for one in listening}
        # Those that listen first: what they accept from then on inherits it.
        for one in [*listening, *(one for one in ours if _port(one) in ports)]:
            with suppress(OSError):  # closed meanwhile
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1000))
        return len(listening)


def _socket(number: int, borrowed: ExitStack) -> socket.socket | None:
    """An open file as a socket of TCP; None if it is something else. Let go of, it stays open: it is the server's."""
    try:
        found = socket.socket(fileno=number)
    except OSError:  # not a socket, or closed meanwhile
        return None
    borrowed.callback(found.detach)
    is_tcp = found.family in (socket.AF_INET, socket.AF_INET6) and found.type == socket.SOCK_STREAM
    return found if is_tcp else None


def _listens(one: socket.socket) -> bool:
    try:
        return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:  # closed meanwhile
        return False


def _port(one: socket.socket) -> int | None:
    try:
        return one.getsockname()[1]
    except OSError:  # closed meanwhile
        return None
