"""Erasures, and the one way past the audit's guard: while an erasing transaction holds a row that says so, the words of
an audit row may be blanked. Who did what to which thing, and when, may not be changed even then.
"""

import django.utils.timezone
from django.db import migrations, models

REFUSED = "Audit rows are never changed."
KEPT = ("id", "at", "person_id", "verb", "thing_type", "thing_id", "event_id", "from_state", "to_state")
OPEN = "EXISTS (SELECT 1 FROM editorial_erasure WHERE audit_open)"
FUNCTION = """
    CREATE OR REPLACE FUNCTION editorial_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN {unless} RAISE EXCEPTION '{refused}'; END $$
"""
SAME = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)
UNLESS = f"IF TG_OP = 'UPDATE' AND {OPEN} AND {SAME} THEN RETURN NEW; END IF;"
DROP = "DROP TRIGGER editorial_audit_guard"
TRIGGER = """
    CREATE TRIGGER editorial_audit_guard BEFORE UPDATE ON editorial_auditrow {when}
    BEGIN SELECT RAISE(ABORT, '{refused}'); END
"""
CHANGED = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)
WHEN = f"WHEN NOT {OPEN} OR {CHANGED}"
GUARDS = {
    "postgresql": [FUNCTION.format(unless=UNLESS, refused=REFUSED)],
    "sqlite": [DROP, TRIGGER.format(when=WHEN, refused=REFUSED)],
}
AS_BEFORE = {
    "postgresql": [FUNCTION.format(unless="", refused=REFUSED)],
    "sqlite": [DROP, TRIGGER.format(when="", refused=REFUSED)],
}


def guard(apps, schema_editor):
    for statement in GUARDS.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement, params=None)


def guard_as_before(apps, schema_editor):
    for statement in AS_BEFORE.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('editorial', '0005_audit_guarded'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('post', 'post'), ('picture', 'picture'), ('person', 'person'), ('speaker', 'speaker')], max_length=10)),
                ('thing_id', models.CharField(max_length=40)),
                ('version', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('left', models.JSONField(default=list)),
                ('audit_open', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'thing_id'], name='erased_thing')],
            },
        ),
        migrations.RunPython(guard, guard_as_before),
    ]
