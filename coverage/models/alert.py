"""What the desk has to be told of, each thing once."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from coverage.models.event import Event


class AlertKind(models.TextChoices):
    LEASE = "lease", "Lease running out"
    GLASS = "glass", "Not second-read"
    RELEASE = "release", "Not released in time"


class AlertQuerySet(models.QuerySet):
    def open_at(self, event: Event | None) -> "AlertQuerySet":
        """Of one event and of none in particular, not dismissed, the latest first."""
        return self.filter(Q(event=event) | Q(event=None), dismissed_at=None).order_by("-raised_at")

    def unmailed(self) -> "AlertQuerySet":
        """Seen by nobody, sent to nobody and not dealt with, the oldest first."""
        return self.filter(seen_at=None, mailed_at=None, dismissed_at=None).order_by("raised_at")


class Alert(models.Model):
    """`key` says which occurrence it is: raised again, it changes nothing. `event` null: of no single event."""

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=20, choices=AlertKind)
    event = models.ForeignKey(Event, null=True, on_delete=models.CASCADE, related_name="alerts")
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True, help_text="What is to be known and done, in plain words.")
    path = models.CharField(max_length=200, help_text="Where it is done, below the newsroom's address.")
    raised_at = models.DateTimeField(default=timezone.now)
    # When somebody at the desk had it before her; null: nobody yet.
    seen_at = models.DateTimeField(null=True)
    # By a person, or because what it tells of was dealt with.
    dismissed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    # Since when somebody is sending it: one who was killed at it leaves it to the next.
    mailing_since = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["raised_at"],
                name="alert_unmailed",
                condition=models.Q(seen_at=None, mailed_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.title
