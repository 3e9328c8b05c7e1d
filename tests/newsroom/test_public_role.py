"""What PostgreSQL lets the role of readers' side do: read the record, write the little that readers write, no more."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, ProgrammingError, connection
from psycopg.errors import InsufficientPrivilege

from coverage.models import Post
from coverage.record.wall import as_readers
from newsroom import launcher, public_role
from newsroom.checks import readers_have_a_role_of_their_own
from tests.own_role import drop, installed, settings_of

RECORD = {model._meta.db_table for model in apps.get_app_config("record").get_models()}
FOLLOWING = {"following_follower", "following_look", "following_notice"}
REPORTS = "coverage_errorreport"


def is_refused(statement: str, *values) -> bool:
    """Whether the role may not do this at all; refused for another reason, it may."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as error:
        return isinstance(error.__cause__, InsufficientPrivilege)
    return False


def columns() -> list[tuple[str, str]]:
    """Every column of every table there is, Django's own tables included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        )
        return cursor.fetchall()


def tables() -> set[str]:
    return {table for table, _ in columns()}


def allowed(statement: str, of: Iterable[str]) -> set[str]:
    """The tables of which readers may do this."""
    with as_readers():
        return {table for table in of if not is_refused(statement.format(table))}


@contextmanager
def granted(what: str, to: str) -> Iterator[None]:
    """What the role should not have; afterwards it is as before."""
    with connection.cursor() as cursor:
        cursor.execute(f'GRANT {what} TO "{to}"')
        yield
        cursor.execute(f'REVOKE {what} FROM "{to}"')
    call_command("public_role", stdout=StringIO())


def test_it_reads_the_record_and_no_table_of_the_desk(own_role):
    everything = tables()
    assert len(everything) > 50
    assert {"coverage_post", "media_image", "editorial_user", "django_session"} <= everything

    assert allowed("SELECT * FROM {} LIMIT 1", everything) == RECORD | FOLLOWING


def test_it_reads_no_word_of_a_report(own_role):
    ours = [column for table, column in columns() if table == REPORTS]

    with as_readers():
        read = {column for column in ours if not is_refused(f"SELECT {column} FROM {REPORTS}")}

    assert read == {"id", "key", "public_id", "sender", "at"}


def test_no_column_of_any_other_table_is_readable(own_role):
    others = [(table, column) for table, column in columns() if table not in RECORD | FOLLOWING | {REPORTS}]

    with as_readers():
        read = [one for one in others if not is_refused('SELECT "{1}" FROM {0} LIMIT 1'.format(*one))]

    assert read == []


def test_it_writes_what_readers_write(own_role):
    everything = tables()

    assert allowed("INSERT INTO {} DEFAULT VALUES", everything) == {
        REPORTS,
        "following_follower",
        "following_look",
    }
    assert allowed("DELETE FROM {} WHERE false", everything) == {"following_follower"}
    assert allowed("TRUNCATE {}", everything) == set()
    with as_readers():
        changed = {
            one
            for one in columns()
            if not is_refused('UPDATE {} SET "{}" = DEFAULT WHERE false'.format(*one))
        }
    assert changed == {("following_follower", name) for name in ("endpoint", "p256dh", "auth", "tries")}


@pytest.mark.parametrize(
    "statement",
    [
        'SET ROLE "{desk}"',
        'SET SESSION AUTHORIZATION "{desk}"',
        "CREATE TABLE mine (id int)",
        "CREATE ROLE another",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY record_eventhead TO PROGRAM 'cat'",
        "SELECT rolpassword FROM pg_authid",
        "ALTER TABLE record_eventhead DISABLE TRIGGER ALL",
    ],
)
def test_there_is_no_way_back(own_role, statement):
    desk = connection.settings_dict["USER"]

    with as_readers():
        assert is_refused(statement.format(desk=desk))
        assert not is_refused("RESET ROLE")
        assert is_refused("SELECT * FROM coverage_post")


def test_models_transactions_and_plain_sql_alike_are_asked_as_readers_and_then_as_the_desk_again(own_role):
    def who() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]

    desk = who()

    with as_readers():
        assert who() == own_role
        with as_readers():
            assert who() == own_role
        assert who() == own_role
    assert who() == desk != own_role

    with pytest.raises(ProgrammingError), as_readers():
        Post.objects.count()
    assert who() == desk != own_role


def test_a_statement_that_takes_long_is_ended(own_role):
    with as_readers(), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("5s",)


def test_the_command_takes_back_what_it_does_not_give(transactional_db, own_role):
    with granted("SELECT (body) ON coverage_post", own_role), granted("ALL ON record_release", own_role):
        assert public_role.troubles() == ["It may read coverage_post.", "It may change record_release."]

        call_command("public_role", stdout=StringIO())

        assert public_role.troubles() == []
        with as_readers():
            assert is_refused("SELECT body FROM coverage_post")


def test_the_command_gives_what_a_new_table_lacks(transactional_db, own_role):
    with connection.cursor() as cursor:
        cursor.execute(f'REVOKE ALL ON record_document FROM "{own_role}"')
    assert public_role.troubles() == ["It may not read record_document."]

    call_command("public_role", stdout=StringIO())

    assert public_role.troubles() == []


def test_make_run_gives_it_what_it_may(transactional_db, own_role, capsys):
    with connection.cursor() as cursor:
        cursor.execute(f'REVOKE ALL ON record_document FROM "{own_role}"')

    launcher.prepare()

    assert public_role.troubles() == []
    assert f"{own_role} may read the record: " in capsys.readouterr().out


def test_the_role_is_made_with_the_password_as_the_server_keeps_it(own_role):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [own_role])
        assert cursor.fetchone()[0].startswith("SCRAM-SHA-256$")


def test_printed_it_changes_nothing_and_is_the_same(transactional_db, public_settings):
    printed = StringIO()
    with installed(public_settings | {"USER": "other readers"}), connection.cursor() as cursor:
        call_command("public_role", "--print", stdout=printed)
        assert not public_role.exists()

        cursor.execute(printed.getvalue())

        assert public_role.troubles() == []
        drop("other readers")
    assert public_settings["PASSWORD"] not in printed.getvalue()


def test_it_is_said_who_can_make_the_role(transactional_db, public_settings, monkeypatch):
    monkeypatch.setattr(public_role, "name", lambda: "other readers")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE tenant LOGIN")

    with (
        installed(settings_of("tenant")),
        as_readers(),
        pytest.raises(CommandError, match=r"^tenant may not do this \(.*\)\. .* --print"),
    ):
        call_command("public_role")

    drop("tenant")


def test_without_a_role_of_its_own_the_command_says_what_to_set(db):
    with pytest.raises(CommandError, match="Set DATABASE_PUBLIC_URL first"):
        call_command("public_role")


def test_check_is_content_with_the_role(own_role):
    assert readers_have_a_role_of_their_own() == []


def test_check_warns_of_a_role_that_reads_the_desk(transactional_db, own_role):
    with granted("SELECT ON coverage_post, media_image", own_role):
        (warning,) = readers_have_a_role_of_their_own()

    assert (warning.id, "It may read coverage_post, media_image." in warning.msg) == ("newsroom.W002", True)


def test_check_warns_of_a_role_that_may_become_the_desk(transactional_db, own_role):
    with granted(f'"{connection.settings_dict["USER"]}"', own_role):
        (warning,) = readers_have_a_role_of_their_own()

    assert "may become another role" in warning.msg


def test_check_warns_of_a_role_that_is_not_there(db, public_settings):
    with installed(public_settings | {"USER": "nobody at all"}):
        (warning,) = readers_have_a_role_of_their_own()

    assert (warning.id, "nobody at all" in warning.msg) == ("newsroom.W002", True)


def test_check_warns_if_readers_are_the_desk(db):
    warnings = [warning.id for warning in readers_have_a_role_of_their_own()]

    assert warnings == (["newsroom.W001"] if connection.vendor == "postgresql" else [])
