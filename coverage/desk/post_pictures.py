"""What a post's pages at the desk say of its pictures: how each looks, what it lacks, where to complete it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from coverage.models import Post
from media.models import Image
from media.previews import can_show
from media.showing import missing_of, text_of
from newsroom.editorial.people import User


@dataclass(frozen=True)
class Card:
    """A picture of a post. `page` is where this person completes it, `thumbnail` its preview; "" is none for her."""

    image: Image
    page: str
    thumbnail: str
    credit: str
    missing: list[str]
    alike: list[Image]


def cards_of(image_ids: Iterable[UUID], person: User) -> dict[UUID, Card]:
    """By image; the same queries for any number of them."""
    images = Image.objects.with_files().in_bulk(set(image_ids))
    hers = Image.objects.at_desk(person)
    opened = set(hers.filter(pk__in=images).values_list("pk", flat=True)) if images else set()
    alike = hers.alike(images.values())
    return {pk: _card(image, pk in opened, alike[pk]) for pk, image in images.items()}


def lacking_pictures(post: Post, person: User) -> list[tuple[int, Card]]:
    """Those of a post that readers cannot get as they are, each with its number in the post."""
    ids = list(post.post_images.values_list("image", flat=True))
    cards = cards_of(ids, person)
    numbered = [(number, cards[pk]) for number, pk in enumerate(ids, start=1)]
    return [(number, card) for number, card in numbered if card.missing]


def _card(image: Image, is_opened: bool, alike: list[Image]) -> Card:
    page = reverse("admin:media_image_change", args=[image.pk]) if is_opened else ""
    preview = reverse("admin:media_image_preview", args=[image.pk]) + "?width=320"
    return Card(
        image=image,
        page=page,
        thumbnail=preview if is_opened and can_show(image) else "",
        credit=text_of(image, "credit"),
        missing=missing_of(image),
        alike=alike,
    )
