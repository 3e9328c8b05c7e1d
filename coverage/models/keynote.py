"""The run of show: keynotes of every format, who appears in them, and for whom."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from coverage.models.event import Event
from newsroom.editorial import clock


class Organisation(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Speaker(models.Model):
    """A person. `job_title` and `organisation` are today's: offered to new appearances, and
    printed only by a first release that names somebody who appears nowhere in the event."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="speakers"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SpeakerAlias(models.Model):
    """Another name a speaker goes by, or went by before two rows were merged; `slug` is an address that was hers."""

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, null=True, unique=True, editable=False)

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "speaker aliases"
        constraints = [models.UniqueConstraint(fields=["speaker", "name"], name="alias_once")]

    def __str__(self) -> str:
        return self.name


class KeynoteFormat(models.TextChoices):
    KEYNOTE = "keynote", "keynote"
    PANEL = "panel", "panel"
    SHOW = "show", "show"
    FIRESIDE = "fireside", "fireside chat"
    DEMO = "demo", "demo"
    OPENING = "opening", "opening"
    CLOSING = "closing", "closing"
    BREAK = "break", "break"


class Announced(models.Model):
    """Reaches readers with the event's announcement, unless held: then at `announce_at`, or by hand."""

    held = models.BooleanField(
        "held back",
        default=False,
        help_text="Readers learn of it only when it is announced, by time or by hand.",
    )
    announce_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        if self.held and self.announce_at and self.announce_at <= clock.now():
            raise ValidationError({"announce_at": "This time is past: choose a later one, or none."})


class Standing(models.TextChoices):
    """Where a keynote stands at a moment. Late: it should have begun."""

    PLANNED = "planned", "planned"
    LATE = "late", "late"
    ON_NOW = "on-now", "on now"
    OVER = "over", "over"
    CANCELLED = "cancelled", "cancelled"


# A keynote that begins within it begins on time.
PUNCTUAL = datetime.timedelta(minutes=1)
# After that nobody waits for it any more: that it began was not said.
AWAITED = datetime.timedelta(hours=12)


class Keynote(Announced):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="keynotes")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    format = models.CharField(max_length=10, choices=KeynoteFormat, default=KeynoteFormat.KEYNOTE)
    room = models.CharField(max_length=100, blank=True)
    sponsor = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="sponsored_keynotes"
    )
    summary = models.TextField(blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    # As it happened; null: not yet.
    actual_start = models.DateTimeField(null=True, blank=True, editable=False)
    actual_end = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    order = models.PositiveIntegerField(default=0, help_text="Its place in the running order.")
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="keynotes_to_write",
    )
    photographer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="keynotes_to_photograph",
    )

    class Meta:
        ordering = ["event", "order", "starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "slug"], name="keynote_slug_unique_in_event"),
            models.CheckConstraint(
                name="keynote_ends_after_start",
                condition=models.Q(ends_at__isnull=True)
                | models.Q(starts_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
                violation_error_message="The keynote ends before it starts.",
            ),
            models.CheckConstraint(
                name="keynote_ended_after_it_started",
                condition=models.Q(actual_end__isnull=True)
                | models.Q(actual_start__isnull=False, actual_end__gte=models.F("actual_start")),
                violation_error_message="The keynote cannot be over before it began.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def standing(self, at: datetime.datetime) -> Standing:
        if self.cancelled_at:
            return Standing.CANCELLED
        if self.actual_end:
            return Standing.OVER
        if self.actual_start:
            return Standing.ON_NOW
        late = self.starts_at and PUNCTUAL <= at - self.starts_at < AWAITED
        return Standing.LATE if late else Standing.PLANNED


class AppearanceRole(models.TextChoices):
    SPEAKER = "speaker", "speaker"
    HOST = "host", "host"
    MODERATOR = "moderator", "moderator"
    PANELLIST = "panellist", "panellist"


class Appearance(Announced):
    """A speaker in a keynote, with name, job title and organisation as billed that day: frozen when made."""

    keynote = models.ForeignKey(Keynote, on_delete=models.CASCADE, related_name="appearances")
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="appearances")
    role = models.CharField(max_length=10, choices=AppearanceRole, default=AppearanceRole.SPEAKER)
    name = models.CharField("name as billed", max_length=200, blank=True)
    job_title = models.CharField("job title as billed", max_length=200, blank=True)
    organisation_name = models.CharField("organisation as billed", max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="appearances"
    )
    by_video = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["keynote", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["keynote", "speaker"],
                name="appearance_once",
                violation_error_message="This speaker is already in this keynote.",
            ),
            models.CheckConstraint(name="appearance_is_billed", condition=~models.Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_role_display()}"

    def save(self, *args, **kwargs) -> None:
        self.fill_as_billed()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.fill_as_billed()

    def fill_as_billed(self) -> None:
        """Copies what the billing leaves open from the speaker as she is today; only while the row is new."""
        if self.pk or not self.speaker_id:
            return
        self.name = self.name or self.speaker.name
        self.job_title = self.job_title or self.speaker.job_title
        self.organisation = self.organisation or self.speaker.organisation
        if self.organisation:
            self.organisation_name = self.organisation_name or self.organisation.name
