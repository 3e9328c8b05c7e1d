"""Addresses readers may still have: of files that are gone, and of pages that stand elsewhere now."""

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class WithdrawnFolder(models.Model):
    """A folder of renditions that was public once: its addresses answer 410.

    `image` is whose files they were, null if nobody noted it, and for a share card; `withdrawn`: it, or its post,
    was taken back. `head`: of which event; null in older rows, and where the event is gone.
    """

    folder = models.CharField(max_length=32, unique=True)
    image = models.UUIDField(null=True, db_index=True)
    withdrawn = models.BooleanField(default=False)
    at = models.DateTimeField()
    head = models.ForeignKey(
        "record.EventHead", null=True, on_delete=models.SET_NULL, related_name="gone_folders"
    )

    def __str__(self) -> str:
        return self.folder


class MovedAddress(models.Model):
    """A path readers may still have, and where its page is now; both below the newsroom's address.

    `new` "": nothing stands there any more, and nowhere else. `head`: in whose record it stood; null in older rows,
    for what is of no event, and where the event is gone.
    """

    old = models.CharField(max_length=300, unique=True)
    new = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    head = models.ForeignKey(
        "record.EventHead", null=True, on_delete=models.SET_NULL, related_name="moved_addresses"
    )

    class Meta:
        verbose_name_plural = "moved addresses"
        constraints = [
            models.CheckConstraint(name="moved_elsewhere", condition=~models.Q(old=models.F("new")))
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new or 'nowhere'}"


class ErasedAddress(models.Model):
    """A path that named somebody who was erased: it answers 410. Only a keyed hash of it is kept."""

    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.digest[:8]


def digest_of(path: str) -> str:
    return salted_hmac("coverage.record.addresses", path, algorithm="sha256").hexdigest()
