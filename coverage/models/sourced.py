"""Where an imported keynote came from, so that the same file, brought in again, finds it whatever it is called now."""

from django.db import models

from coverage.models.event import Event
from coverage.models.keynote import Keynote


class SourcedKeynote(models.Model):
    """`key` is the source's own id of it. `said` is what the file said last: where the desk has something else,
    somebody here wrote that, and it stays."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sourced_keynotes")
    keynote = models.OneToOneField(Keynote, on_delete=models.CASCADE, related_name="sourced")
    system = models.CharField(max_length=20)
    key = models.CharField(max_length=255)
    said = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "system", "key"], name="keynote_sourced_once")
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.key}"
