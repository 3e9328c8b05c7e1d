"""Where readers find what the record holds: paths below the newsroom's address."""

from django.urls import reverse

from coverage.record.models import EventHead, ReleasedPost


def event_path(head: EventHead) -> str:
    return reverse("front:event", args=[head.slug])


def embed_path(head: EventHead) -> str:
    return reverse("front:embed", args=[head.slug])


def post_path(head: EventHead, post: ReleasedPost) -> str:
    return reverse("front:post", args=[head.slug, post.public_id])


def wrap_path(head: EventHead) -> str:
    return reverse("front:wrap", args=[head.slug])
