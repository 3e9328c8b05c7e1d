"""Erasures: that something was erased, without a word of it, and which of its files are still to be removed."""

from django.db import models
from django.utils import timezone


class ErasedKind(models.TextChoices):
    POST = "post", "post"
    PICTURE = "picture", "picture"
    PERSON = "person", "person"
    SPEAKER = "speaker", "speaker"


class Erasure(models.Model):
    """`version` is the thing's after the act: who changed it since would have it erased again.

    `left` has [kind of file, name] for each that may still be there. `audit_open` is true only inside the erasing
    transaction: the audit's guard lets that blank words, and nobody else sees the row.
    """

    kind = models.CharField(max_length=10, choices=ErasedKind)
    thing_id = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    left = models.JSONField(default=list)
    audit_open = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["kind", "thing_id"], name="erased_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}"
