"""A real nginx for the tests, with the configuration the project ships."""

import os
import shutil
import subprocess
from pathlib import Path
from string import Template

import pytest

TEMPLATE = Path(__file__).parents[1] / "deploy" / "nginx.conf.template"
_MAIN = """
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


def start(folder: Path, *, port: int, newsroom: str) -> subprocess.Popen:
    """nginx on a port of this machine, in front of the newsroom at host:port. Ended by `terminate()`."""
    nginx = program()
    filled = Template(TEMPLATE.read_text()).safe_substitute(LISTEN=f"127.0.0.1:{port}", NEWSROOM=newsroom)
    (folder / "newsroom.conf").write_text(filled)
    # As root its workers would be somebody who may not enter the tests' folder.
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user))
    return subprocess.Popen([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")])
