"""Phones: the one-time links that sign them in, and what each of them is."""

import datetime

from django.conf import settings
from django.db import models

from coverage.models.event import Event


class JoinLink(models.Model):
    """Signs one phone in, once. Only the hash of what its address ends with is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_links")
    # Null: for a person's own phone, made by herself.
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.CASCADE, related_name="join_links"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The phone it was made on, if that was signed in by a link itself: signing in with this one moves it.
    made_on = models.ForeignKey(
        "knox.AuthToken", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    expires_at = models.DateTimeField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    # Of the form that used it: the same form sent again, because its answer was lost, is no second phone.
    form = models.CharField(max_length=64, blank=True)
    # The phone it signed in; null again when that was revoked.
    token = models.ForeignKey(
        "knox.AuthToken", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-expires_at", "-id"]

    def __str__(self) -> str:
        return f"{self.person} at {self.event}" if self.event_id else str(self.person)

    def is_open(self, at: datetime.datetime) -> bool:
        return not (self.used_at or self.withdrawn_at) and at < self.expires_at


class Device(models.Model):
    """A phone that was signed in by a link. Its name is its token's; it goes, and its session ends, with that."""

    token = models.OneToOneField(
        "knox.AuthToken", primary_key=True, on_delete=models.CASCADE, related_name="device"
    )
    last_seen = models.DateTimeField()

    def __str__(self) -> str:
        return self.token.named.name


class JoinGuess(models.Model):
    """A link that does not exist was asked for, from one line to the network (a keyed hash)."""

    sender = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S}"
