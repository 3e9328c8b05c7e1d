"""The module that knows the newsroom's database."""

from types import ModuleType

from django.db import connection

from coverage.backup import postgres, sqlite

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_MODULES = {"sqlite": sqlite, "postgresql": postgres}


def database() -> ModuleType:
    """Has `MEMBER`, the name of its file in a backup, `snapshot`, `held`, `restoring` and `kept_aside`."""
    return _MODULES[connection.vendor]
