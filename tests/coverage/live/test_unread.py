"""The kernel is told of listening sockets, and of no other file."""

import os
import socket
import sys

import pytest

from coverage.live import unread

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux closes what nobody reads")


def test_what_a_listening_socket_accepts_is_closed_when_nobody_reads():
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = unread.close_after(30.0)

        with socket.create_connection(server.getsockname()), server.accept()[0] as accepted:
            limit = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)

    assert told >= 1
    assert limit == 30_000


def test_also_what_was_accepted_before_it_was_told():
    """A process that starts while thousands come back has them before its timer looks for the first time."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as connecting,
        server.accept()[0] as accepted,
    ):
        unread.close_after(30.0)

        limits = [
            one.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) for one in (accepted, connecting)
        ]

    assert limits == [30_000, 0]


def test_every_file_stays_open():
    reading, writing = os.pipe()
    left, right = socket.socketpair()
    with left, right, socket.create_server(("127.0.0.1", 0)) as server:
        unread.close_after(30.0)

        os.write(writing, b"a")
        left.sendall(b"b")
        assert (os.read(reading, 1), right.recv(1)) == (b"a", b"b")
        assert left.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 0
        assert server.fileno() > 0
    os.close(reading)
    os.close(writing)
