"""Who gave the credits of older pictures: an empty `credit_from` means nobody by now, and once meant a person."""

from django.db import migrations

BATCH = 500  # pictures at a time


def name_persons(apps, schema_editor) -> None:
    """Whoever wrote a credit, or emptied it, as the audit has it, was a person: such a gap is filled no more."""
    using = schema_editor.connection.alias
    Image = apps.get_model("media", "Image").objects.using(using)
    Image.filter(credit_from="").exclude(credit="").update(credit_from="person")
    bare = list(Image.filter(credit_from="", credit="").values_list("pk", flat=True))
    for start in range(0, len(bare), BATCH):
        emptied = _emptied(apps, using, bare[start : start + BATCH])
        Image.filter(pk__in=emptied).update(credit_from="person")


def _emptied(apps, using: str, images: list) -> list[str]:
    """Those whose credit was described before, and last as empty."""
    rows = apps.get_model("editorial", "AuditRow").objects.using(using).order_by("pk")
    rows = rows.filter(verb="describe", thing_type="media.image", thing_id__in=[str(pk) for pk in images])
    said = {
        thing: after["credit"]
        for thing, after in rows.values_list("thing_id", "after")
        if after and "credit" in after
    }
    return [thing for thing, credit in said.items() if not credit]


class Migration(migrations.Migration):
    dependencies = [("media", "0005_latest_changes"), ("editorial", "0005_audit_guarded")]

    operations = [migrations.RunPython(name_persons, migrations.RunPython.noop)]
