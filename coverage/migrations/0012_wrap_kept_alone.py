from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coverage", "0011_wrap_corrections")]

    operations = [
        migrations.AddField("wrapparagraph", "kept_alone", models.BooleanField(default=False)),
    ]
