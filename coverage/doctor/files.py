"""Files: can be written, have room, and are nobody else's to read; the last backup."""

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from coverage.backup import log
from coverage.backup.writing import KEYS
from coverage.doctor.findings import Finding, bad, good, mind
from media import storage
from newsroom import kept

LEAST_BYTES = 2 * 1024**3
LEAST_PART = 0.05
BACKUP_AGE = timedelta(hours=26)


def look() -> list[Finding]:
    return [*_look_at_storages(), _look_at_room(), _look_at_rights(), _look_at_backup()]


def _look_at_storages() -> Iterator[Finding]:
    for alias in ("originals", "renditions", "partials"):
        if trouble := _trouble(storages[alias]):
            yield bad(
                alias, f"Nothing can be stored: {trouble}", "Give this account the folder or bucket to write."
            )
        else:
            yield good(alias, "Files can be written and removed.")


def _trouble(files: Storage) -> str:
    name = f"{storage.INCOMING}/doctor-{secrets.token_hex(4)}.part"
    try:
        storage.write(files, name, b"doctor")
        files.delete(name)
    except OSError as error:
        return error.strerror or str(error)
    return files.trouble() if hasattr(files, "trouble") else ""


def _look_at_room() -> Finding:
    usage = shutil.disk_usage(settings.DATA_DIR)
    seen = f"{filesizeformat(usage.free)} of {filesizeformat(usage.total)} are free in DATA_DIR."
    if usage.free < LEAST_BYTES or usage.free < usage.total * LEAST_PART:
        return bad(
            "disk", seen, "Make room: a full disk stops filings. Old backups and *.before-restore-* may go."
        )
    return good("disk", seen)


def _look_at_rights() -> Finding:
    open_ones = [path for path in _private() if stat.S_IMODE(path.stat().st_mode) & 0o007]
    if open_ones:
        seen = f"Everybody on this machine may read {', '.join(map(str, open_ones))}."
        return bad("private files", seen, f"chmod o-rwx {' '.join(map(str, open_ones))}")
    return good("private files", "Database, keys and backups are for this account alone.")


def _private() -> list[Path]:
    """Those that are there; a backup may have been taken elsewhere."""
    found = [settings.DATA_DIR / name for name in (*KEYS, kept.NAME, "backups.json", "erasures.json")]
    found += [Path(entry["file"]) for entry in log.read()]
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        found += [database, *database.parent.glob(f"{database.name}[-.]*")]
    return [path for path in found if path.exists() and os.access(path, os.F_OK)]


def _look_at_backup() -> Finding:
    what, mend = "backup", "manage.py backup FOLDER, each night: see deploy/backup.md."
    worse = bad if settings.PRODUCTION else mind
    made = log.read()
    if not made:
        return worse(what, "None was made here.", mend)
    age = timezone.now() - datetime.fromisoformat(made[-1]["at"])
    seen = f"The last one is {age.total_seconds() / 3600:,.1f} hours old."
    if age > BACKUP_AGE:
        return worse(what, seen, mend)
    if not made[-1]["encrypted"]:
        return mind(what, f"{seen} It is not encrypted.", "Set BACKUP_KEY.")
    return good(what, seen)
