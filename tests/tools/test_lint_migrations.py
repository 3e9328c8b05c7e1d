"""A migration that would break the code before it is refused, by what it tells PostgreSQL; one made in steps is not."""

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from tools import lint_migrations
from tools.lint_migrations import ACCEPTED, FIRST_RELEASE, judge, new_ones

OURS = ("newsroom", "coverage", "media")


def backfill(apps, schema_editor) -> None:
    apps.get_model("coverage", "Event").objects.filter(title="").update(title="An event")


EVENT = {"model_name": "event", "name": "mood"}
BAD = {
    "NOT NULL": [migrations.AddField(**EVENT, field=models.CharField(max_length=9, default=""))],
    "NOT NULL ": [migrations.AlterField("event", "held_since", models.DateTimeField(default=timezone.now))],
    "DROPPING columns": [migrations.RemoveField("event", "title")],
    "RENAMING columns": [migrations.RenameField("event", "title", "heading")],
    "DROPPING table": [migrations.DeleteModel("Alert")],
    "RENAMING tables": [migrations.AlterModelTable("event", "happening")],
    "ALTERING columns": [migrations.AlterField("event", "slug", models.TextField())],
    "ADDING unique": [
        migrations.AddConstraint("event", models.UniqueConstraint(fields=["title"], name="one_of_each"))
    ],
}
GOOD = {
    "with a default of the database": [
        migrations.AddField(**EVENT, field=models.CharField(max_length=9, default="", db_default=""))
    ],
    "that may be null": [migrations.AddField(**EVENT, field=models.DateTimeField(null=True))],
    "a table": [
        migrations.CreateModel(
            "Mood", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]
        )
    ],
    "of rows": [migrations.RunPython(backfill, migrations.RunPython.noop)],
}


def judged(operations: list) -> tuple[list[str], list[str]]:
    migration = type("Migration", (migrations.Migration,), {"operations": operations})(
        "9999_tried", "coverage"
    )
    state = MigrationLoader(connection).project_state()
    return judge(migration, state)


@pytest.fixture
def postgres(db):
    if connection.vendor != "postgresql":
        pytest.skip("it is PostgreSQL's statements that are judged")


@pytest.mark.parametrize("why", BAD)
def test_what_would_break_the_code_before_is_refused(postgres, why):
    errors, _ = judged(BAD[why])

    assert any(sentence.startswith(why.strip()) for sentence in errors), errors


@pytest.mark.parametrize("what", GOOD)
def test_what_the_code_before_does_not_notice_is_taken(postgres, what):
    assert judged(GOOD[what]) == ([], [])


def test_an_index_that_holds_up_writers_is_told(postgres):
    index = migrations.AddIndex("event", models.Index(fields=["title"], name="events_by_title"))

    assert judged([index]) == ([], ["CREATE INDEX locks table"])


def test_the_first_release_and_what_is_accepted_are_there():
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.keys()

    assert FIRST_RELEASE.items() <= known
    assert ACCEPTED.keys() <= known
    ours = {app for app, _ in known if apps.get_app_config(app).name.partition(".")[0] in OURS}
    assert ours == FIRST_RELEASE.keys()


def test_only_what_came_after_the_first_release_is_judged(monkeypatch):
    since = new_ones()

    monkeypatch.setitem(FIRST_RELEASE, "coverage", "0012_wrap_kept_alone")

    assert [name for name in new_ones() if name not in since][:2] == [
        ("coverage", "0013_devices"),
        ("coverage", "0014_join_link_made_on"),
    ]


def test_where_there_is_nothing_new_no_database_is_asked(monkeypatch, capsys):
    monkeypatch.setattr(lint_migrations, "new_ones", list)

    assert lint_migrations.main() == 0
    assert capsys.readouterr().out == "No migration since the first release.\n"
