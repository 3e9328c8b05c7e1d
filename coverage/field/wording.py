"""Where a filing stands, in the reporter's words."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from coverage.models import Event, Post, Revision
from coverage.publishing import access
from coverage.record.models import ReleasedPost
from media.models import Image, ImageState
from newsroom.editorial.people import User
from newsroom.editorial.states import PostState

SENT = {
    PostState.DRAFT: "Kept as a draft:",
    PostState.SUBMITTED: "Sent to the desk:",
    PostState.PUBLISHED: "Published:",
}


@dataclass(frozen=True)
class Standing:
    """`key` names its colour; `words` is the state; `detail` says what it means, empty if nothing needs saying."""

    key: str
    words: str
    detail: str = ""


@dataclass(frozen=True)
class Filing:
    """A post as it stands in her list.

    `lost` says of each picture that readers cannot get why not, `alike` of each that looks like an earlier one of
    hers when that was sent.
    """

    post: Post
    title: str
    standing: Standing
    lost: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def sent(self) -> str:
        """What stands above it when it was sent a moment ago."""
        return SENT.get(self.post.state, "How it stands:")


def own_posts(person: User) -> QuerySet[Post]:
    """Her own, the newest first, with what `standing` and `title` read."""
    newest = Revision.objects.filter(post=OuterRef("pk")).order_by("-number").values("pk")[:1]
    return (
        access.own_posts(person)
        .select_related("event", "keynote", "author", "claimed_by")
        .prefetch_related("quotes", "post_images__image__same_as")
        .annotate(newest_revision=Subquery(newest), times_corrected=Count("corrections", distinct=True))
        .order_by("-created_at")
    )


def stamp_of(person: User, event: Event) -> str:
    """Changes with anything her list shows of this event; two queries of one row."""
    own = Post.objects.filter(author=person, event=event)
    posts = own.aggregate(Max("updated_at"), Count("pk"))
    pictures = Image.objects.filter(post_images__post__in=own).aggregate(Max("updated_at"), Count("pk"))
    return hashlib.sha256(repr((posts, pictures)).encode()).hexdigest()[:20]


def title(post: Post) -> str:
    """What tells a filing from the others: its headline, or how it begins."""
    if post.headline or post.body:
        return post.headline or post.plain_body()[:140]
    quotes, pictures = list(post.quotes.all()), len(post.post_images.all())
    if quotes:
        return quotes[0].text[:140]
    return (
        ("Photograph" if pictures == 1 else f"{pictures} photographs") if pictures else "Nothing written yet"
    )


def has_pending(post: Post) -> bool:
    """Whether a change waits that readers do not see. For a post of `own_posts`."""
    return bool(post.released_revision_id) and post.released_revision_id != post.newest_revision


def as_filings(posts: Iterable[Post]) -> list[Filing]:
    """Posts of `own_posts` as they are listed; one query for the reasons of those withdrawn, two for likenesses."""
    posts = list(posts)
    withdrawn = [post.pk for post in posts if post.state == PostState.WITHDRAWN]
    rows = ReleasedPost.objects.filter(desk_id__in=withdrawn) if withdrawn else []
    reasons = {row.desk_id: row.reason for row in rows}
    near = _near(posts)
    return [
        Filing(
            post,
            title(post),
            standing(post, reasons.get(post.pk, "")),
            lost_pictures(post),
            like_earlier(post, near),
        )
        for post in posts
    ]


def _near(posts: list[Post]) -> dict[uuid.UUID, list[Image]]:
    """By picture of these posts, which all have one author: what she sent that looks like it."""
    images = [row.image for post in posts for row in post.post_images.all()]
    return Image.objects.filter(uploaded_by=posts[0].author).alike(images) if images else {}


def lost_pictures(post: Post) -> tuple[str, ...]:
    """A sentence for each picture of a post of `own_posts` that the worker refused or the desk withdrew."""
    return tuple(
        f"Photograph {number} {row.image.state}: {row.image.refusal}"
        for number, row in enumerate(post.post_images.all(), start=1)
        if row.image.state in (ImageState.REFUSED, ImageState.WITHDRAWN)
    )


def like_earlier(post: Post, near: dict[uuid.UUID, list[Image]]) -> tuple[str, ...]:
    """A sentence for each picture that looks like one sent before it: the later sender is warned, not the first."""
    said = []
    for number, row in enumerate(post.post_images.all(), start=1):
        earlier = [other for other in near[row.image_id] if other.created_at < row.image.created_at]
        if earlier:
            said.append(
                f"Photograph {number} looks like the one you sent at {_clock(earlier[0].created_at)}. Sent twice?"
            )
    return tuple(said)


def standing(post: Post, reason: str = "") -> Standing:
    match post.state:
        case PostState.DRAFT if post.note:
            return Standing("back", "Sent back", post.note)
        case PostState.DRAFT:
            return Standing("draft", "Draft", "Only you see it. Send it when it is ready.")
        case PostState.SUBMITTED:
            return Standing("received", "Received", "The desk has it; nobody has opened it yet.")
        case PostState.IN_REVIEW:
            reader = post.claimed_by.desk_name() if post.claimed_by else "Somebody"
            return Standing("desk", "With the desk", f"{reader} is reading it.")
        case PostState.APPROVED:
            return Standing("desk", "Approved", "It waits to go out.")
        case PostState.SCHEDULED:
            when = f"at {_clock(post.publish_at)}" if post.publish_at else post.anchor_in_words()
            return Standing("desk", "Scheduled", post.release_problem or f"It goes out {when}.")
        case PostState.PUBLISHED:
            return _live(post)
        case PostState.WITHDRAWN:
            return Standing("gone", "Withdrawn", reason)
        case _:
            return Standing("gone", "Put aside", "It will not be published unless it is brought back.")


def _live(post: Post) -> Standing:
    words = "Live, corrected" if post.times_corrected else "Live"
    detail = f"Since {_clock(post.first_released_at)}."
    if has_pending(post):
        detail += " A change waits; readers see the old words."
    return Standing("live", words, detail)


def _clock(moment) -> str:
    """The time of day in the zone the page is in, with the date unless it is today's."""
    local, today = timezone.localtime(moment), timezone.localdate()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M on %d %B}"
