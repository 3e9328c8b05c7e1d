"""When a picture's renditions are ready: every released post that holds it gets it, without a word being announced."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from coverage.models import Post, PostImage
from coverage.publishing.publication import rerelease
from coverage.record.models import Op, ReleasedPicture
from media import rights, texts
from media.models import Image, ImageState
from newsroom.editorial import clock
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.states import PostState

logger = logging.getLogger(__name__)
# When to look again at a picture whose time has come while one of its posts could not be released.
AGAIN = timedelta(seconds=10)


def pictures_ready(image_id: uuid.UUID | str) -> int:
    """Releases an image into the published posts that hold it; answers how many changed."""
    return _rerelease(posts_with(image_id)).changed


def posts_with(image_id: uuid.UUID | str) -> QuerySet[Post]:
    """The posts, in any state, that hold an image or a copy of it, on the desk or for readers."""
    family = Image.objects.family(image_id).values("pk")
    shown = ReleasedPicture.objects.filter(image__in=family).values("post__desk_id")
    return Post.objects.filter(Q(post_images__image__in=family) | Q(pk__in=shown)).distinct()


def look_again(image_id: uuid.UUID | str, *, at: datetime) -> int:
    """What time changes of an image: embargo over, lease over, place given up. Answers how many posts changed.

    Effects: the posts that hold it are released anew; `due_at` says when to look next: in ten seconds, if one of
    them was refused, or waits until everything is held no more.
    """
    image = Image.objects.select_related("same_as").get(pk=image_id)
    posts = posts_with(image.pk)
    done = _rerelease(posts)
    if done.refused or _waits(image, posts, at):
        Image.objects.filter(pk=image.pk).update(due_at=at + AGAIN)
    else:
        texts.note_next(image, at=at)
    return done.changed


def _waits(image: Image, posts: QuerySet[Post], at: datetime) -> bool:
    """Whether its embargo ended while everything of an event that shows it is held."""
    opened = rights.opens_at(image)
    if opened is None or opened > at:
        return False
    return posts.filter(state=PostState.PUBLISHED, event__held_since__lt=opened).exists()


def sweep_pictures() -> int:
    """Finds published posts that lack a picture which is ready, show an older make, or one that was taken away."""
    now = clock.now()
    holding = PostImage.objects.annotate(
        edition=F("image__edition") + Coalesce(F("image__same_as__edition"), 0),
        printed_credit=_own_or_original("credit"),
        printed_alt=_own_or_original("alt_text"),
    )
    ready = Q(image__state=ImageState.READY) & (
        Q(image__same_as=None) | Q(image__same_as__state=ImageState.READY)
    )
    opened = Q()
    for moment in ("embargo_until", "lease_from"):
        for image in ("image", "image__same_as"):
            opened &= Q(**{f"{image}__{moment}": None}) | Q(**{f"{image}__{moment}__lte": now})
    shown = ReleasedPicture.objects.filter(
        post__desk_id=OuterRef("post_id"), image=OuterRef("image_id"), edition=OuterRef("edition")
    )
    shown = shown.exclude(place="reserved")
    lacking = holding.filter(ready, opened, ~Q(printed_credit="") & ~Q(printed_alt=""), post=OuterRef("pk"))
    away = Image.objects.filter(state__in=[ImageState.WITHDRAWN, ImageState.REFUSED]).values("pk")
    left = ReleasedPicture.objects.filter(post__desk_id=OuterRef("pk"), image__in=away)
    return _rerelease(Post.objects.filter(Exists(lacking.filter(~Exists(shown))) | Exists(left))).changed


def _own_or_original(field: str) -> Coalesce:
    """A copy's text, or where it is empty that of the image it is a copy of."""
    return Coalesce(NullIf(f"image__{field}", Value("")), f"image__same_as__{field}", Value(""))


class Done(NamedTuple):
    """How many posts changed for readers, and how many could not be released anew."""

    changed: int
    refused: int


def _rerelease(posts: QuerySet[Post]) -> Done:
    """Each in a transaction of its own: one that is refused holds up no other."""
    changed = refused = 0
    published = posts.filter(state=PostState.PUBLISHED)
    for post in published.select_related("event").distinct().order_by("position"):
        try:
            changed += rerelease(post, Op.PICTURE)
        except EditorialError as error:
            refused += 1
            logger.warning("pictures of post %s were not released: %s", post.pk, error)
        except Exception:
            refused += 1
            logger.exception("pictures of post %s were not released, by a fault of the software", post.pk)
    return Done(changed, refused)
