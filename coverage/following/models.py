"""Who follows an event from elsewhere, and how far each was told. Of the record alone, and nothing about a person."""

from django.db import models
from django.utils import timezone

from coverage.record.models import EventHead


class Follower(models.Model):
    """A browser that asked to be told of one event's key events. Its address at the push service is all we know of it.

    `told` is the key of the newest `Notice` it has had. It is not asked before `next_at`.
    """

    head = models.ForeignKey(EventHead, on_delete=models.CASCADE, related_name="followers")
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=200)  # its public key and its secret, base64url (RFC 8291)
    auth = models.CharField(max_length=100)
    # A keyed hash of the connection it came from, for the limits.
    sender = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField()
    told = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["head", "endpoint"], name="follows_an_event_once")]
        indexes = [
            models.Index(fields=["sender", "since"], name="followers_by_sender"),
            models.Index(fields=["head", "told"], name="followers_by_told"),
        ]

    def __str__(self) -> str:
        return f"follower {self.pk}"


class Notice(models.Model):
    """What followers of an event are to be told: of a key event, once, or that its title is no longer what it was.

    `digest` stands for the title that was told, or was to be; "" once the post is withdrawn. The words are not kept.
    """

    head = models.ForeignKey(EventHead, on_delete=models.CASCADE, related_name="notices")
    public_id = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, blank=True)
    amends = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="notices_by_time")]

    def __str__(self) -> str:
        return self.public_id


class Look(models.Model):
    """Up to which entry an event's record was searched for key events, since it has followers."""

    head = models.OneToOneField(EventHead, on_delete=models.CASCADE, related_name="look")
    epoch = models.CharField(max_length=6)
    seq = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.head_id}-{self.seq}"


class Turn(models.Model):
    """Whose turn a piece of work is: of the workers that could do it one does, until `until`."""

    work = models.CharField(max_length=20, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.work


class HubNotice(models.Model):
    """Up to which entry the hub was told that an event's feeds changed. It is not asked before `next_at`."""

    head = models.OneToOneField(EventHead, on_delete=models.CASCADE, related_name="hub_notice")
    epoch = models.CharField(max_length=6, blank=True)
    seq = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.head_id}-{self.seq}"
