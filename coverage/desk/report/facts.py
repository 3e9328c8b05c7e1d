"""What the report is counted from: rows of the desk and of its audit, read once. The same queries for any event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce

from coverage.models import Correction, Event, Keynote, Post, PostImage
from coverage.models.markup import plain_text
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from newsroom.editorial.states import PostState

NOBODY = "imported"
_VERBS = ("submit", "publish", "break-glass", "withdraw")


@dataclass(frozen=True)
class PostFact:
    """A post that readers had once. `filed_at`: its last filing before they did; None: there was none, or only later.

    `came_from` is the state it was first released from; empty: the audit of this event does not say.
    """

    id: str
    public_id: str
    said: str
    author: int | None
    keynote: int | None
    state: str
    released_at: datetime
    filed_at: datetime | None
    filed_later: bool
    came_from: str

    @property
    def words(self) -> str:
        """Its headline, or how it begins. Reads HTML: not for thousands."""
        return plain_text(self.said)[:80] or self.public_id


@dataclass(frozen=True)
class PictureFact:
    """A picture in one of the event's posts; `state` is that of the image whose files stand for it."""

    image: str
    post_state: str
    keynote: int | None
    state: str
    credit: str
    alt_text: str
    uploaded_by: int | None


@dataclass(frozen=True)
class Facts:
    """`corrections` and `withdrawals`: which post, when."""

    event: Event
    keynotes: list[Keynote]
    posts: list[PostFact]
    corrections: list[tuple[str, datetime]]
    withdrawals: list[tuple[str, datetime]]
    pictures: list[PictureFact]
    people: dict[int | None, str]


def facts_of(event: Event) -> Facts:
    """Six queries, however many posts the event has."""
    audit = _audit_of(event)
    posts = [_post(row, audit.get(str(row["id"]), [])) for row in _posts_of(event)]
    known = {post.id for post in posts}
    pictures = _pictures_of(event)
    return Facts(
        event=event,
        keynotes=list(event.keynotes.order_by("starts_at", "order", "id")),
        posts=posts,
        corrections=[(str(post), at) for post, at in _corrections_of(event)],
        withdrawals=[
            (post, at) for post in known for verb, at, _ in audit.get(post, ()) if verb == "withdraw"
        ],
        pictures=pictures,
        people=_names([post.author for post in posts] + [picture.uploaded_by for picture in pictures]),
    )


def _posts_of(event: Event) -> Iterable[dict[str, Any]]:
    released = Post.objects.filter(event=event, first_released_at__isnull=False)
    columns = ("id", "public_id", "headline", "body", "author", "keynote", "state", "submitted_at")
    return released.order_by("first_released_at", "id").values(*columns, "first_released_at")


def _corrections_of(event: Event) -> Iterable[tuple]:
    return Correction.objects.filter(post__event=event).values_list("post_id", "at")


def _audit_of(event: Event) -> dict[str, list[tuple[str, datetime, str]]]:
    """By post, the oldest first: verb, when, from which state."""
    rows = AuditRow.objects.filter(event_id=event.pk, thing_type=Post._meta.label_lower, verb__in=_VERBS)
    found: dict[str, list] = {}
    for post, *what in rows.order_by("id").values_list("thing_id", "verb", "at", "from_state"):
        found.setdefault(post, []).append(tuple(what))
    return found


def _post(row: dict[str, Any], audit: list[tuple[str, datetime, str]]) -> PostFact:
    """A filing is audited each time; the post's own column holds the latest, which may be that of a later change."""
    released = row["first_released_at"]
    filings = [at for verb, at, _ in audit if verb == "submit"] or [row["submitted_at"]]
    before = [at for at in filings if at and at <= released]
    first = next((state for verb, _, state in audit if verb in ("publish", "break-glass")), "")
    return PostFact(
        id=str(row["id"]),
        public_id=row["public_id"],
        said=row["headline"] or row["body"],
        author=row["author"],
        keynote=row["keynote"],
        state=row["state"],
        released_at=released,
        filed_at=before[-1] if before else None,
        filed_later=not before and any(filings),
        came_from=first,
    )


def _pictures_of(event: Event) -> list[PictureFact]:
    placed = PostImage.objects.filter(post__event=event).exclude(post__state=PostState.SPIKED)
    state = Coalesce("image__same_as__state", "image__state")
    columns = ("image__credit", "image__alt_text", "image__uploaded_by")
    rows = placed.order_by("id").values_list("image", "post__state", "post__keynote", state, *columns)
    return [PictureFact(str(image), *rest) for image, *rest in rows]


def _names(people: list[int | None]) -> dict[int | None, str]:
    found = User.objects.in_bulk({one for one in people if one})
    return {None: NOBODY} | {pk: person.desk_name() for pk, person in found.items()}
