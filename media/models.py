"""Credited images and the renditions made of them. Rules about releasing them live with the record."""

import uuid

from django.conf import settings
from django.db import models

from media.querysets import ImageQuerySet


class ImageState(models.TextChoices):
    AWAITED = "awaited", "awaited"
    RECEIVED = "received", "received"
    READY = "ready", "ready"
    REFUSED = "refused", "refused"
    WITHDRAWN = "withdrawn", "withdrawn"


class Image(models.Model):
    """A photograph or drawing, with or without its bytes yet.

    `sha256` and the measures (pixels, upright) are those of the original; they are empty while it is awaited.
    `public_name` is the random folder its renditions lie in; it changes whenever their bytes do.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=ImageState, default=ImageState.AWAITED, db_index=True)
    refusal = models.CharField(max_length=300, blank=True, help_text="Why it was refused, for the person.")
    same_as = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies", editable=False
    )
    alt_text = models.CharField(
        "alternative text",
        max_length=500,
        blank=True,
        help_text="What the picture shows, for whoever cannot see it.",
    )
    credit = models.CharField(
        max_length=200, blank=True, help_text="Who made it and for whom: Ada Byron/Newsroom."
    )
    caption = models.TextField(blank=True)
    original = models.CharField(max_length=120, blank=True, editable=False)
    original_name = models.CharField(max_length=255, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    size = models.PositiveBigIntegerField("size in bytes", null=True, editable=False)
    format = models.CharField(max_length=10, blank=True, editable=False)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    public_name = models.CharField(max_length=32, blank=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="images",
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    # Until 20 seconds after this one worker makes its renditions; null: nobody does.
    claimed_at = models.DateTimeField(null=True, editable=False)
    # Whether the newsroom was told that it is ready; the sweep tells again what was not.
    announced = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "picture"
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                name="image_bytes_once",
                condition=models.Q(same_as=None, state__in=["received", "ready", "withdrawn"])
                & ~models.Q(sha256=""),
            ),
            models.CheckConstraint(
                name="image_with_bytes_is_measured",
                condition=~models.Q(state__in=["received", "ready"])
                | (models.Q(width__gt=0, height__gt=0) & ~models.Q(sha256="")),
            ),
            models.CheckConstraint(
                name="image_refused_says_why", condition=~models.Q(state="refused") | ~models.Q(refusal="")
            ),
            models.UniqueConstraint(
                fields=["public_name"], name="image_public_name_unique", condition=~models.Q(public_name="")
            ),
        ]

    def __str__(self) -> str:
        return self.caption[:80] or self.alt_text[:80] or f"picture {str(self.id)[:8]}"

    def root(self) -> "Image":
        """The image whose files stand for it: itself, or the one it is a copy of (this may cost a query)."""
        return self.same_as or self

    def has_bytes(self) -> bool:
        return self.state in (ImageState.RECEIVED, ImageState.READY)


class RenditionState(models.TextChoices):
    WAITING = "waiting", "waiting"
    READY = "ready", "ready"
    FAILED = "failed", "failed"


class Rendition(models.Model):
    """One file made of an image by one spec. The row is the truth; a file without one is an orphan."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")
    spec = models.CharField(max_length=20)
    format = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=RenditionState, default=RenditionState.WAITING)
    file = models.CharField(max_length=120, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    size = models.PositiveIntegerField("size in bytes", null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    recipe = models.PositiveSmallIntegerField("recipe version", default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["image", "spec"]
        constraints = [
            models.UniqueConstraint(fields=["image", "spec"], name="rendition_once"),
            models.CheckConstraint(
                name="rendition_ready_has_file",
                condition=~models.Q(state="ready")
                | (~models.Q(file="") & models.Q(width__gt=0, height__gt=0)),
            ),
            models.CheckConstraint(
                name="rendition_failed_says_why", condition=~models.Q(state="failed") | ~models.Q(error="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spec} of {self.image_id}"


class RetiredFiles(models.Model):
    """A folder of renditions whose image has new ones. Its URLs serve until the record names the new ones."""

    image = models.ForeignKey(Image, null=True, on_delete=models.SET_NULL, related_name="retired")
    public_name = models.CharField(max_length=32, unique=True)
    delete_after = models.DateTimeField(null=True, help_text="Null until the new renditions are ready.")

    class Meta:
        verbose_name_plural = "retired files"

    def __str__(self) -> str:
        return self.public_name
