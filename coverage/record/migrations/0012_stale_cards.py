from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0011_card_claims")]

    operations = [
        migrations.AddField("sharecard", "stale", models.BooleanField(default=False)),
        migrations.AddIndex(
            "sharecard",
            models.Index(fields=["head"], name="cards_to_exchange", condition=models.Q(stale=True)),
        ),
    ]
