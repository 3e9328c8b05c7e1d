"""A migration does not wait long for a lock, and what comes after it waits as before."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate

from newsroom import migrating


def patience(**given) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_migration_gives_up_early_and_nothing_after_it_does():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such locks")
    seen, before = [], patience()

    def look(**given) -> None:
        seen.append(patience())

    pre_migrate.connect(look)
    call_command("migrate", verbosity=0)
    pre_migrate.disconnect(look)

    assert {*seen} == {migrating.PATIENCE}
    assert patience() == before == "0"
