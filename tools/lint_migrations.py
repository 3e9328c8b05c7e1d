"""Judges the migrations made since the first release: the code before must be able to go on while they run.

    python -m tools.lint_migrations

django-migration-linter looks at what each would tell PostgreSQL. Where there is nothing new it takes a moment; else it
starts a PostgreSQL of its own (the machine's, or the wheel's) and brings it to the state before each.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements

from tests import services

JUDGE = "--judge"  # on the database there is
Name = tuple[str, str]
# The last ones of the first release, which nobody upgrades to. Until it is out, a migration of it may stand here.
FIRST_RELEASE: dict[str, str] = {
    "editorial": "0007_sessions",
    "media": "0009_words_version",
    "coverage": "0017_asked_link",
    "record": "0014_whose_addresses",
    "following": "0001_initial",
}
# What may break older code, and why it does not: `("coverage", "0020_…"): "Nothing reads the column since 0.3."`
ACCEPTED: dict[Name, str] = {}


def main() -> int:
    """0 if all may run beside the code before them."""
    if JUDGE in sys.argv:
        return judge_all()
    if not new_ones():
        print("No migration since the first release.")
        return 0
    with own_postgres() as environment:
        command = [sys.executable, "-m", "tools.lint_migrations", JUDGE]
        return subprocess.run(command, env=environment).returncode  # noqa: S603 - ourselves


def new_ones() -> list[Name]:
    """Those of our apps that are not of the first release, in the order in which they run."""
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    old = {name for last in FIRST_RELEASE.items() for name in graph.forwards_plan(last)}
    ordered = [name for leaf in sorted(graph.leaf_nodes()) for name in graph.forwards_plan(leaf)]
    return [name for name in dict.fromkeys(ordered) if name not in old and name[0] in FIRST_RELEASE]


def judge_all() -> int:
    executor, bad = MigrationExecutor(connection), 0
    new = new_ones()
    others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] not in FIRST_RELEASE]
    executor.migrate([*FIRST_RELEASE.items(), *others])
    for name in new:
        executor = MigrationExecutor(connection)
        before = executor.loader.project_state(name, at_end=False)
        errors, warnings = judge(executor.loader.graph.nodes[name], before)
        accepted = ACCEPTED.get(name)
        for sentence in errors if not accepted else ():
            print(f"{'.'.join(name)}: {sentence}. See “Migrations” in CONTRIBUTING.md.", file=sys.stderr)
        for sentence in [f"accepted: {accepted}"] if accepted else warnings:
            print(f"{'.'.join(name)}: {sentence}")
        bad += bool(errors and not accepted)
        executor.migrate([name])
    print(
        f"{len(new)} migrations since the first release, {bad} of them not to be run beside the code before."
    )
    return 1 if bad else 0


def judge(migration: Migration, state: ProjectState) -> tuple[list[str], list[str]]:
    """What is wrong with a migration, and what is to be thought of, on a PostgreSQL in the state before it."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state.clone(), editor, collect_sql=True)
    linter = MigrationLinter(None, no_cache=True, no_output=True)
    statements = [sql for sql in editor.collected_sql if not sql.startswith("--")]
    errors, _, warnings = analyse_sql_statements(linter.sql_analyser_class, statements)
    own_errors, _, own_warnings = linter.analyse_data_migration(migration)
    return _sentences([*errors, *own_errors]), _sentences([*warnings, *own_warnings])


def _sentences(issues: Sequence) -> list[str]:
    return [
        " ".join(filter(None, (issue.message, f"({issue.table}.{issue.column})" if issue.column else "")))
        for issue in issues
    ]


@contextmanager
def own_postgres() -> Iterator[dict[str, str]]:
    """The environment of a process that has one."""
    with tempfile.TemporaryDirectory(prefix="nr-lint-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            own = {"DATA_DIR": str(folder / "data"), "DATABASE_URL": services.start_postgres(folder)}
            yield {**os.environ, "DATABASE_PUBLIC_URL": "", **own}
        finally:
            services.stop(folder)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    django.setup()
    sys.exit(main())
