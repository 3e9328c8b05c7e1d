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


class Basis(models.TextChoices):
    """On what ground the newsroom may show it."""

    STAFF = "staff", "staff"
    FREELANCE = "freelance", "freelance"
    AGENCY = "agency", "agency"
    HANDOUT = "handout", "handout"
    LICENSED = "licensed", "licensed (stock, archive)"
    OPEN = "open", "open licence (name it)"
    READER = "reader", "sent in by a reader, with consent"
    QUOTATION = "quotation", "quotation (news reporting)"


class Origin(models.TextChoices):
    """How it came to be. Source: IPTC NewsCodes, scheme digitalsourcetype."""

    CAPTURE = "digitalCapture", "photograph"
    COMPOSITE = "compositeCapture", "composite of photographs"
    NEGATIVE = "negativeFilm", "photograph on film"
    PRINT = "print", "scan of a print"
    DRAWN = "digitalCreation", "drawing or graphic"
    SCREEN = "screenCapture", "screenshot"
    GENERATED = "trainedAlgorithmicMedia", "generated"
    EDITED = "compositeWithTrainedAlgorithmicMedia", "edited with generative tools"


class Image(models.Model):
    """A photograph or drawing, with or without its bytes yet.

    `sha256` and the measures (pixels, upright) are those of the original; they are empty while it is awaited.
    `public_name` is the random folder its renditions lie in; it changes whenever their bytes do.
    `edition` goes up with all that readers see of it, so that the record can tell an older make from the present.
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
    # Who gave the credit: "person" (wrote or emptied it), "uploader" or "event" (filled a gap); empty: nobody yet.
    credit_from = models.CharField(max_length=10, blank=True, editable=False)
    creator = models.CharField(
        max_length=200, blank=True, help_text="Who made it, if the credit does not say so."
    )
    copyright_notice = models.CharField(
        max_length=300, blank=True, help_text="As it must be printed: © 2026 Ada Byron."
    )
    web_statement = models.URLField(
        "licence", max_length=500, blank=True, help_text="The page that states the licence or the rights."
    )
    licensor_url = models.URLField(
        "licensor", max_length=500, blank=True, help_text="The page where others get a licence."
    )
    digital_source_type = models.CharField("origin", max_length=40, choices=Origin, blank=True)
    people = models.JSONField(
        default=list, blank=True, help_text="Who is in it, from left to right; one name a line."
    )
    basis = models.CharField("basis of use", max_length=10, choices=Basis, blank=True)
    lease_from = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(
        null=True, blank=True, help_text="After that its pages show a credited placeholder."
    )
    embargo_until = models.DateTimeField(null=True, blank=True, help_text="Readers do not get it before.")
    # The moment at which what readers may see of it changes next by itself; null: never.
    due_at = models.DateTimeField(null=True, editable=False, db_index=True)
    # Until then a page keeps a place for it without its bytes; null: it was never released.
    place_until = models.DateTimeField(null=True, editable=False)
    # Where the crops' middle should be, in parts of width and height from the upper left corner.
    focal_x = models.FloatField(default=0.5)
    focal_y = models.FloatField(default=0.5)
    thumbhash = models.CharField(max_length=40, blank=True, editable=False, help_text="Base64.")
    # A 64-bit difference hash as a signed integer: near duplicates differ in few bits. Null: not measured.
    likeness = models.BigIntegerField(null=True, editable=False)
    # What its file says about itself, as `media.metadata` read it; suggestions, never printed.
    found = models.JSONField(default=dict, editable=False)
    edition = models.PositiveIntegerField(default=1, editable=False)
    # Goes up with each change of what is said of it, so that nobody changes words she has not seen.
    words_version = models.PositiveIntegerField(default=1, editable=False)
    original = models.CharField(max_length=120, blank=True, editable=False)
    # The file before this one and its measures, kept until this one could be decoded; null: there is none.
    previous = models.JSONField(null=True, editable=False)
    original_name = models.CharField(max_length=255, blank=True, editable=False)
    # As whoever sent it says; null: nobody did. A phone's scaled copy brings no such note of the camera's.
    captured_at = models.DateTimeField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    # Of the phone's scaled copy that stood in until this original came.
    scaled_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
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
        indexes = [models.Index(fields=["-updated_at"], name="image_latest")]
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
            models.CheckConstraint(
                name="image_focal_point_inside",
                condition=models.Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
            ),
            models.CheckConstraint(
                name="image_lease_in_order",
                condition=models.Q(lease_from=None)
                | models.Q(lease_until=None)
                | models.Q(lease_until__gt=models.F("lease_from")),
                violation_error_message="The lease ends before it starts.",
            ),
            models.UniqueConstraint(
                fields=["public_name"], name="image_public_name_unique", condition=~models.Q(public_name="")
            ),
        ]

    def __str__(self) -> str:
        said = self.caption or self.alt_text or self.original_name
        return said[:80] or f"picture {str(self.id)[:8]}"

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


class PartialUpload(models.Model):
    """An upload in chunks: its first `offset` bytes are on disk. With the last one it is an image, and done."""

    image_id = models.UUIDField()  # no key: the image may not be there before the last chunk
    is_original = models.BooleanField(
        default=False, help_text="It follows a scaled copy that stands in for it."
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255, blank=True, help_text="What the person's file was called.")
    sha256 = models.CharField(max_length=64)
    length = models.PositiveBigIntegerField("length in bytes")
    offset = models.PositiveBigIntegerField(default=0)
    given = models.JSONField(default=dict)  # what is said of the image, as it was sent
    file = models.CharField(max_length=60)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image_id", "is_original"], name="partial_upload_once"),
            models.CheckConstraint(
                name="partial_upload_within", condition=models.Q(offset__lte=models.F("length"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offset:,} of {self.length:,} bytes of {self.image_id}"

    def is_done(self) -> bool:
        return self.offset == self.length
