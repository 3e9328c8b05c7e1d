"""A role of PostgreSQL for readers' side, on the tests' database."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.utils import load_backend

from coverage.record.wall import PUBLIC
from newsroom.environment import PUBLIC_LIMITS


def settings_of(role: str) -> dict:
    """Django's, for the tests' database as that role."""
    options = {**connection.settings_dict["OPTIONS"], "options": PUBLIC_LIMITS}
    return {**connection.settings_dict, "USER": role, "PASSWORD": "for readers", "OPTIONS": options}


@contextmanager
def installed(settings: dict) -> Iterator[None]:
    """As if DATABASE_PUBLIC_URL said so, in this thread."""
    connections.settings[PUBLIC] = settings
    # Under a name that is not in the settings, or Django takes it for a database that tests may not reach.
    connections[PUBLIC] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "readers")
    try:
        yield
    finally:
        connections[PUBLIC].close()
        del connections[PUBLIC], connections.settings[PUBLIC]


def drop(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():  # the tests of another folder may have dropped it at their end
            cursor.execute(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"')


@pytest.fixture(scope="session")
def public_settings(django_db_setup, django_db_blocker) -> Iterator[dict]:
    """Of a connection as the role, which `manage.py public_role` has made. Without PostgreSQL the test is skipped."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    settings = settings_of(f"readers of {connection.settings_dict['NAME']}")
    with django_db_blocker.unblock():
        with installed(settings):
            call_command("public_role", stdout=StringIO())
        yield settings
        drop(settings["USER"])


@pytest.fixture
def own_role(db, public_settings) -> Iterator[str]:
    """Readers' side connects as the role, over a connection of its own: it sees what is committed. Gives its name."""
    with installed(public_settings):
        yield public_settings["USER"]


@pytest.fixture(scope="session")
def public_environment(request, django_db_setup) -> dict[str, str]:
    """For a process of the newsroom's: on PostgreSQL it answers readers as the role."""
    if connection.vendor != "postgresql":
        return {}
    settings = request.getfixturevalue("public_settings")
    role, password, host = (quote(str(settings[name]), safe="") for name in ("USER", "PASSWORD", "HOST"))
    return {
        "DATABASE_PUBLIC_URL": f"postgres://{role}:{password}@{host}:{settings['PORT']}/{settings['NAME']}"
    }
