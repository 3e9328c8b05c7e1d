"""The audit: one row for each verb and each save in the admin, written in the same transaction."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Model


class AppendOnlyError(Exception):
    """Somebody tried to change or delete an audit row."""


class AuditRowQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise AppendOnlyError("Audit rows are never changed.")

    def delete(self):
        raise AppendOnlyError("Audit rows are never deleted.")


class AuditRow(models.Model):
    """Who did what to which thing, when, from which state to which; names and titles as they were then."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    # No foreign keys: a row outlives the person and the thing it speaks of.
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=150, blank=True)
    verb = models.CharField(max_length=40)
    thing_type = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=40)
    thing_title = models.CharField(max_length=300)
    event_id = models.BigIntegerField(null=True, db_index=True)  # the event it belonged to then; null: none
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = AuditRowQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "audit row"
        indexes = [
            models.Index(fields=["thing_type", "thing_id"], name="audit_thing"),
            models.Index(fields=["person_id"], name="audit_person"),
            models.Index(fields=["verb"], name="audit_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.person_name or 'the system'}: {self.verb} {self.thing_title}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise AppendOnlyError("Audit rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError("Audit rows are never deleted.")


def write_audit(
    verb: str,
    thing: Model,
    *,
    by: "settings.AUTH_USER_MODEL | None",
    from_state: str = "",
    to_state: str = "",
    note: str = "",
    before: Any = None,
    after: Any = None,
) -> AuditRow:
    """Writes one row. `by` None is the system itself (a scheduled release). Call it inside the transaction."""
    return AuditRow.objects.create(
        person_id=by.pk if by else None,
        person_name=by.get_username() if by else "",
        verb=verb,
        thing_type=thing._meta.label_lower,
        thing_id=str(thing.pk),
        thing_title=str(thing)[:300],
        event_id=_event_of(thing),
        from_state=from_state,
        to_state=to_state,
        note=note,
        before=before,
        after=after,
    )


def _event_of(thing: Model) -> int | None:
    """The event of a thing, by what its columns are called: an event's own key, that of its event, or its keynote's."""
    if thing._meta.model_name == "event":
        return thing.pk
    if hasattr(thing, "event_id"):
        return thing.event_id
    keynote = getattr(thing, "keynote", None)
    return keynote.event_id if keynote else None
