"""Warning the desk before the right to show a picture ends."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from coverage.models.alert import Alert, AlertKind
from coverage.publishing.alerts import raise_alert
from coverage.publishing.images import surfaces_of
from media.models import Image, ImageState
from media.rights import WARNINGS, ends_at

GONE = (ImageState.WITHDRAWN, ImageState.REFUSED)
TO_THE_SECOND = "%Y-%m-%dT%H:%M:%S"
# For how long a desk shows an alert, which is longer than it is sent.
SHOWN = timedelta(days=2)


def warn(image: Image, *, at: datetime) -> bool:
    """Raises the alert that is due `at`, 48 hours and 2 hours before a lease ends, with the pages that show the
    picture; answers whether it did.

    Once for each end and each of both; nothing for a picture that no post holds, or that is gone.
    """
    end = ends_at(image)
    passed = [early for early in WARNINGS if end and end - early <= at < end]
    if not passed or image.state in GONE:
        return False
    surfaces = surfaces_of(image)
    if not surfaces:
        return False
    hours = int(min(passed).total_seconds() // 3600)
    root = image.same_as or image
    lines = [f"- {one.kind} “{one.title}” ({one.state}) {_link(one.url)}".rstrip() for one in surfaces]
    return raise_alert(
        f"lease {root.pk} {end:{TO_THE_SECOND}} {hours}",
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


def settle_warnings(*, at: datetime) -> int:
    """Dismisses what was told in the last two days of rights that end at another time now, or never, and of pictures
    that are gone; answers how many."""
    told = Alert.objects.filter(kind=AlertKind.LEASE, dismissed_at=None, raised_at__gte=at - SHOWN)
    settled = [alert.pk for alert in told if not _still_ends(alert)]
    return Alert.objects.filter(pk__in=settled).update(dismissed_at=at)


def _still_ends(alert: Alert) -> bool:
    _, root, told, _ = alert.key.split()
    family = Image.objects.select_related("same_as").filter(Q(pk=root) | Q(same_as=root))
    ends = [ends_at(one) for one in family.exclude(state__in=GONE)]
    return told in [f"{end:{TO_THE_SECOND}}" for end in ends if end]


def _when(end: datetime, hours: int) -> str:
    return f"in less than {hours} hours: {end:%-d %B, %H:%M} UTC"


def _link(url: str) -> str:
    return f"{settings.PUBLIC_URL}{url}" if url else ""
