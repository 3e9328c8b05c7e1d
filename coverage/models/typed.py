"""What a person has typed in a form and not saved yet: kept on the server, offered back after a crash."""

from django.conf import settings
from django.db import models


class Typed(models.Model):
    """One person's unsaved form. `page` names it (the path of its address); `data` its fields as they were sent."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="typed")
    page = models.CharField(max_length=200)
    version = models.CharField(max_length=40, blank=True, help_text="Of the thing, as the form saw it.")
    data = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "page"], name="typed_once")]
        verbose_name_plural = "typed"

    def __str__(self) -> str:
        return f"{self.person} at {self.page}"
