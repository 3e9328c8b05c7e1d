"""The role of DATABASE_PUBLIC_URL, as which PostgreSQL is asked for readers: what it may, as SQL, and what is wrong."""

from collections.abc import Iterable

from django.apps import apps
from django.db import connection, connections, transaction

from coverage.record.wall import PUBLIC, as_readers
from newsroom.editorial.standing_in_line import stand_in_line

# The few things readers do besides reading the record.
MORE = {
    "following.Follower": "SELECT, INSERT, DELETE, UPDATE (endpoint, p256dh, auth, tries)",
    "following.Look": "SELECT, INSERT",
    "following.Notice": "SELECT",
    # Put in, and not read again: the columns that the limits count, and what tells a form that was sent twice.
    "coverage.ErrorReport": "INSERT, SELECT (id, key, public_id, sender, at)",
}
LOCK = 0x6E72_726F  # names PostgreSQL's lock, ours alone: two at once would change the same rows of its catalogue

RIGHTS = """
SELECT relname,
  has_table_privilege(oid, 'SELECT'),
  has_any_column_privilege(oid, 'SELECT'),
  has_any_column_privilege(oid, 'INSERT, UPDATE') OR has_table_privilege(oid, 'DELETE, TRUNCATE')
FROM pg_class
WHERE relkind IN ('r', 'p', 'v', 'm')
  AND (relnamespace, relowner) = (
    SELECT relnamespace, relowner FROM pg_class WHERE oid = 'record_eventhead'::regclass
  )
ORDER BY relname
"""
POWERS = """
SELECT rolsuper OR rolcreaterole OR rolbypassrls OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
FROM pg_roles WHERE rolname = current_user
"""


def name() -> str:
    return connections.settings[PUBLIC]["USER"]


def exists() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [name()])
        return cursor.fetchone() is not None


def making() -> str:
    """The SQL that makes it, without a password: it can sign in and nothing else."""
    return f"CREATE ROLE {connection.ops.quote_name(name())} LOGIN NOINHERIT"


def granting() -> list[str]:
    """The SQL that takes all away from it and gives what it may. Run together, no reader is refused meanwhile."""
    quoted, role = connection.ops.quote_name, connection.ops.quote_name(name())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = quoted(cursor.fetchone()[0])
    return [
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}",
        f"GRANT SELECT ON {', '.join(map(quoted, record_tables()))} TO {role}",
        *(f"GRANT {rights} ON {quoted(_table(model))} TO {role}" for model, rights in MORE.items()),
    ]


@transaction.atomic
def set_up() -> bool:
    """Makes the role, with the password of DATABASE_PUBLIC_URL, if there is none; gives it what it may. Answers whether
    it was made."""
    stand_in_line(LOCK)
    with connection.cursor() as cursor:
        is_new = not exists()
        if is_new:
            cursor.execute(f"{making()} PASSWORD %s", [_scrambled_password()])
        for statement in granting():
            cursor.execute(statement)
    return is_new


def record_tables() -> list[str]:
    return sorted(model._meta.db_table for model in apps.get_app_config("record").get_models())


def troubles() -> list[str]:
    """What the role may and should not, or the other way round: a sentence each. Asks the database, as readers."""
    with as_readers(), connection.cursor() as cursor:
        cursor.execute(RIGHTS)
        rights = cursor.fetchall()
        cursor.execute(POWERS)
        [(is_powerful,)] = cursor.fetchall()
    record, more = set(record_tables()), {_table(model) for model in MORE}
    written = {_table(model) for model, given in MORE.items() if "INSERT" in given}
    found = {
        "It may read {}.": [table for table, _, some, _ in rights if some and table not in record | more],
        "It may change {}.": [table for table, _, _, changes in rights if changes and table not in written],
        "It may not read {}.": [table for table, whole, _, _ in rights if not whole and table in record],
    }
    said = [sentence.format(_listed(tables)) for sentence, tables in found.items() if tables]
    return [*said, *(["It has powers of its own, or may become another role."] if is_powerful else [])]


def _table(model: str) -> str:
    return apps.get_model(model)._meta.db_table


def _listed(tables: Iterable[str], most: int = 5) -> str:
    first, more = list(tables)[:most], list(tables)[most:]
    return ", ".join(first) + (f" and {len(more)} more" if more else "")


def _scrambled_password() -> str:
    """As the server keeps it, so that the password itself is in no log of statements."""
    password = connections.settings[PUBLIC]["PASSWORD"]
    with connection.cursor() as cursor:
        scrambled = cursor.connection.pgconn.encrypt_password(password.encode(), name().encode())
    return scrambled.decode()
