"""Counting that several do at once and that has to be exact."""

from django.db import connection


def stand_in_line(lock: int) -> None:
    """One after the other until the transaction ends; SQLite's do so by themselves. `lock` names PostgreSQL's lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
