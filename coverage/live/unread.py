"""Connections that nobody reads from. The server below us keeps them, with what they did not take, for as long as their
other end lives; so the kernel is told to close them. Linux alone can (TCP_USER_TIMEOUT, RFC 5482).
"""

import os
import socket
from pathlib import Path

FILES = Path("/proc/self/fd")


def close_after(seconds: float) -> int:
    """Of what this process accepts from now on, a connection whose other end takes nothing for so long is closed.

    Answers to how many addresses it listens; 0 where the kernel cannot.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT") or not FILES.exists():
        return 0
    return sum(_told(int(name), round(seconds * 1000)) for name in os.listdir(FILES))


def _told(number: int, milliseconds: int) -> bool:
    """Whether an open file is a listening socket; then accepted connections inherit the option."""
    try:
        found = socket.socket(fileno=number)
    except OSError:  # not a socket, or closed meanwhile
        return False
    try:
        if not found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return False
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    except OSError:  # of another family
        return False
    else:
        return True
    finally:
        found.detach()  # it is the server's
