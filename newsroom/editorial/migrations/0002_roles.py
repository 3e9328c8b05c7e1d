"""The four roles, each a group. Their permissions are given by `newsroom.editorial.grants` after migrating."""

from django.db import migrations

ROLES = ("Reporter", "Photographer", "Editor", "Chief editor")


def make_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for role in ROLES:
        groups.get_or_create(name=role)


class Migration(migrations.Migration):
    dependencies = [("editorial", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
