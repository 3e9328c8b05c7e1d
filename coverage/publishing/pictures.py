"""When a picture's renditions are ready: every released post that holds it gets it, without a word being announced."""

import uuid

from django.db.models import Exists, OuterRef, Q

from coverage.models import Post, PostImage
from coverage.publishing.publication import rerelease
from coverage.record.models import Op, ReleasedPicture
from media.models import ImageState
from newsroom.editorial.errors import Invalid
from newsroom.editorial.states import PostState


def pictures_ready(image_id: uuid.UUID | str) -> int:
    """Releases an image into the published posts that hold it; answers how many changed."""
    holding = Q(post_images__image=image_id) | Q(post_images__image__same_as=image_id)
    return _rerelease(Post.objects.filter(holding))


def sweep_pictures() -> int:
    """Finds published posts that lack a picture which is ready, as after a lost hint, and releases it."""
    shown = ReleasedPicture.objects.filter(image=OuterRef("image_id"))
    ready = Q(image__state=ImageState.READY) | Q(image__same_as__state=ImageState.READY)
    credited = ~Q(image__credit="") | (Q(image__same_as__isnull=False) & ~Q(image__same_as__credit=""))
    described = ~Q(image__alt_text="") | (Q(image__same_as__isnull=False) & ~Q(image__same_as__alt_text=""))
    complete = credited & described
    lacking = PostImage.objects.filter(ready & complete, post=OuterRef("pk")).filter(~Exists(shown))
    return _rerelease(Post.objects.filter(Exists(lacking)))


def _rerelease(posts) -> int:
    changed = 0
    published = posts.filter(state=PostState.PUBLISHED).select_related("event", "author", "released_revision")
    for post in published.distinct().order_by("position"):
        try:
            changed += rerelease(post, Op.PICTURE)
        except (
            Invalid
        ):  # another picture of this post is incomplete: its form says so, readers keep what they have
            continue
    return changed
