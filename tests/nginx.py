"""A real nginx for the tests, with the configuration the project ships."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

import pytest

from tests.processes import eventually

TEMPLATE = Path(__file__).parents[1] / "deploy" / "nginx.conf"
_MAIN = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections {connections}; }}
http {{
    {http}
    access_log off;
    # As Debian's nginx.conf has them.
    default_type application/octet-stream;
    gzip on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/newsroom.conf;
}}
"""


def program() -> str:
    """Its path. Without nginx the test is skipped by name, or fails where REQUIRE_NGINX=1 asks for it."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")
    if found is None:
        if os.environ.get("REQUIRE_NGINX") == "1":
            pytest.fail("REQUIRE_NGINX=1 and nginx is not installed.")
        pytest.skip("nginx is not installed")
    return found


@contextmanager
def running(folder: Path, *, newsroom: str, data_dir: Path, port: int, more: str = "") -> Iterator[str]:
    """The address of an nginx in front of the newsroom at `newsroom`, with files in `folder` of its own.

    `more`: what stands after the port in `listen`, and directives after that.
    """
    address = newsroom.removeprefix("http://")
    process = subprocess.Popen(
        configured(
            folder, listen=f"127.0.0.1:{port} {more}", newsroom=address, live=address, data_dir=data_dir
        )
    )
    try:
        assert eventually(lambda: listens(port)), "nginx did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def filled_in(places: dict) -> str:
    """The project's template; what is no place of it, nginx's own variables, stays."""
    return Template(TEMPLATE.read_text()).safe_substitute(places)


def configured(
    folder: Path,
    *,
    listen: str,
    newsroom: str,
    live: str,
    data_dir: Path,
    http: str = "",
    connections: int = 256,
) -> list[str]:
    """The command that runs it: the project's template, filled in, in a configuration of its own in `folder`.

    `http`: directives besides, for all servers.
    """
    places = {"LISTEN": listen, "NEWSROOM": newsroom, "LIVE": live, "DATA_DIR": data_dir}
    (folder / "newsroom.conf").write_text(filled_in({**places, "CACHE": folder / "cache"}))
    # As root its workers would be somebody who may not enter the tests' folder.
    user = "user root;" if os.getuid() == 0 else ""
    main = _MAIN.format(folder=folder, user=user, http=http, connections=connections)
    (folder / "nginx.conf").write_text(main)
    return [program(), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
