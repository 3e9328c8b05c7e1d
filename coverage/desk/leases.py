"""Pictures whose lease ends soon, and those that are over and still stand in published posts."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from coverage.desk.zones import desk_zone
from coverage.models import Post
from coverage.publishing.images import Surface, surfaces_of
from media.models import Image, ImageState
from media.rights import WARNINGS, ends_at
from newsroom.editorial.people import User
from newsroom.editorial.roles import edits_pictures
from newsroom.editorial.states import PostState

# Each costs the queries of its surfaces.
MOST = 20


@dataclass(frozen=True)
class Lease:
    """One picture's lease and `when` it ends, in the newsroom's zone.

    `pages` are those that show the picture, or showed it; `is_urgent`: two hours or less, or over.
    """

    image: Image
    when: str
    is_over: bool
    is_urgent: bool
    pages: list[Surface]


def leases_for(person: User, *, at: datetime | None = None) -> list[Lease]:
    """For whoever edits pictures, the first to end first: ending within 48 hours, or over while published posts still
    hold it."""
    if not edits_pictures(person):
        return []
    at = at or timezone.now()
    soon, urgent = (at + early for early in WARNINGS)
    ending = Q(lease_until__lte=soon, lease_until__gt=at)
    over = Q(lease_until__lte=at) & Exists(_published_with(OuterRef("pk")))
    gone = [ImageState.WITHDRAWN, ImageState.REFUSED]
    images = Image.objects.filter(ending | over).exclude(state__in=gone).select_related("same_as")
    ordered = list(images.order_by("lease_until")[:MOST])
    zone = desk_zone(person) if ordered else None
    return [_lease(image, at, urgent, zone) for image in ordered]


def _published_with(image: OuterRef):
    holding = Q(post_images__image=image) | Q(post_images__image__same_as=image)
    return Post.objects.filter(holding, state=PostState.PUBLISHED)


def _lease(image: Image, at: datetime, urgent: datetime, zone: ZoneInfo) -> Lease:
    end = ends_at(image)
    when = f"{end.astimezone(zone):%-d %b, %H:%M %Z}"
    pages = [surface for surface in surfaces_of(image) if surface.url]
    return Lease(image, when, end <= at, end <= urgent, pages)
