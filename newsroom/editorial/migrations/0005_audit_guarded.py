"""The audit knows of which event a row speaks, and the database itself refuses to change one.

PostgreSQL refuses UPDATE and DELETE, but not TRUNCATE, which only an owner of the table may. SQLite refuses UPDATE: a
trigger on DELETE would also refuse the DELETE without conditions by which Django empties a database there. A later
migration that rewrites the table on SQLite drops its trigger and has to make it again.
"""

from django.db import migrations, models

REFUSED = "Audit rows are never changed."
GUARDS = {
    "postgresql": [
        f"""
        CREATE FUNCTION editorial_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$
        """,
        """
        CREATE TRIGGER editorial_audit_guard BEFORE UPDATE OR DELETE ON editorial_auditrow
        FOR EACH ROW EXECUTE FUNCTION editorial_audit_refuse()
        """,
    ],
    "sqlite": [
        f"""
        CREATE TRIGGER editorial_audit_guard BEFORE UPDATE ON editorial_auditrow
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """
    ],
}
UNGUARDED = {
    "postgresql": [
        "DROP TRIGGER editorial_audit_guard ON editorial_auditrow",
        "DROP FUNCTION editorial_audit_refuse()",
    ],
    "sqlite": ["DROP TRIGGER editorial_audit_guard"],
}


def guard(apps, schema_editor):
    for statement in GUARDS.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def leave_open(apps, schema_editor):
    for statement in UNGUARDED.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("editorial", "0004_photo_editor")]

    operations = [
        migrations.AddField("auditrow", "event_id", models.BigIntegerField(db_index=True, null=True)),
        migrations.AddIndex("auditrow", models.Index(fields=["person_id"], name="audit_person")),
        migrations.AddIndex("auditrow", models.Index(fields=["verb"], name="audit_verb")),
        migrations.RunPython(guard, leave_open),
    ]
