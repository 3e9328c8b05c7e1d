from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coverage", "0013_devices"), ("knox", "0009_extend_authtoken_field")]

    operations = [
        migrations.AddField(
            "joinlink",
            "made_on",
            models.ForeignKey(
                "knox.authtoken", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
            ),
        ),
    ]
