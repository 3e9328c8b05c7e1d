"""What a row of the live desk says of a post besides its state: all that readers would get, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from coverage.models import Event, Post, PostImage, Quote
from coverage.publishing.checks import Level, points
from media.models import Rendition, RenditionState
from media.previews import can_show
from media.showing import missing_of, text_of


@dataclass(frozen=True)
class Shown:
    """A picture as it would go out. `thumbnail` "": nothing to look at yet; `refusal` "": it is not refused."""

    page: str
    thumbnail: str
    alt: str
    caption: str
    credit: str
    missing: tuple[str, ...]
    refusal: str


def load(event: Event, posts: Sequence[Post]) -> None:
    """Loads quotes and pictures, and what the event's checks ask: the same queries for any number of posts."""
    made = Rendition.objects.filter(format="jpeg", state=RenditionState.READY)
    prefetch_related_objects([event], "keynotes")
    prefetch_related_objects(
        posts,
        Prefetch("quotes", Quote.objects.select_related("speaker")),
        Prefetch("post_images", PostImage.objects.select_related("image__same_as")),
        Prefetch("post_images__image__renditions", made),
        Prefetch("post_images__image__same_as__renditions", made),
    )


def pictures_of(post: Post) -> tuple[Shown, ...]:
    """Of a post that was loaded."""
    return tuple(_shown(row) for row in post.post_images.all())


def _shown(row: PostImage) -> Shown:
    image = row.image
    preview = reverse("admin:media_image_preview", args=[image.pk]) + "?width=320"
    return Shown(
        page=reverse("admin:media_image_change", args=[image.pk]),
        thumbnail=preview if can_show(image) else "",
        alt=text_of(image, "alt_text"),
        caption=row.caption or text_of(image, "caption"),
        credit=text_of(image, "credit"),
        missing=tuple(missing_of(image)),
        refusal=image.refusal,
    )


def problems_of(post: Post) -> list[str]:
    """What keeps a post or a picture of it from readers, or must be done soon."""
    said = [
        post.release_problem,
        "picture without credit or alternative text" if post.picture_incomplete else "",
        "picture refused or withdrawn" if post.picture_refused else "",
        "not second-read" if post.sign_by else "",
        *(f"{point.sentence} It holds the post back." for point in _points(post, Level.HARD)),
    ]
    return [sentence for sentence in said if sentence]


def hints_of(post: Post) -> list[str]:
    """What the event wants pointed out before a post is published."""
    return [point.sentence for point in _points(post, Level.SOFT)]


def _points(post: Post, level: Level) -> list:
    """Of what waits to go out; what readers have was decided."""
    if post.first_released_at and not post.review:
        return []
    # What the checks read of a revision; the newest, or the approved one, holds what the post itself holds.
    content = {
        "keynote": post.keynote_id,
        "quotes": [{"checked": quote.checked} for quote in post.quotes.all()],
    }
    return [point for point in points(post, content) if point.level == level]
