"""Warning the desk before the right to show a picture ends."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from coverage.models.alert import AlertKind
from coverage.publishing.alerts import raise_alert
from coverage.publishing.images import surfaces_of
from media.models import Image, ImageState
from media.rights import WARNINGS, ends_at


def warn(image: Image, *, at: datetime) -> bool:
    """Raises the alert that is due `at`, 48 hours and 2 hours before a lease ends, with the pages that show the
    picture; answers whether it did.

    Once for each end and each of both; nothing for a picture that no post holds, or that is gone.
    """
    end = ends_at(image)
    passed = [early for early in WARNINGS if end and end - early <= at < end]
    if not passed or image.state in (ImageState.WITHDRAWN, ImageState.REFUSED):
        return False
    surfaces = surfaces_of(image)
    if not surfaces:
        return False
    hours = int(min(passed).total_seconds() // 3600)
    root = image.same_as or image
    lines = [f"- {one.kind} “{one.title}” ({one.state}) {_link(one.url)}".rstrip() for one in surfaces]
    return raise_alert(
        f"lease {root.pk} {end:%Y-%m-%dT%H:%M:%S} {hours}",
        AlertKind.LEASE,
        f"The right to show “{root.alt_text or root.caption or 'a picture'}” ends {_when(end, hours)}",
        path=reverse("admin:media_image_change", args=[root.pk]),
        text="\n".join(
            [
                f"Credit: {root.credit or 'none yet'}. After that its pages show a placeholder with the credit.",
                "Renew the lease, or put another picture in its place:",
                *lines,
            ]
        ),
    )


def _when(end: datetime, hours: int) -> str:
    return f"in less than {hours} hours: {end:%-d %B, %H:%M} UTC"


def _link(url: str) -> str:
    return f"{settings.PUBLIC_URL}{url}" if url else ""
