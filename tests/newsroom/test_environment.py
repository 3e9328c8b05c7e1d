"""What the environment may say, and what a value that makes no sense is answered."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import send_mail

from newsroom import environment

SHOW = (
    "from django.conf import settings as s; "
    "print(repr([s.PUBLIC_URL, s.ALLOWED_HOSTS, s.NEWSROOM_DEMO, s.SESSION_COOKIE_NAME, s.SECURE_HSTS_SECONDS, "
    "s.DATABASES['default']['ENGINE'], s.REDIS_URL, s.CELERY_BROKER_URL, s.TRUSTED_PROXIES, len(s.SECRET_KEY) > 40]))"
)

BUCKETS = {"PICTURES_S3_BUCKET": "pictures", "PICTURES_S3_ORIGINALS_BUCKET": "originals"}


def settings_with(
    tmp_path, *, code: str = SHOW, arguments: tuple[str, ...] = (), **variables: str
) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**kept, "DJANGO_SETTINGS_MODULE": "newsroom.settings", "DATA_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
    )


def test_the_defaults_of_the_contract(tmp_path):
    shown = eval(settings_with(tmp_path).stdout)

    assert shown == [
        "http://127.0.0.1:8000",
        ["127.0.0.1", "127.0.0.1", "localhost", "[::1]"],
        True,
        "sessionid",
        0,
        "django.db.backends.sqlite3",
        f"unix://{tmp_path}/valkey.sock",
        f"redis+socket://{tmp_path}/valkey.sock",
        0,
        True,
    ]
    assert oct((tmp_path / "secret-key").stat().st_mode)[-3:] == "600"


def test_the_key_is_made_once(tmp_path):
    assert environment.secret_key(tmp_path) == environment.secret_key(tmp_path)


def test_the_database_s_file_is_its_owner_s_alone_whatever_the_umask(tmp_path):
    answer = settings_with(tmp_path, code=f"import os; os.umask(0); {SHOW}")

    assert answer.returncode == 0, answer.stderr
    assert oct((tmp_path / "newsroom.sqlite3").stat().st_mode)[-3:] == "600"


def test_a_database_that_everybody_could_read_is_no_longer(tmp_path):
    path = tmp_path / "newsroom.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE words (word)")
        beside = [path.with_name(f"{path.name}-{end}") for end in ("wal", "shm")]
        for file in (path, *beside):
            file.chmod(0o664)

        environment.private_file(path)

        assert [oct(file.stat().st_mode)[-3:] for file in (path, *beside)] == ["660"] * 3
        assert database.execute("SELECT count(*) FROM words").fetchone() == (0,)


def test_a_database_in_a_folder_that_is_not_there_is_left_to_the_database(tmp_path):
    environment.private_file(tmp_path / "none" / "newsroom.sqlite3")

    assert not (tmp_path / "none").exists()


def test_originals_are_private_also_on_disk(tmp_path):
    stores = environment.picture_storages(tmp_path, bucket="", originals_bucket="", endpoint="", region="")

    assert stores["originals"]["OPTIONS"]["file_permissions_mode"] == 0o600
    assert "file_permissions_mode" not in stores["renditions"]["OPTIONS"]


def test_production_is_strict_and_has_no_demo(tmp_path):
    shown = eval(
        settings_with(
            tmp_path,
            NEWSROOM_ENV="production",
            SECRET_KEY="x" * 50,
            PUBLIC_URL="https://news.example.org/",
            NEWSROOM_DEMO="1",
            DATABASE_URL="postgres://u@h/d",
            REDIS_URL="redis://h:6379/0",
            TRUSTED_PROXIES="1",
        ).stdout
    )

    assert shown == [
        "https://news.example.org",
        ["news.example.org"],
        False,
        "__Host-sessionid",
        63_072_000,
        "django.db.backends.postgresql",
        "redis://h:6379/0",
        "redis://h:6379/0",
        1,
        True,
    ]


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"NEWSROOM_ENV": "prod"}, "it is development or production"),
        ({"NEWSROOM_ENV": "production", "SECRET_KEY": "x" * 50}, "PUBLIC_URL must be set"),
        ({"NEWSROOM_ENV": "production", "PUBLIC_URL": "https://a.org"}, "SECRET_KEY must be set"),
        (
            {"NEWSROOM_ENV": "production", "SECRET_KEY": "x" * 50, "PUBLIC_URL": "http://a.org"},
            "must begin with https",
        ),
        ({"PUBLIC_URL": "news.example.org"}, "without a path"),
        ({"PUBLIC_URL": "https://a.org/news/"}, "without a path"),
        ({"EMAIL_URL": "pigeon://"}, "use console:"),
        ({"TLS_CERT": "cert.pem"}, "go together"),
        ({"PICTURES_S3_BUCKET": "b"}, "must be two different buckets"),
        ({"PICTURES_S3_ORIGINALS_BUCKET": "b"}, "must be two different buckets"),
        ({"PICTURES_S3_BUCKET": "b", "PICTURES_S3_ORIGINALS_BUCKET": "b"}, "must be two different buckets"),
        ({**BUCKETS, "PICTURES_S3_ENDPOINT": "s3.example.org"}, "must be like https://s3.example.org"),
        ({"DATA_DIR": "/proc/newsroom"}, "cannot be made"),
        ({"PORT": "99999"}, "from 1 to 65535"),
        ({"PORT": "http"}, "PORT"),
        ({"PUBLIC_URL": "https://a.org:http"}, "without a path"),
        ({"EMAIL_URL": "smtp://a.org:http"}, "use console:"),
        ({"DATABASE_URL": "mango://a.org/news"}, "use sqlite:"),
        ({"DATABASE_URL": "postgres://me:secret@a.org:http/news"}, "use sqlite:"),
        ({"DATABASE_PUBLIC_URL": "postgres://readers@h/d"}, "must both name the same PostgreSQL database"),
        (
            {"DATABASE_URL": "postgres://u@h/d", "DATABASE_PUBLIC_URL": "postgres://readers@h/e"},
            "must both name the same PostgreSQL database",
        ),
        (
            {"DATABASE_URL": "postgres://u@h/d", "DATABASE_PUBLIC_URL": "postgres://u@h/d"},
            "must name a role other than that of DATABASE_URL",
        ),
        ({"DATABASE_PUBLIC_URL": "postgres://me:secret@a.org:http/d"}, "DATABASE_PUBLIC_URL is not"),
        ({"TRUSTED_PROXIES": "-1"}, "how many proxies"),
        ({"CRASH_AT": "/tmp"}, "CRASH_AT is for tests alone"),
        ({"NEWSROOM_ENV": "production", "CRASH_AT": "/tmp"}, "in production leave it out"),
    ],
)
def test_a_value_that_makes_no_sense_stops_the_start_with_one_sentence(tmp_path, variables, sentence):
    answer = settings_with(tmp_path, **variables)

    assert answer.returncode != 0
    assert sentence in answer.stderr.splitlines()[-1]


def test_the_launcher_says_the_sentence_alone(tmp_path):
    environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PORT": "http"}

    done = subprocess.run(
        [sys.executable, "-m", "newsroom.launcher"], env=environ, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 2
    assert done.stderr == (
        'The newsroom cannot start: Environment variable "PORT" invalid: Not a valid integer.\n'
    )


def test_pictures_in_buckets_are_served_by_the_newsroom_and_originals_by_nobody(tmp_path):
    made = environment.picture_storages(
        tmp_path, bucket="pictures", originals_bucket="originals", endpoint="http://127.0.0.1:9000", region=""
    )

    assert {alias: one["BACKEND"] for alias, one in made.items()} == dict.fromkeys(
        ("originals", "renditions"), "media.s3.S3Pictures"
    )
    shown = [(one["OPTIONS"]["bucket_name"], one["OPTIONS"]["base_url"]) for one in made.values()]
    assert shown == [("originals", None), ("pictures", "/pictures/")]


@pytest.mark.parametrize("package", ["storages", "boto3"])
def test_buckets_without_their_package_are_refused_with_the_remedy(tmp_path, package):
    hidden = f"import sys; sys.modules[{package!r}] = None; "

    answer = settings_with(tmp_path, code=hidden + SHOW, **BUCKETS)

    assert answer.returncode != 0
    assert answer.stderr.splitlines()[-1].endswith("pip install -r requirements-s3.txt")


def test_a_long_data_dir_has_its_socket_in_a_temporary_folder_every_command_finds(tmp_path):
    long = tmp_path / ("x" * 120)

    socket = environment.valkey_socket(long)

    assert len(str(socket)) < environment.LONGEST_SOCKET_PATH
    assert socket == environment.valkey_socket(long)
    assert socket != environment.valkey_socket(tmp_path / ("y" * 120))


@pytest.mark.parametrize(
    ("url", "backend", "options"),
    [
        ("console:", "newsroom.readable_mail", {}),
        ("file:/var/mail", "django.core.mail.backends.filebased", {"file_path": "/var/mail"}),
        (
            "smtp://u:p@mail.example.org:587",
            "django.core.mail.backends.smtp",
            {"host": "mail.example.org", "port": 587, "username": "u", "password": "p", "use_tls": True},
        ),
        (
            "smtps://mail.example.org",
            "django.core.mail.backends.smtp",
            {"port": 465, "use_ssl": True, "use_tls": False},
        ),
    ],
)
def test_where_e_mail_goes(url, backend, options):
    mailer = environment.mailers(url)["default"]

    assert mailer["BACKEND"] == f"{backend}.EmailBackend"
    assert {name: mailer.get("OPTIONS", {})[name] for name in options} == options


def test_an_smtp_password_may_hold_any_character():
    options = environment.mailers("smtp://me%40example.org:p%2Fw%3A1@mail.example.org:587")["default"][
        "OPTIONS"
    ]

    assert (options["username"], options["password"]) == ("me@example.org", "p/w:1")


def test_an_address_without_a_host_is_refused():
    with pytest.raises(ImproperlyConfigured):
        environment.public_address("ftp://example.org", production=False)


def test_a_link_in_a_printed_e_mail_is_whole(settings, capsys):
    link = "http://127.0.0.1:8000/admin/password_reset/Mg/" + "x" * 60 + "/"
    settings.MAILERS = environment.mailers("console:")

    send_mail("Invitation", f"Follow “this”:\n{link}\n", None, ["ada@example.org"])

    printed = capsys.readouterr().out
    assert f"\n{link}\n" in printed
    assert "To: ada@example.org\nSubject: Invitation\n" in printed
