from django.db import migrations

TABLES = ("coverage_post", "coverage_event", "record_release", "record_eventhead", "media_image")


class Migration(migrations.Migration):
    dependencies = [("coverage", "__first__"), ("record", "__first__"), ("media", "__first__")]
    operations = [
        migrations.RunSQL(f"ALTER TABLE {table} ADD COLUMN expanded integer NULL", migrations.RunSQL.noop)
        for table in TABLES
    ]
