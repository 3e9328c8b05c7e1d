"""PostgreSQL's part of a backup: pg_dump of one exported snapshot, and a schema loaded in another's place."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from psycopg import conninfo, pq

from coverage.backup.errors import NotBackedUp, NotRestored
from coverage.backup.snapshots import Snapshot

MEMBER = "database.pgdump"
SCHEMA = "public"


def check_can_dump() -> None:
    """Raises NotBackedUp if this machine has no pg_dump for the server."""
    _program("pg_dump", NotBackedUp)


@contextmanager
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """A transaction that reads what was committed at its beginning; pg_dump sees exactly that."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [name] = cursor.fetchone()
        yield Snapshot(reading=nullcontext, dump=partial(_dump, folder / MEMBER, name))


def _dump(file: Path, snapshot: str) -> Path:
    """Without owners and grants, which are of this server and not of the newsroom."""
    command = [_program("pg_dump", NotBackedUp), *_where(), "--format=custom", f"--snapshot={snapshot}"]
    command += [f"--schema={SCHEMA}", "--no-owner", "--no-privileges", f"--file={file}"]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise NotBackedUp(f"pg_dump failed: {_last_line(done.stderr)}")
    return file


@contextmanager
def restoring(file: Path, stamp: str) -> Iterator[list["KeptSchema"]]:
    """Loads the dump in the place of the schema that is there, in one transaction. An error within puts that back."""
    kept = KeptSchema(f"before_{re.sub(r'[^a-z0-9]', '_', stamp.lower())}")
    connection.close()
    trouble = _load(file, kept)
    try:
        if trouble:
            raise NotRestored(f"pg_restore could not read the backup: {trouble}")
        yield [kept]
    except BaseException:
        kept.put_back()
        raise
    finally:
        connection.close()


class KeptSchema:
    """The tables as they were before, out of the newsroom's sight."""

    is_kept = True

    def __init__(self, name: str):
        self.name = name

    def __str__(self) -> str:
        return f"the schema {self.name} (DROP SCHEMA {self.name} CASCADE)"

    def swap(self) -> None:
        """Loading the dump has done it."""

    def swap_back(self) -> None:
        """`restoring` does it."""

    def put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
            cursor.execute(f"ALTER SCHEMA {self.name} RENAME TO {SCHEMA}")

    def forget(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {self.name} CASCADE")


def kept_aside() -> list[str]:
    """Former tables that a restore has put aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before\\_restore\\_%' ORDER BY nspname"
        )
        return [str(KeptSchema(name)) for [name] in cursor.fetchall()]


def check_alone() -> None:
    """Raises NotRestored if anybody else is connected: what has read the old tables would write into the new ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        [others] = cursor.fetchone()
    if others:
        raise NotRestored(
            f"Others are connected to the database ({others} connections). Stop every web server, worker and beat."
        )


def _load(file: Path, kept: KeptSchema) -> str:
    """Why pg_restore did not come to the dump's end, "" if it did: psql commits all the same. Raises NotRestored."""
    script = [_program("pg_restore", NotRestored), "--file=-", "--no-owner", "--no-privileges"]
    swap = [f"ALTER SCHEMA {SCHEMA} RENAME TO {kept.name}", f"CREATE SCHEMA {SCHEMA}"]
    load = [_program("psql", NotRestored), *_where(), "--no-psqlrc", "--quiet", "--single-transaction"]
    load += ["--set=ON_ERROR_STOP=1", "--output=/dev/null", *(f"--command={one}" for one in swap), "--file=-"]
    script += [f"--schema={SCHEMA}", str(file)]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(script, stdout=subprocess.PIPE, stderr=said) as reading,  # noqa: S603
    ):
        loaded = subprocess.run(  # noqa: S603
            load, env=_environment(), stdin=reading.stdout, stderr=subprocess.PIPE, text=True
        )
        reading.stdout.close()  # or pg_restore waits for a psql that has stopped
        reading.wait()
        said.seek(0)
        trouble = _last_line(said.read()) if reading.returncode else ""
    if loaded.returncode:
        raise NotRestored(f"PostgreSQL did not take the backup: {_last_line(loaded.stderr)}")
    return trouble


def _program(name: str, error: type[NotBackedUp] | type[NotRestored]) -> str:
    """Its path. Raises the error if there is none, or one that is older than the server."""
    path = shutil.which(name)
    connection.ensure_connection()
    server = connection.pg_version // 10_000
    if path is None:
        raise error(
            f"There is no {name} here: install PostgreSQL's client programs (postgresql-client-{server})."
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout  # noqa: S603
    version = re.search(r"\d+", said)
    if version is None or int(version[0]) < server:
        raise error(
            f"{name} here is of an older PostgreSQL than the server ({said.strip()}, {server}): "
            f"install postgresql-client-{server}."
        )
    return path


def _where() -> list[str]:
    """Which database, without the password, which other people of the machine could see in the list of processes."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()} - {"password"}
    params = connection.get_connection_params()
    return [f"--dbname={conninfo.make_conninfo(**{name: params[name] for name in params if name in known})}"]


def _environment() -> dict[str, str]:
    password = connection.settings_dict["PASSWORD"]
    return {**os.environ, "PGPASSWORD": password} if password else {**os.environ}


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()] or ["it did not say why"]
    return next((line for line in lines if "ERROR" in line or "error" in line), lines[-1]).strip()
