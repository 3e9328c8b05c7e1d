"""How images are read."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from media import looks
from newsroom.editorial.people import User
from newsroom.editorial.roles import edits_pictures

# Whoever makes an image's renditions writes `claimed_at` with each file; one that is older is taken over.
LEASE = timedelta(seconds=20)
# Near duplicates are looked for among the images that came last: a keynote's, not an archive's.
COMPARED = 2000
MOST_SIMILAR = 10


class ImageQuerySet(models.QuerySet):
    def with_files(self) -> "ImageQuerySet":
        """With what `as_picture` and the API's answer read: the image it is a copy of, and the renditions."""
        return self.select_related("same_as").prefetch_related("renditions", "same_as__renditions")

    def reachable_by(self, person: User | AnonymousUser) -> "ImageQuerySet":
        """Her own; every image for an editor."""
        return self if edits_pictures(person) else self.filter(uploaded_by=person.pk)

    def at_desk(self, person: User | AnonymousUser) -> "ImageQuerySet":
        """Those she may open in the admin: also what an import left for whoever has the files."""
        return self.reachable_by(person) | self.filter(uploaded_by=None)

    def holding(self, sha256: str) -> "ImageQuerySet":
        """The one image that holds these bytes, or held them until it was withdrawn.

        Also by the hash of the scaled copy that stood in for its own bytes, or for those of a copy of it.
        """
        # Both columns by name, not by the subquery alone: a row that was waited for is looked at again as it is
        # now, and a subquery is not.
        by_hash = Q(sha256=sha256) | Q(scaled_sha256=sha256)
        of_copies = self.model.objects.filter(scaled_sha256=sha256, same_as__isnull=False).values("same_as")
        states = ["received", "ready", "withdrawn"]
        return self.filter(by_hash | Q(pk__in=of_copies), same_as=None, state__in=states)

    def near(self, image: models.Model) -> list[UUID]:
        """Which of these images look like this one, the likest first; at most ten, of the 2,000 that came last.

        None for a picture that was not measured yet or is too plain to be told apart. Copies are left out.
        """
        return self.near_each([image])[image.pk]

    def near_each(self, images: Iterable[models.Model]) -> dict[UUID, list[UUID]]:
        """`near`, of each of several images; one query, and none if none of them can be told apart."""
        roots = {image.pk: image.root() for image in images}
        if not any(_is_telling(root.likeness) for root in roots.values()):
            return {pk: [] for pk in roots}
        measured = self.filter(same_as=None, state__in=["received", "ready"], likeness__isnull=False)
        last = measured.order_by("-created_at").values_list("pk", "likeness")[: COMPARED + len(roots)]
        telling = [(pk, likeness) for pk, likeness in last if _is_telling(likeness)]
        return {pk: _nearest(root, telling) for pk, root in roots.items()}

    def alike(self, images: Iterable[models.Model]) -> dict[UUID, list[models.Model]]:
        """`near_each`, with the images themselves; one query more, and what these images are loaded with."""
        near = self.near_each(images)
        found = self.in_bulk({pk for keys in near.values() for pk in keys})
        return {pk: [found[key] for key in keys if key in found] for pk, keys in near.items()}

    def family(self, image_id) -> "ImageQuerySet":
        """The image and the copies that stand for the same bytes."""
        return self.filter(Q(pk=image_id) | Q(same_as=image_id))

    def unclaimed(self, *, at: datetime) -> "ImageQuerySet":
        """Those whose renditions nobody is making."""
        return self.filter(Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE))

    def unfinished(self, *, at: datetime, idle: timedelta) -> "ImageQuerySet":
        """Received at least `idle` ago, not ready, nobody working at it, and not failed for good."""
        rows = self.model.renditions.rel.related_model.objects.filter(image=OuterRef("pk"))
        given_up = Exists(rows.filter(state="failed")) & ~Exists(rows.filter(state="waiting"))
        due = self.filter(state="received", same_as=None, updated_at__lt=at - idle)
        return due.unclaimed(at=at).exclude(given_up)


def _is_telling(likeness: int | None) -> bool:
    """Whether a picture was measured and is not so plain that every other plain one has the same likeness."""
    return likeness is not None and 8 <= looks.distance(likeness, 0) <= 56


def _nearest(root: models.Model, others: list[tuple[UUID, int]]) -> list[UUID]:
    """The likest first, at most ten. `others` can all be told apart."""
    if not _is_telling(root.likeness):
        return []
    compared = ((looks.distance(root.likeness, likeness), pk) for pk, likeness in others if pk != root.pk)
    return [pk for bits, pk in sorted(near for near in compared if near[0] <= looks.NEAR)][:MOST_SIMILAR]
