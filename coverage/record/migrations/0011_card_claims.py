from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0010_wrap")]

    operations = [
        migrations.AddField("sharecard", "claimed_at", models.DateTimeField(null=True)),
        migrations.AddField("sharecard", "given_up", models.BooleanField(default=False)),
    ]
