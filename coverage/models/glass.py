"""Breaking the glass: publishing without the second reader an event asks for, and who answered for it."""

from django.conf import settings
from django.db import models

from coverage.models.post import Post
from coverage.models.revision import Revision


class GlassBreak(models.Model):
    """A revision that went out without a second reader. `signed_at` null: nobody has read it since."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="glass_breaks")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.reason[:80]
