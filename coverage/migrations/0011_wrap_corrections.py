"""A wrap keeps its corrections at the desk, too, so that bringing it back brings them back."""

from django.db import migrations, models


def copy_from_record(apps, schema_editor) -> None:
    using = schema_editor.connection.alias
    wraps = apps.get_model("coverage", "Wrap").objects.using(using)
    articles = apps.get_model("record", "ReleasedArticle").objects.using(using)
    for key, corrections in articles.exclude(corrections=[]).values_list("desk_id", "corrections"):
        wraps.filter(pk=key).update(corrections=corrections)


class Migration(migrations.Migration):
    dependencies = [("coverage", "0010_wrap"), ("record", "0010_wrap")]

    operations = [
        migrations.AddField("wrap", "corrections", models.JSONField(default=list)),
        migrations.RunPython(copy_from_record, migrations.RunPython.noop),
    ]
