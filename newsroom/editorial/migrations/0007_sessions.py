import django.db.models.deletion
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models
from django.utils import timezone


def bring_over(apps, schema_editor) -> None:
    """Nobody is signed out. Django's own rows stay for processes that still run the code before this one."""
    people = apps.get_model("editorial", "User").objects
    sessions, now = apps.get_model("editorial", "Session").objects, timezone.now()
    for row in apps.get_model("sessions", "Session").objects.filter(expire_date__gt=now).iterator():
        person = people.filter(pk=SessionStore().decode(row.session_data).get("_auth_user_id") or 0).first()
        if person is not None:
            data = {"session_data": row.session_data, "expire_date": row.expire_date}
            sessions.create(session_key=row.session_key, person=person, seen_at=now, **data)


class Migration(migrations.Migration):
    dependencies = [("editorial", "0006_erasure"), ("sessions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("signed_in_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField()),
                ("browser", models.CharField(blank=True, max_length=80)),
                ("neighbourhood", models.CharField(blank=True, max_length=43)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.RunPython(bring_over, migrations.RunPython.noop),
    ]
