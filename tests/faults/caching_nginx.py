"""nginx as a shared cache in front of a web process: it keeps an answer as long as the answer says."""

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests import nginx
from tests.journeys.conftest import free_port
from tests.processes import eventually

CONFIGURATION = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/cache keys_zone=answers:10m;
    server {{
        listen 127.0.0.1:{port};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_cache answers;
        proxy_cache_lock on;
        add_header X-Cache $upstream_cache_status always;
        location / {{ proxy_pass http://127.0.0.1:{behind}; }}
    }}
}}
"""


@contextmanager
def in_front_of(behind: int) -> Iterator[int]:
    """Its port. Skipped, or failed, where there is no nginx, as `tests.nginx.program` says."""
    program, port = nginx.program(), free_port()
    with tempfile.TemporaryDirectory(prefix="nr-nginx-") as name:
        folder = Path(name)
        user = "user root;" if os.getuid() == 0 else ""  # others may not enter the folder
        filled = CONFIGURATION.format(user=user, folder=folder, port=port, behind=behind)
        (folder / "nginx.conf").write_text(filled)
        process = subprocess.Popen([program, "-p", name, "-c", str(folder / "nginx.conf")])
        try:
            assert eventually(lambda: _is_open(port)), (folder / "error.log").read_text()
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
