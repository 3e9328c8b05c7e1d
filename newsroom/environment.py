"""What the environment says, read and checked once. `newsroom.settings` is built from it.

Every variable is described in the README. A value that makes no sense stops the start with one sentence.
"""

import hashlib
import importlib.util
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from email.utils import formataddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# The longest path a unix socket may have is 108 bytes on Linux and 104 on macOS, with the closing NUL.
LONGEST_SOCKET_PATH = 100
# What PostgreSQL lets readers' side ask, in milliseconds: a page takes far less, and nobody's search holds up others.
PUBLIC_LIMITS = "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=10000"
LONGEST_NAME = 60  # characters
# What a foot of a page may lead to, in its order.
LEGAL = ("about", "contact", "imprint", "privacy", "terms", "accessibility")
# Of Chrome and Edge, Firefox, Safari, and Windows.
PUSH_SERVICES = [
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
]


def tls(certificate: str, key: str) -> tuple[str, str]:
    """The two files with which the web server speaks https itself; "" twice: it does not. Raises for one alone."""
    if bool(certificate) != bool(key):
        raise ImproperlyConfigured("TLS_CERT and TLS_KEY go together: set both or neither.")
    for name in filter(None, (certificate, key)):
        if not Path(name).is_file():
            raise ImproperlyConfigured(f"There is no file {name}, which TLS_CERT or TLS_KEY names.")
    return certificate, key


def public_address(public_url: str, *, production: bool) -> tuple[str, str]:
    """The address readers use, without a closing slash, and its host. Raises if it is no http(s) address."""
    parts = urlsplit(public_url)
    understood = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
    if not understood or not _has_readable_port(public_url):
        raise ImproperlyConfigured(
            f"PUBLIC_URL is {public_url!r}; it must be like https://news.example.org, without a path."
        )
    if production and parts.scheme != "https":
        raise ImproperlyConfigured("In production PUBLIC_URL must begin with https://.")
    return f"{parts.scheme}://{parts.netloc}", parts.hostname


def printed_name(variable: str, name: str) -> str:
    """What readers are told, on one line. Raises if it would not fit a page's head."""
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ImproperlyConfigured(f"{variable} is one line of at most {LONGEST_NAME} characters.")
    return " ".join(name.split())


def sender(name: str, host: str) -> str:
    """Who e-mail comes from, unless DEFAULT_FROM_EMAIL says so."""
    return formataddr((name, f"newsroom@{host}"))


def languages(codes: list[str], known: list[str]) -> list[str]:
    """NEWSROOM_LANGUAGES, the newsroom's own first. Raises if that has no pages, or one is no language's code."""
    codes = [code.strip().lower() for code in codes]
    wrong = [code for code in codes if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,6})?", code)]
    if wrong or not codes:
        raise ImproperlyConfigured(
            f"NEWSROOM_LANGUAGES has {', '.join(wrong) or 'nothing'}; it is a list of codes, such as en-gb,fr."
        )
    if codes[0] not in known:
        raise ImproperlyConfigured(
            f"NEWSROOM_LANGUAGES begins with {codes[0]}; the newsroom’s own pages are there in {', '.join(known)}."
        )
    return list(dict.fromkeys(codes))


def legal_links(pairs: list[str]) -> dict[str, str]:
    """LEGAL_LINKS, `imprint=https://…`: addresses by what they are, in the order of the foot of a page.

    Raises if it is none of `LEGAL`, or no address of the web or for e-mail.
    """
    found = {}
    for pair in pairs:
        kind, _, address = pair.strip().partition("=")
        if kind not in LEGAL:
            raise ImproperlyConfigured(
                f"LEGAL_LINKS has {pair!r}; it is {LEGAL[0]}=https://…, or {', '.join(LEGAL[1:])}."
            )
        found[kind] = _legal_address(kind, address)
    return {kind: found[kind] for kind in LEGAL if kind in found}


def _legal_address(kind: str, address: str) -> str:
    if re.fullmatch(r"[^\s@:/]+@[^\s@]+", address):
        address = f"mailto:{address}"
    parts = urlsplit(address if _has_readable_port(address) else "")
    is_web = parts.scheme in ("http", "https") and parts.hostname
    is_mail = re.fullmatch(r"mailto:[^\s@]+@[^\s@]+", address)
    if not (is_web or is_mail) or re.search(r"[\s\"'<>\\]", address):
        raise ImproperlyConfigured(
            f"LEGAL_LINKS: {kind} is {address!r}; it must be like https://example.org/{kind}, or an e-mail address."
        )
    return address


def logo(path: Path) -> tuple[int, int] | None:
    """The width and height in pixels of the logo that `manage.py setup` put there; None if there is none."""
    try:
        start = path.open("rb").read(24)
    except OSError:
        return None
    return int.from_bytes(start[16:20]), int.from_bytes(start[20:24])


def port(number: int) -> int:
    """PORT, if a server can listen there. Raises if none can."""
    if not 0 < number < 65536:
        raise ImproperlyConfigured(f"PORT is {number}; it must be from 1 to 65535.")
    return number


def proxies(count: int) -> int:
    """TRUSTED_PROXIES. Raises if it is less than none."""
    if count < 0:
        raise ImproperlyConfigured(
            f"TRUSTED_PROXIES is {count}; it is how many proxies are in front: 0, 1, …"
        )
    return count


def crash_folder(path: str, *, production: bool) -> None:
    """CRASH_AT, with which a test ends processes at named moments (`newsroom.editorial.crash`). Raises where it is
    given and is no folder of a test's."""
    if not path:
        return
    if production:
        raise ImproperlyConfigured("CRASH_AT ends processes on purpose: in production leave it out.")
    if not (Path(path) / "for-tests").is_file():
        raise ImproperlyConfigured("CRASH_AT is for tests alone, which mark their folder: leave it out.")


def at_least(least: int, name: str, value: int) -> int:
    """A number from the environment. Raises if it is less than makes sense."""
    if value < least:
        raise ImproperlyConfigured(f"{name} is {value}; it is {least} or more.")
    return value


def security_contact(given: str, expires: date | None) -> tuple[str, datetime | None]:
    """SECURITY_CONTACT as an address of the web or for e-mail, and until when it is good: the end of that day, UTC.

    ("", None) without any. Raises if it is neither, or if one of the two variables stands alone.
    """
    if bool(given) != bool(expires):
        raise ImproperlyConfigured(
            "SECURITY_CONTACT and SECURITY_TXT_EXPIRES go together: set both or neither."
        )
    if not given:
        return "", None
    if re.fullmatch(r"[^\s@:]+@[^\s@]+", given):
        given = f"mailto:{given}"
    if not re.fullmatch(r"(https://|mailto:|tel:)[!-~]+", given):
        raise ImproperlyConfigured(
            f"SECURITY_CONTACT is {given!r}; it is an e-mail address, or an address that begins with https://."
        )
    return given, datetime.combine(expires, time.max, UTC).replace(microsecond=0)


def database(url: str, name: str = "DATABASE_URL") -> dict:
    """Django's settings for an address. Raises if it is none; it may hold a password and is not said."""
    try:
        return dj_database_url.parse(url)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} is not understood; use sqlite:////a/file or postgres://user:password@host:5432/name."
        ) from error


def public_database(url: str, desk: dict) -> dict:
    """Django's settings for DATABASE_PUBLIC_URL: the desk's database, as another role. Raises if it is not."""
    public = database(url, "DATABASE_PUBLIC_URL")
    engines = {one["ENGINE"] for one in (public, desk)}
    if engines != {"django.db.backends.postgresql"} or public["NAME"] != desk["NAME"]:
        raise ImproperlyConfigured(
            "DATABASE_PUBLIC_URL and DATABASE_URL must both name the same PostgreSQL database; without PostgreSQL "
            "leave DATABASE_PUBLIC_URL out."
        )
    if public["USER"] in ("", desk["USER"]):
        raise ImproperlyConfigured("DATABASE_PUBLIC_URL must name a role other than that of DATABASE_URL.")
    public.setdefault("OPTIONS", {}).setdefault("options", PUBLIC_LIMITS)
    return public


def _has_readable_port(url: str) -> bool:
    """Whether the part after the colon, if there is one, is the number of a port."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def data_folder(path: str) -> Path:
    """DATA_DIR, made if it is not there. Raises if it cannot be."""
    folder = Path(path).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR {folder} cannot be made: {error.strerror}.") from error
    return folder


def private_file(path: Path) -> None:
    """Makes SQLite's file if there is none, and lets nobody but its owner and group at it, whatever the umask says.

    SQLite gives the files beside it the rights of this one. Those of another owner are left as they are.
    """
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if file.exists():
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & 0o007 and file.stat().st_uid == os.getuid():
                file.chmod(mode & 0o770)
    if path.parent.is_dir() and not path.exists():
        with suppress(FileExistsError):  # another first start was faster
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def secret_key(data_dir: Path) -> str:
    """The key kept in DATA_DIR, made on first use."""
    return _kept(data_dir / "secret-key", lambda: secrets.token_urlsafe(50))


def vapid_key(data_dir: Path) -> str:
    """The private key kept in DATA_DIR that says who sends a push (RFC 8292), made on first use.

    A number below the order of P-256, 32 bytes in base64url; all but one in four thousand million are.
    """
    return _kept(data_dir / "vapid-key", lambda: secrets.token_urlsafe(32))


def _kept(path: Path, make: Callable[[], str]) -> str:
    """What the file says, readable by us alone; two first starts at once agree on one."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:
            draft.write(make())
        try:
            os.link(draft.name, path)  # fails if another start was first: then its key counts
        except FileExistsError:
            pass
        finally:
            os.unlink(draft.name)
    return path.read_text().strip()


def hub(url: str) -> str:
    """WEBSUB_HUB, or "". Raises if it is no http(s) address."""
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise ImproperlyConfigured(f"WEBSUB_HUB is {url!r}; it must be like https://hub.example.org/.")
    return url


def valkey_socket(data_dir: Path) -> Path:
    """Where the newsroom's own Valkey listens: in DATA_DIR, or in a temporary folder if that path is too long."""
    socket = data_dir / "valkey.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    # Not TMPDIR: every command must find the same place, whatever its environment.
    return Path("/tmp") / f"newsroom-{os.getuid()}-{name}" / "valkey.sock"  # noqa: S108


def broker_url(redis_url: str) -> str:
    """The same server in kombu's spelling."""
    return redis_url.replace("unix://", "redis+socket://", 1)


def mailers(email_url: str) -> dict:
    """Django's MAILERS for `console:`, `file:/folder`, `smtp://user:password@host:587` or `smtps://…`.

    `smtp` upgrades to TLS when the server listens on 587; `smtps` speaks TLS from the first byte.
    """
    parts = urlsplit(email_url if _has_readable_port(email_url) else "")
    backends = "django.core.mail.backends"
    if parts.scheme == "console":
        return {"default": {"BACKEND": "newsroom.readable_mail.EmailBackend"}}
    if parts.scheme == "file" and parts.path:
        return {
            "default": {"BACKEND": f"{backends}.filebased.EmailBackend", "OPTIONS": {"file_path": parts.path}}
        }
    if parts.scheme in ("smtp", "smtps") and parts.hostname:
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
        options = {
            "host": parts.hostname,
            "port": port,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp" and port == 587,
            "timeout": 10,
        }
        return {"default": {"BACKEND": f"{backends}.smtp.EmailBackend", "OPTIONS": options}}
    raise ImproperlyConfigured(
        f"EMAIL_URL is {email_url!r}; use console:, file:/a/folder, smtp://user:password@host:587 or smtps://…"
    )


def picture_storages(
    data_dir: Path, *, bucket: str, originals_bucket: str, endpoint: str, region: str
) -> dict[str, dict]:
    """Django's STORAGES for the pictures: two folders of DATA_DIR, or two buckets. Raises for half a setting.

    Readers get renditions from the newsroom alone, so both buckets are private. Originals have one of their own: no
    policy written for the other can ever open them.
    """
    if not (bucket or originals_bucket):
        return {
            "originals": _picture_folder(data_dir / "originals", None),
            "renditions": _picture_folder(data_dir / "renditions", "/pictures/"),
        }
    _check_buckets(bucket, originals_bucket)
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise ImproperlyConfigured(
            f"PICTURES_S3_ENDPOINT is {endpoint!r}; it must be like https://s3.example.org."
        )
    store = {"endpoint_url": endpoint or None, "region_name": region or None}
    return {
        "originals": _picture_bucket(originals_bucket, "originals", None, store),
        "renditions": _picture_bucket(bucket, "renditions", "/pictures/", store),
    }


def _check_buckets(bucket: str, originals_bucket: str) -> None:
    if not (bucket and originals_bucket) or bucket == originals_bucket:
        raise ImproperlyConfigured(
            "PICTURES_S3_BUCKET and PICTURES_S3_ORIGINALS_BUCKET go together, and must be two different buckets."
        )
    if not all(importlib.util.find_spec(package) for package in ("storages", "boto3")):
        raise ImproperlyConfigured(
            "PICTURES_S3_BUCKET needs django-storages: pip install -r requirements-s3.txt"
        )


def _picture_folder(folder: Path, base_url: str | None) -> dict:
    options = {"location": folder, "base_url": base_url, "allow_overwrite": True}
    if base_url is None:
        options["file_permissions_mode"] = 0o600
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


def _picture_bucket(bucket: str, prefix: str, base_url: str | None, store: dict) -> dict:
    options = {"bucket_name": bucket, "location": prefix, "base_url": base_url, **store}
    return {"BACKEND": "media.s3.S3Pictures", "OPTIONS": options}
