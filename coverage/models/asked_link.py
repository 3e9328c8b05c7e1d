"""Who asked for a link to choose a password, as far as counting takes it."""

from django.db import models


class AskedLink(models.Model):
    """One was asked for from one line to the network, for one e-mail address (keyed hashes of both)."""

    sender = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S}"
