"""Links that show one revision of an unpublished post to somebody without an account."""

from django.conf import settings
from django.db import models

from coverage.models.post import Post
from coverage.models.revision import Revision


class PreviewLink(models.Model):
    """Only the hash of what its address ends with is kept; a revoked one is deleted."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="preview_links")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
    # When somebody looked last, to the minute; null: nobody has.
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["expires_at", "id"]

    def __str__(self) -> str:
        return f"revision {self.revision.number} of {self.post}"
