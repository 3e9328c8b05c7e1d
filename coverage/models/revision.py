"""Revisions: every save of a post, whole, as plain JSON. And the corrections made in the open."""

from django.conf import settings
from django.db import models

from coverage.models.post import Post


class Revision(models.Model):
    """One save. `content` holds everything a release prints; nothing in it is looked up again but names as billed."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    content = models.JSONField()
    # Who approved it, being neither the post's author nor its last editor; null: nobody has second-read it.
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["post", "-number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return f"revision {self.number}"


class Correction(models.Model):
    """What was wrong and what it says now, signed. Printed under the post for good.

    Its note is replaced when a later correction removes the old words: it may repeat them.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="corrections")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    signed = models.CharField(max_length=150)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(name="correction_says_what", condition=~models.Q(note=""))]

    def __str__(self) -> str:
        return self.note[:80]
