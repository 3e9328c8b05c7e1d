"""The places pages keep for pictures whose bytes are on their way."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models.functions import Coalesce, Least

from coverage.record.models import Place, ReleasedPicture
from media import rights
from media.models import Image, ImageState


def keep(rows: Iterable[ReleasedPicture], *, at: datetime) -> None:
    """Starts the ten minutes of each reserved picture without bytes, once; call it in the releasing transaction."""
    reserved = [row.image for row in rows if row.place == Place.RESERVED]
    if reserved:
        until = at + rights.PLACE_KEPT
        Image.objects.filter(pk__in=reserved, state=ImageState.AWAITED, place_until=None).update(
            place_until=until, due_at=Least(Coalesce("due_at", until), until)
        )
