"""An event and who covers it. Its public state, counter and epoch live in the record's EventHead."""

import datetime
import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from newsroom.editorial import clock

GUESTS_STAY = datetime.timedelta(hours=48)  # after the event


def validate_time_zone(name: str) -> None:
    """Raises ValidationError unless `name` is in the IANA time zone database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is no time zone; write it like Europe/Paris or America/New_York.")


class EventQuerySet(models.QuerySet):
    def assigned_to(self, user) -> "EventQuerySet":
        """Those she covers now: a guest's invitation lapses."""
        return self.filter(pk__in=Assignment.objects.standing().filter(person=user).values("event"))


class Event(models.Model):
    slug = models.SlugField(max_length=80, unique=True, help_text="The last part of its address.")
    title = models.CharField(max_length=200)
    standfirst = models.TextField(blank=True, help_text="One or two sentences under the title.")
    summary = models.TextField(
        "in short",
        blank=True,
        default="",
        db_default="",
        help_text="What a reader who comes late should know: one point a line, at most eight. Stands above the posts.",
    )
    venue = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    organiser = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    language = models.CharField(max_length=10, default="en-gb")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    default_credit = models.CharField(
        max_length=200, blank=True, help_text="Offered as the credit of pictures filed to this event."
    )
    second_reader = models.BooleanField(
        default=False, help_text="Publish only what somebody other than its author and last editor approved."
    )
    # Which checks hold a post back ("hard"), are pointed out ("soft") or not made ("off"); absent: `publishing.checks`.
    checks = models.JSONField(default=dict, blank=True)
    review_target = models.PositiveSmallIntegerField(
        "target in minutes", default=5, help_text="How soon a filing should be dealt with."
    )
    rehearsal = models.BooleanField(
        default=False, help_text="Unlisted everywhere, and cleared by one verb. Settled when it is announced."
    )
    pause_note = models.CharField(
        max_length=200, blank=True, editable=False, help_text="For readers: “Back tomorrow at 09:00”."
    )
    # Since when nothing of it comes out by schedule; null: it does.
    held_since = models.DateTimeField(null=True, editable=False)
    previous_edition = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="next_editions", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "title"]
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_start",
                condition=models.Q(ends_at__isnull=True)
                | models.Q(starts_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
                violation_error_message="The event ends before it starts.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class AssignmentQuerySet(models.QuerySet):
    def standing(self, *, at: datetime.datetime | None = None) -> "AssignmentQuerySet":
        """All but guests' that have lapsed."""
        at = at or clock.now()
        before = at - GUESTS_STAY
        of_event = Q(event__ends_at__gt=before) | Q(event__ends_at=None, event__starts_at__gt=before)
        return self.filter(Q(guest=False) | Q(guest_until__gt=at) | of_event)

    def lapsed(self, *, at: datetime.datetime | None = None) -> "AssignmentQuerySet":
        return self.filter(guest=True).exclude(pk__in=Assignment.objects.standing(at=at).values("pk"))


class Assignment(models.Model):
    """A person covers an event. `may_publish`: she may publish there herself; editors always may."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    may_publish = models.BooleanField(default=False)
    guest = models.BooleanField(
        default=False,
        db_default=False,
        help_text="For this event alone: she reaches it until 48 hours after it.",
    )
    # Longer than that, if the desk prolonged it or the event ended later than was planned.
    guest_until = models.DateTimeField(null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.person} at {self.event}"

    def clean(self) -> None:
        """Raises ValidationError for a guest at an event of which nobody knows when it is over."""
        event = getattr(self, "event", None)
        if self.guest and event and not event.ends_at:
            raise ValidationError(
                {"guest": "Say when the event ends first: a guest’s invitation ends 48 hours after it."}
            )

    def lapses_at(self) -> datetime.datetime | None:
        """When a guest reaches the event no longer; None: never, or she never did, since it has no dates."""
        over = self.event.ends_at or self.event.starts_at
        ends = [self.guest_until, over and over + GUESTS_STAY] if self.guest else []
        return max(filter(None, ends), default=None)
