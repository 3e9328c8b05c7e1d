"""A bad line between a phone and the newsroom: it is cut where a test says, and can pass off an app as a newer one."""

import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

BUILD = re.compile(rb'(const BUILD = ")[0-9a-f]{16}"')
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: a reset, as from a network that went away

HEADERS = 2048  # bytes: what comes in less is no part of a photograph


class BadLine:
    """`cuts`: after so many bytes of photographs the connection that carries them is reset, each once.

    `build`: sixteen characters the service worker's build is replaced by.
    """

    def __init__(self, newsroom: str):
        there = urlsplit(newsroom)
        self.there = (there.hostname, there.port)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.cuts: list[int] = []
        self.sent = 0
        self.build = b""
        self.is_down = False
        self.lock = threading.Lock()
        self.carrying: list[tuple[threading.Thread, socket.socket]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def cut_after(self, *counts: int) -> None:
        with self.lock:
            self.sent, self.cuts = 0, sorted(counts)

    def go_down(self) -> None:
        """Until `come_up` nothing passes."""
        self.is_down = True
        for _, phone in self.carrying:
            _stop(phone)

    def come_up(self) -> None:
        self.is_down = False

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                phone, _ = self.listening.accept()
                if self.is_down:
                    phone.close()
                    continue
                carrying = threading.Thread(target=self._carry, args=(phone,), daemon=True)
                self.carrying.append((carrying, phone))
                carrying.start()

    def end(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for carrying, phone in self.carrying:
            _stop(phone)
            carrying.join()

    def _carry(self, phone: socket.socket) -> None:
        with phone, socket.create_connection(self.there) as newsroom:
            up = threading.Thread(target=self._up, args=(phone, newsroom), daemon=True)
            up.start()
            self._down(phone, newsroom)
            up.join()

    def _up(self, phone: socket.socket, newsroom: socket.socket) -> None:
        with suppress(OSError):
            while data := phone.recv(16_384):
                if len(data) > HEADERS and self._is_cut(len(data)):
                    newsroom.sendall(data[: len(data) // 2])
                    phone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                    break
                newsroom.sendall(data)
        _stop(newsroom)

    def _down(self, phone: socket.socket, newsroom: socket.socket) -> None:
        with suppress(OSError):
            while data := newsroom.recv(65_536):
                phone.sendall(BUILD.sub(rb"\g<1>" + self.build + b'"', data) if self.build else data)
        _stop(phone)

    def _is_cut(self, count: int) -> bool:
        with self.lock:
            self.sent += count
            if self.cuts and self.sent >= self.cuts[0]:
                del self.cuts[0]
                return True
            return False


def _stop(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@contextmanager
def bad_line_to(newsroom: str) -> Iterator[BadLine]:
    line = BadLine(newsroom)
    thread = threading.Thread(target=line.serve, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.end()
        thread.join()
