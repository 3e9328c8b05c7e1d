"""What readers say is wrong with a released post. For the desk alone, and deleted after ninety days."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from coverage.models.event import Event
from coverage.models.post import Post


class ReportState(models.TextChoices):
    NEW = "new", "new"
    HANDLED = "handled", "handled"
    DISMISSED = "dismissed", "dismissed"


class ErrorReportQuerySet(models.QuerySet):
    def new(self) -> "ErrorReportQuerySet":
        """Not dealt with yet, the latest first."""
        return self.filter(state=ReportState.NEW).order_by("-at", "-pk")


class ErrorReport(models.Model):
    """One report. `event` is the post's when it came in; `key` tells a form that was sent twice from two forms.

    `sender` is a keyed hash of the network line it came from, kept as long as its reports are counted; "": no longer.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="error_reports")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="error_reports")
    public_id = models.CharField(max_length=10)
    text = models.CharField("what is wrong", max_length=2000)
    email = models.EmailField("e-mail for an answer", blank=True)
    at = models.DateTimeField("received", default=timezone.now)
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.NEW)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=64, unique=True)
    sender = models.CharField(max_length=64, blank=True)

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        verbose_name = "reader’s report"
        verbose_name_plural = "readers’ reports"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="report_says_what", condition=~models.Q(text="")),
            models.CheckConstraint(
                name="report_new_or_dealt_with",
                condition=models.Q(state=ReportState.NEW, handled_at=None)
                | models.Q(state__in=[ReportState.HANDLED, ReportState.DISMISSED], handled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="report_at"),
            models.Index(fields=["event", "-at"], name="report_new", condition=models.Q(state="new")),
        ]

    def __str__(self) -> str:
        """Without the reader's words: the audit keeps for good what a thing is called."""
        return f"report {self.pk} on post {self.public_id}"
