"""A Valkey of a test's own, to listen to alone, to kill and to start again at the same address."""

import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis

from newsroom.valkey import binary
from tests.processes import eventually


class OwnRedis:
    """At `url` from `start()` until `kill()`, which may take turns."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="nr-redis-"))
        self.url = f"unix://{self.folder / 'redis.sock'}"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [binary(), "--port", "0", "--unixsocket", str(self.folder / "redis.sock"), "--save", ""]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        assert eventually(self._answers)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def listeners(self, channel: str) -> int:
        """How many are subscribed."""
        with redis.Redis.from_url(self.url) as client:
            return client.pubsub_numsub(channel)[0][1]

    def clients(self) -> bytes:
        """Who is connected, a line each, with the command it gave last."""
        with redis.Redis.from_url(self.url) as client:
            return client.execute_command("CLIENT LIST TYPE PUBSUB", NEVER_DECODE=True)

    @contextmanager
    def monitored(self) -> Iterator[bytearray]:
        """Every command it is given meanwhile, with its arguments: also each message that is published."""
        heard = bytearray()
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "redis.sock"))
            line.sendall(b"MONITOR\r\n")
            assert line.recv(5) == b"+OK\r\n"
            listening = threading.Thread(target=_read_on, args=(line, heard))
            listening.start()
            yield heard
            line.shutdown(socket.SHUT_RDWR)
            listening.join()

    def everything(self) -> bytes:
        """All keys, and what is in them."""
        with redis.Redis.from_url(self.url) as client:
            return b"\n".join(part for key in client.scan_iter() for part in (key, _value(client, key)))

    def _answers(self) -> bool:
        with suppress(redis.RedisError), redis.Redis.from_url(self.url) as client:
            return client.ping()
        return False


def _read_on(line: socket.socket, heard: bytearray) -> None:
    while got := line.recv(65536):
        heard += got


def _value(client: redis.Redis, key: bytes) -> bytes:
    match client.type(key):
        case b"string":
            found = client.get(key)
        case b"list":
            found = client.lrange(key, 0, -1)
        case b"set":
            found = client.smembers(key)
        case b"zset":
            found = client.zrange(key, 0, -1)
        case b"hash":
            found = client.hgetall(key)
        case other:
            raise ValueError(f"a new kind of key, {other}: say how it is read")
    return repr(found).encode()
