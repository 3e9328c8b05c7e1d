"""PostgreSQL's part of a backup: pg_dump of one exported snapshot, and a schema loaded in another's place."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from django.db import DatabaseError, connection, transaction
from psycopg import conninfo, pq

from coverage.backup.errors import LeftHalfway, NotBackedUp, NotRestored
from coverage.backup.snapshots import Snapshot
from coverage.management.stopping import to_the_end

MEMBER = "database.pgdump"
SCHEMA = "public"
LOOKS, BETWEEN = 10, 0.2  # times, seconds: how long who is connected may take to be gone


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
    """Loads the dump in the place of the schema that is there, in one transaction. An error or a stop within puts that
    back."""
    kept = KeptSchema(f"before_{re.sub(r'[^a-z0-9]', '_', stamp.lower())}")
    connection.close()
    try:
        _load(file, kept)
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
        """Loading the dump has done it. Raises NotRestored for who came while it was loaded."""
        _check_alone()

    def swap_back(self) -> None:
        """`restoring` does it."""

    def put_back(self) -> None:
        """If loading the dump came so far that it is one. Raises LeftHalfway."""
        again = [f"DROP SCHEMA {SCHEMA} CASCADE", f"ALTER SCHEMA {self.name} RENAME TO {SCHEMA}"]
        connection.close()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [self.name])
                for statement in again if cursor.fetchone() else ():
                    cursor.execute(statement)
        except DatabaseError as error:
            raise LeftHalfway(
                f"The restore failed, and so did putting the database back ({error}). Nothing else has changed. If "
                f"there is a schema {self.name}, that is the former one: {'; '.join(again)};"
            ) from error

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


@contextmanager
def held() -> Iterator[None]:
    """Raises NotRestored if anybody else is connected. Who comes later is found before the change, by `swap`."""
    _check_alone()
    yield


def _check_alone() -> None:
    """What has read the old tables would write into the new ones. Who has just ended is given a moment to be gone."""
    for _ in range(LOOKS):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            [others] = cursor.fetchone()
        if not others:
            return
        time.sleep(BETWEEN)
    raise NotRestored(
        f"Others are connected to the database ({others} connections). Stop every web server, worker and beat."
    )


def _load(file: Path, kept: KeptSchema) -> None:
    """Raises NotRestored. Then, and whenever it is stopped, also by SIGKILL, nothing has changed: only who has read the
    dump to its end says COMMIT."""
    read = [_program("pg_restore", NotRestored), "--file=-", "--no-owner", "--no-privileges"]
    read += [f"--schema={SCHEMA}", str(file)]
    load = [_program("psql", NotRestored), *_where(), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    load += ["--output=/dev/null", "--file=-"]
    known = _settings()
    with _running(read, stdout=subprocess.PIPE) as reading, _running(load, stdin=subprocess.PIPE) as loading:
        script = loading.process.stdin
        with suppress(BrokenPipeError):  # psql has stopped, and said why
            script.write(b"BEGIN; ALTER SCHEMA %b RENAME TO %b;" % (SCHEMA.encode(), kept.name.encode()))
            script.write(b"CREATE SCHEMA %b;\n" % SCHEMA.encode())
            _copy(reading.process.stdout, script, known)
            if reading.process.wait() == 0:
                with to_the_end():
                    script.write(b"COMMIT;\n")
                    script.close()
                    loading.process.wait()
        with suppress(BrokenPipeError):
            script.close()
        if loading.process.wait():
            raise NotRestored(f"PostgreSQL did not take the backup: {loading.last_line()}")
        if reading.process.wait():
            raise NotRestored(f"pg_restore could not read the backup: {reading.last_line()}")


def _copy(source: BinaryIO, script: BinaryIO, known: set[str]) -> None:
    """Without what the server does not know of the settings at its head: pg_restore of 17 sets `transaction_timeout`,
    which 16 has not."""
    for line in source:
        setting = re.match(rb"SET (\w+) = ", line)
        if setting is None or setting[1].decode() in known:
            script.write(line)
        if line.startswith((b"CREATE ", b"ALTER ", b"COPY ")):
            break
    shutil.copyfileobj(source, script, 1024 * 1024)


def _settings() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings")
        names = {name for [name] in cursor.fetchall()}
    connection.close()
    return names


class _Running(NamedTuple):
    process: subprocess.Popen
    said: TextIO

    def last_line(self) -> str:
        self.said.seek(0)
        return _last_line(self.said.read())


@contextmanager
def _running(command: list[str], **streams: int) -> Iterator[_Running]:
    """A program in a session of its own, so that Ctrl-C stops us and we stop it, which is over when this ends."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(  # noqa: S603
            command, env=_environment(), stderr=said, start_new_session=True, **streams
        )
        try:
            yield _Running(process, said)
        finally:
            process.terminate()
            for stream in filter(None, (process.stdin, process.stdout)):
                with suppress(BrokenPipeError):
                    stream.close()
            process.wait()


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
