"""What bench.live and bench.pages put under load: the web process of a throw-away newsroom, and an nginx beside it.

The servers are held to one core and the load to another; with a single core they share it, and the figures say little.
"""

import os
import re
import resource
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.load import held_to
from bench.posting import collect_static, set_up, tear_down
from tests.journeys.conftest import free_port
from tests.processes import children_of
from tests.services import wait_until

NO_NGINX = "There is no nginx to compare with: apt-get install nginx-light. The run goes on without it."
NO_NCHAN = (
    "nginx has no nchan to compare with: apt-get install libnginx-mod-nchan. The run goes on without it."
)
MANY = "1000000"  # streams that one address may have: all readers here are one machine


@cache
def cores() -> tuple[int, int]:
    """The one for the servers and the one for the load, of those this program was started on."""
    found = sorted(os.sched_getaffinity(0))
    return found[0], found[-1]


def say_where() -> None:
    server, load = cores()
    apart = f"Servers on core {server}, the load client and whoever publishes on core {load}."
    print(apart if server != load else f"All share core {server}: the figures say little.")
    waiting = os.getloadavg()[0]
    print(
        f"Load average at the start: {waiting:.1f}{'; other work disturbs this' if waiting > 1 else ''}.",
        flush=True,
    )


@contextmanager
def newsroom_data(database: str) -> Iterator[Path]:
    """A folder with an empty newsroom in it, its Redis running; this process is set up to work on it."""
    with tempfile.TemporaryDirectory(prefix="nr-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        os.environ |= {"PORT": str(free_port()), "NEWSROOM_DEMO": "0", "HOST": "127.0.0.1"}
        os.environ |= {"STREAMS": MANY, "STREAMS_PER_ADDRESS": MANY}
        set_up(folder, database)
        collect_static()
        try:
            with own_redis():
                os.sched_setaffinity(0, {cores()[1]})
                yield folder
        finally:
            tear_down()


@contextmanager
def own_redis() -> Iterator[None]:
    from django.conf import settings

    from newsroom import environment, valkey

    with running(valkey.command(settings.DATA_DIR), stdout=subprocess.DEVNULL):
        wait_until(environment.valkey_socket(settings.DATA_DIR).exists, "Valkey")
        yield


@contextmanager
def running(
    command: list[str], *, core: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen]:
    """A process that is ended with the block."""
    process = subprocess.Popen(command, preexec_fn=held_to(core), stdout=stdout)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class Server:
    """A running server on this machine."""

    port: int
    pid: int

    def kilobytes(self) -> float:
        """What it and its children hold, memory they share counted once."""
        return sum(map(_proportional, children_of(self.pid)))

    def cpu_seconds(self) -> float:
        """What it and its children have used so far, to a hundredth."""
        return sum(map(_used, children_of(self.pid)))


def _proportional(pid: int) -> float:
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0
    return int(re.search(r"^Pss: +(\d+) kB", said, re.MULTILINE)[1])


def _used(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # user and system, proc(5)


@contextmanager
def web(application: str = "newsroom.asgi:application") -> Iterator[Server]:
    """The newsroom's web process, as its launcher starts it."""
    from django.conf import settings

    from newsroom.launcher import web_command

    make_room()
    with running([*web_command()[:-1], application], core=cores()[0]) as process:
        wait_until(lambda: answers(f"http://127.0.0.1:{settings.PORT}/livez"), "The web process", 60)
        yield Server(settings.PORT, process.pid)


def make_room() -> None:
    """Servers started from here may hold as many connections as the machine lets them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except OSError:
        return False
    return True


NGINX = """
{load}
{user}
worker_processes 1;
worker_rlimit_nofile {files};
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections {connections}; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 100000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/cache keys_zone=bench:1m;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        {nchan}
        location /file/ {{ alias {folder}/file/; default_type text/html; gzip_static on; }}
        location / {{
            proxy_pass http://127.0.0.1:{newsroom};
            proxy_set_header Host 127.0.0.1:{newsroom};
            proxy_cache bench;
            proxy_cache_lock on;
            proxy_cache_use_stale updating;
            proxy_ignore_headers Cache-Control Expires Vary;
            proxy_cache_valid 200 1s;
        }}
    }}
}}
"""
NCHAN = """
        location = /publish { nchan_publisher; nchan_channel_id bench; nchan_message_buffer_length 20; }
        location = /stream {
            nchan_subscriber eventsource;
            nchan_channel_id bench;
            nchan_subscriber_first_message newest;
        }
"""


@contextmanager
def nginx(folder: Path, *, newsroom: int, with_nchan: bool = False) -> Iterator[Server | None]:
    """One worker. `/file/` is the folder's, `/publish` and `/stream` are nchan's, the rest is proxied, for a second.

    None, and a sentence on the screen, where there is no nginx, or no nchan and it is asked for.
    """
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    module = program and nchan_module(program)
    if program is None or (with_nchan and module is None):
        print(NO_NCHAN if program else NO_NGINX, flush=True)
        yield None
        return
    make_room()
    files, port = resource.getrlimit(resource.RLIMIT_NOFILE)[0], free_port()
    (folder / "nginx.conf").write_text(
        NGINX.format(
            load=f"load_module {module};" if with_nchan else "",
            user="user root;" if os.getuid() == 0 else "",
            files=files,
            connections=files - 100,
            folder=folder,
            port=port,
            nchan=NCHAN if with_nchan else "",
            newsroom=newsroom,
        )
    )
    command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with running(command, core=cores()[0]) as process:
        wait_until((folder / "pid").exists, "nginx")
        yield Server(port, process.pid)


def nchan_module(program: str) -> Path | None:
    said = subprocess.run([program, "-V"], capture_output=True, text=True, check=True).stderr
    folder = re.search(r"--modules-path=(\S+)", said)
    module = Path(folder[1] if folder else "/usr/lib/nginx/modules") / "ngx_nchan_module.so"
    return module if module.exists() else None
