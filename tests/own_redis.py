"""A Valkey of a test's own, to listen to alone, to kill and to start again at the same address."""

import shutil
import subprocess
import tempfile
from contextlib import suppress
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

    def _answers(self) -> bool:
        with suppress(redis.RedisError), redis.Redis.from_url(self.url) as client:
            return client.ping()
        return False
