"""When readers may have a picture: embargo, lease, and the place kept for one whose bytes are on their way."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from media.models import Image

# How long a released page keeps a place for a picture without bytes.
PLACE_KEPT = timedelta(minutes=10)
# How long before the end of a lease the desk is warned, longest first.
WARNINGS = (timedelta(hours=48), timedelta(hours=2))


def opens_at(image: Image) -> datetime | None:
    """Before this readers do not get it: embargo and start of the lease, its own and the original's; None: at once."""
    moments = [moment for one in _family(image) for moment in (one.embargo_until, one.lease_from)]
    return max(filter(None, moments), default=None)


def ends_at(image: Image) -> datetime | None:
    """From this on its pages show a placeholder: the end of its own lease or the original's; None: never."""
    return min(filter(None, (one.lease_until for one in _family(image))), default=None)


def is_closed(image: Image, *, at: datetime) -> bool:
    """Whether the place of a picture without bytes was given up."""
    return image.place_until is not None and image.place_until <= at


def next_change(image: Image, *, at: datetime) -> datetime | None:
    """The next moment after `at` when readers get something else by itself, or the desk is warned; None: never."""
    return min((moment for moment in _moments(image) if moment > at), default=None)


def _moments(image: Image) -> Iterator[datetime]:
    opening, end = opens_at(image), ends_at(image)
    if opening:
        yield opening
    if end:
        yield end
        yield from (end - early for early in WARNINGS)
    if image.place_until and not image.has_bytes():
        yield image.place_until


def _family(image: Image) -> tuple[Image, ...]:
    return (image, image.same_as) if image.same_as_id else (image,)
