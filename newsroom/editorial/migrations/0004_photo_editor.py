"""The fifth role. Its permissions are given by `newsroom.editorial.grants` after migrating."""

from django.db import migrations


def make_group(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.get_or_create(name="Photo editor")


class Migration(migrations.Migration):
    dependencies = [("editorial", "0003_token_names"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
