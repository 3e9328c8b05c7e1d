"""Addresses readers may still have: of files that are gone, and of pages that stand elsewhere now."""

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class WithdrawnFolder(models.Model):
    """A folder of renditions that was public once: its addresses answer 410.

    `image` is whose files they were, null if nobody noted it, and for a share card; `withdrawn`: it, or its post,
    was taken back.
    """

    folder = models.CharField(max_length=32, unique=True)
    image = models.UUIDField(null=True, db_index=True)
    withdrawn = models.BooleanField(default=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.folder


class MovedAddress(models.Model):
    """A path readers may still have, and where its page is now; both below the newsroom's address."""

    old = models.CharField(max_length=300, unique=True)
    new = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "moved addresses"
        constraints = [
            models.CheckConstraint(name="moved_elsewhere", condition=~models.Q(old=models.F("new")))
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class ErasedAddress(models.Model):
    """A path that named somebody who was erased: it answers 410. Only a keyed hash of it is kept."""

    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.digest[:8]


def digest_of(path: str) -> str:
    return salted_hmac("coverage.record.addresses", path, algorithm="sha256").hexdigest()
