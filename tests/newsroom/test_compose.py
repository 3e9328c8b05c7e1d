"""The image and the compose file of deploy/: what can be known of them without an engine that runs them."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings as project
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from coverage.setting_up import answers
from newsroom import launcher, pooling, ready, valkey
from tests import nginx
from tests.journeys.conftest import free_port
from tests.journeys.test_tls import make_certificate
from tests.newsroom.test_two_hosts import host, status
from tests.processes import eventually

pytestmark = pytest.mark.any_database

DEPLOY = Path(project.BASE_DIR) / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if str(one["image"]).startswith("newsroom:")}
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
# Who ends by itself.
ONCE = {"setup", "backup"}
# Of deploy/compose.md and of nobody else.
COMPOSES_OWN = {
    "NEWSROOM_VERSION",
    "POSTGRES_PASSWORD",
    "READERS_PASSWORD",
    "TLS_CERTIFICATE",
    "TLS_PRIVATE_KEY",
    "BACKUPS",
}
STORES_OWN = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


@pytest.fixture
def launched(settings) -> dict[str, list[str]]:
    """The launcher's commands in a container, by name."""
    settings.HOST, settings.PORT, settings.TLS_CERT, settings.OWN_VALKEY = "0.0.0.0", 8000, "", False
    settings.PRODUCTION = True
    settings.DRAIN_SECONDS = int(COMPOSE["x-environment"]["DRAIN_SECONDS"])
    code = re.search(r"^WORKDIR (\S+)", CONTAINERFILE, re.MULTILINE)[1]
    there = {sys.executable: "python"}
    return {
        child.name: [there.get(word, word.replace(str(project.BASE_DIR), code, 1)) for word in child.command]
        for child in launcher.children()
    }


def test_its_commands_are_the_launchers(launched):
    there = {
        "web server": ["web-1", "web-2", "live"],
        "worker for publishing": ["worker-publish"],
        "worker for pictures": ["worker-images"],
        "beat": ["beat"],
    }

    assert launched.keys() == there.keys()
    for name, command in launched.items():
        for service in there[name]:
            assert SERVICES[service]["command"] == command
    assert OURS.keys() == {service for services in there.values() for service in services} | ONCE


def test_its_redis_keeps_nothing_as_the_launchers(tmp_path):
    words = valkey.command(tmp_path)

    for option, value in zip(
        SERVICES["redis"]["command"][1::2], SERVICES["redis"]["command"][2::2], strict=True
    ):
        assert words[words.index(option) + 1] == value


def test_a_web_process_has_time_to_end_its_streams(launched):
    drain = int(COMPOSE["x-environment"]["DRAIN_SECONDS"])

    for name in ("web-1", "web-2", "live"):
        assert SERVICES[name]["stop_grace_period"] == f"{drain + launcher.GRACE_SECONDS}s"
    assert drain == 30  # the README's, in production


def test_every_variable_is_in_the_readme():
    readme = (Path(project.BASE_DIR) / "README.md").read_text()
    table = readme.split("## Environment")[1].split("\n## ")[0]
    known = set(re.findall(r"`([A-Z0-9_]+)`", table))
    given = set().union(*(service["environment"] for service in OURS.values()))
    built = set(re.findall(r"\b([A-Z_]+)=", re.search(r"ENV (.*)", CONTAINERFILE)[1])) - {
        "PATH",
        "PYTHONUNBUFFERED",
    }

    assert given | built <= known
    assert {"NEWSROOM_ENV", "SECRET_KEY", "PUBLIC_URL", "DATABASE_PUBLIC_URL", "TRUSTED_PROXIES"} <= given
    assert COMPOSE["x-environment"]["NEWSROOM_ENV"] == "production"
    assert COMPOSE["x-environment"]["TRUSTED_PROXIES"] == "1"


def test_what_setup_may_be_told_may_stand_in_the_environment():
    told = {question.variable for question in answers.QUESTIONS} | {"LEGAL_LINKS"}

    assert told <= COMPOSE["x-environment"].keys()


def test_every_value_that_is_asked_for_is_explained():
    asked = set(re.findall(r"\$\{([A-Z0-9_]+)", (DEPLOY / "compose.yaml").read_text()))
    page = (DEPLOY / "compose.md").read_text()

    assert asked >= COMPOSES_OWN
    assert [name for name in asked if f"`{name}`" not in page] == []


def test_no_secret_is_written_down():
    secret = re.compile(r"KEY|PASSWORD|TOKEN|SECRET")
    for service in SERVICES.values():
        for name, value in (service.get("environment") or {}).items():
            if secret.search(name):
                assert value is None or re.fullmatch(r"\$\{[A-Z0-9_]+:\?[^}]*\}", value), name
    for address in (
        COMPOSE["x-environment"]["DATABASE_URL"],
        COMPOSE["x-environment"]["DATABASE_PUBLIC_URL"],
    ):
        assert re.search(r"//\w+:\$\{[A-Z_]+:\?[^}]*\}@", address)
    assert not secret.search(CONTAINERFILE.replace("requirements", ""))


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_held(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert service["restart"] == ("no" if name in ONCE else "unless-stopped")
    assert service["healthcheck"].get("disable", False) is (name in ONCE)
    assert name in ONCE or service["healthcheck"]["test"]
    assert "privileged" not in service
    assert "ports" not in service or name == "nginx"
    if name in OURS:
        assert service["cap_drop"] == ["ALL"]


def test_every_image_is_of_one_version():
    images = {service["image"] for service in SERVICES.values()} - {OURS["web-1"]["image"]}
    images |= set(re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE))

    assert all(re.fullmatch(r"[\w/]+:\d+\.\d+[\w.-]*", image) for image in images), images
    assert {one["image"] for one in OURS.values()} == {OURS["web-1"]["image"]}
    assert "NEWSROOM_VERSION:?" in OURS["web-1"]["image"]


def test_the_database_is_behind_a_wall_and_its_programs_are_of_its_version():
    version = re.match(r"postgres:(\d+)", SERVICES["postgres"]["image"])[1]

    assert f"postgresql-client-{version}" in CONTAINERFILE
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["back"]
    assert COMPOSE["networks"]["back"]["internal"] is True
    assert "back" not in SERVICES["nginx"]["networks"]


def test_the_database_is_healthy_when_it_answers_where_it_is_asked():
    """While it is made, a server answers at the socket alone."""
    assert "-h 127.0.0.1" in " ".join(SERVICES["postgres"]["healthcheck"]["test"])


def test_the_database_takes_every_connection_that_may_be_kept():
    [most] = [
        int(word.partition("=")[2]) for word in SERVICES["postgres"]["command"] if "max_connections" in word
    ]
    webs = [one for one in SERVICES.values() if "granian" in str(one.get("command"))]

    assert len(webs) == 3
    assert len(webs) * 2 * pooling.MOST + len(SERVICES) <= most


def test_the_database_is_brought_up_to_date_before_anything_runs():
    for name in OURS.keys() - {"setup"}:
        assert OURS[name]["depends_on"]["setup"] == {"condition": "service_completed_successfully"}
    steps = SERVICES["setup"]["command"][-1].split("&&")
    assert [shlex.split(step)[2] for step in steps] == ["migrate", "public_role", "collectstatic"]


def test_volumes_are_declared_and_lie_where_the_data_is():
    named = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume[0].isalpha()
    }

    assert named | {"backups"} == COMPOSE["volumes"].keys()
    data = re.search(r"DATA_DIR=(\S+)", CONTAINERFILE)[1]
    for service in OURS.values():
        assert {f"data:{data}", f"static:{data}/static", f"pages:{data}/pages"} <= set(service["volumes"])
    assert SERVICES["nginx"]["environment"]["DATA_DIR"] == data
    assert all(
        volume.endswith(":ro") for volume in SERVICES["nginx"]["volumes"] if not volume.startswith("cache")
    )


def test_nginx_asks_the_containers_that_are_there():
    asked = " ".join(SERVICES["nginx"]["environment"][name] for name in ("NEWSROOM", "LIVE"))
    there = {SERVICES[name]["networks"]["front"]["ipv4_address"] for name in ("web-1", "web-2", "live")}

    assert set(re.findall(r"([\d.]+):8000", asked)) == there


def test_prometheus_asks_every_web_process():
    rules = (DEPLOY / "alerts.yml").read_text()
    web = [name for name, one in SERVICES.items() if "granian" in (one.get("command") or [])]

    assert re.findall(r'"([\w-]+):8000"', rules) == web


@pytest.fixture
def configured(tmp_path):
    """Makes the command that runs nginx by the main file around the template, as the container does; it logs here."""

    def make(**more: str) -> list[str]:
        given = SERVICES["nginx"]["environment"] | {"DATA_DIR": tmp_path, "CACHE": tmp_path / "cache"} | more
        # What an nginx of before 1.25 calls otherwise.
        given["LISTEN"] = given["LISTEN"].replace("; http2 on", " http2")
        main = (DEPLOY / "nginx-main.conf").read_text()
        certificate, key = make_certificate(tmp_path)
        for name, place in {
            "/run/secrets/tls_certificate": certificate,
            "/run/secrets/tls_key": key,
            "/etc/nginx/conf.d/newsroom.conf": tmp_path / "newsroom.conf",
            "/tmp/nginx.pid": tmp_path / "pid",
            "/dev/stdout": tmp_path / "log",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
        }.items():
            assert name in main
            main = main.replace(name, str(place))
        (tmp_path / "newsroom.conf").write_text(nginx.filled_in(given))
        (tmp_path / "nginx.conf").write_text(main)
        return [nginx.program(), "-p", tmp_path, "-c", tmp_path / "nginx.conf"]

    return make


def test_nginx_takes_the_main_file_and_the_template_filled_in(configured):
    tried = subprocess.run([*configured(), "-t"], capture_output=True, text=True)

    assert tried.returncode == 0, tried.stderr


def test_nginx_says_who_was_refused_and_not_what_was_read(configured, tmp_path):
    with host(GET=200, POST=403) as newsroom:
        port, there = free_port(), f"127.0.0.1:{newsroom.server_port}"
        command = configured(LISTEN=f"127.0.0.1:{port}", NEWSROOM=there, LIVE=there)
        process = subprocess.Popen([*command, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        try:
            assert eventually(lambda: nginx.listens(port))
            for path, method in (("/search/", "GET"), ("/field/x/", "POST"), ("/preview/x/", "POST")):
                status(f"http://127.0.0.1:{port}{path}", method)
        finally:
            process.terminate()
            process.wait(20)

    assert re.fullmatch(r"\S+ 403 127\.0\.0\.1 POST [0-9a-f]{32}\n", (tmp_path / "log").read_text())


def test_the_image_runs_as_nobody_and_from_locked_requirements():
    *_, last = re.split(r"^FROM ", CONTAINERFILE, flags=re.MULTILINE)

    assert re.search(r"^USER newsroom$", last, re.MULTILINE)
    assert last.index("USER newsroom") < last.index("CMD")
    installs = re.findall(r"pip install.*", CONTAINERFILE)
    assert len(installs) == 2
    assert all("--require-hashes -r /tmp/requirements" in install for install in installs)
    assert "collectstatic" in last
    assert "newsroom/ready.py" in last


def test_the_image_has_the_code_and_nothing_that_lies_beside_it():
    """As git knows it: every folder of code, and no other file or folder."""
    lines = (Path(project.BASE_DIR) / ".dockerignore").read_text().splitlines()
    taken = {line.removeprefix("!").rstrip("/") for line in lines if line.startswith("!")}
    packages = {
        app.partition(".")[0]
        for app in project.INSTALLED_APPS
        if (project.BASE_DIR / app.partition(".")[0]).is_dir()
    }

    assert lines[1] == "*"
    assert taken == packages | {
        "locale",
        "static",
        "templates",
        "manage.py",
        "requirements.txt",
        "requirements-s3.txt",
    }


def test_whether_it_is_ready_says_the_status(monkeypatch, live_server, settings, capsys):
    port = live_server.url.rpartition(":")[2]
    monkeypatch.setenv("PORT", port)
    settings.ALLOWED_HOSTS = [settings.PUBLIC_HOST]
    assert ready.main() == 0

    MigrationRecorder(connection).record_unapplied("coverage", "0001_initial")
    assert ready.main() == 1
    assert f"http://127.0.0.1:{port}/readyz: HTTP Error 503" in capsys.readouterr().err
