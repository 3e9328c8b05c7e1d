"""What of the record belongs into an event's export, and under which name."""

from itertools import batched

from django.urls import reverse

from coverage.front.paging import NEWEST, OLDEST, usual_order
from coverage.interchange.archive.addresses import Addresses, Order
from coverage.record.models import (
    EventHead,
    ReleasedAppearance,
    ReleasedArticle,
    ReleasedKeynote,
    ReleasedPicture,
    ReleasedPost,
    ReleasedSpeaker,
)
from coverage.record.paths import event_path, post_path, wrap_path
from coverage.record.querysets import ReleasedPostQuerySet

A_PAGE = 500  # posts on one page of the event
AT_ONCE = 200  # posts held in memory together, with their pictures and speakers


def addresses_of(head: EventHead) -> Addresses:
    """Every page's file. Of a post only its id and position are held, so that ten thousand are a few megabytes."""
    posts = dict(head.posts.live().newest_first().values_list("public_id", "position"))
    pinned = set(head.posts.live().filter(pinned=True).values_list("position", flat=True))
    usual = usual_order(head)
    orders = {
        name: Order(name, _ends(positions, pinned), usual=name == usual)
        for name, positions in ((NEWEST, [*posts.values()]), (OLDEST, [*reversed(posts.values())]))
    }
    shown = ReleasedPicture.objects.filter(post__head=head).exclude(folder="")
    return Addresses(
        event=event_path(head),
        orders=orders,
        posts=posts,
        files=_files(head),
        folders=set(shown.values_list("folder", flat=True)),
    )


def _ends(positions: list[int], pinned: set[int]) -> list[int]:
    """The last position on each page: the first leaves out pinned posts, which stand above it."""
    first = [position for position in positions if position not in pinned][:A_PAGE]
    if not first:
        return []
    rest = positions[positions.index(first[-1]) + 1 :]
    return [first[-1], *(page[-1] for page in batched(rest, A_PAGE))]


def _files(head: EventHead) -> dict[str, str]:
    base = event_path(head)
    files = {reverse("front:corrections"): "corrections/index.html"}
    files |= {f"{base}print/": "print.html"}
    files |= {f"{base}{name}": name for name in ("feed.atom", "feed.json")}
    for post in head.posts.only("public_id").iterator():
        files[post_path(head, post)] = f"posts/{post.public_id}/index.html"
    for slug in head.keynotes.values_list("slug", flat=True):
        files[reverse("front:keynote", args=[head.slug, slug])] = f"keynotes/{slug}/index.html"
    if wrap_of(head):
        files[wrap_path(head)] = "wrap/index.html"
    for kind, slugs in people_of(head).items():
        files |= {reverse(f"front:{kind}", args=[slug]): f"{kind}s/{slug}/index.html" for slug in slugs}
    return files


def wrap_of(head: EventHead) -> ReleasedArticle | None:
    """The article made of its posts, if readers have or had one; a withdrawn one has a page with the reason."""
    return ReleasedArticle.objects.filter(head=head).first()


def people_of(head: EventHead) -> dict[str, list[str]]:
    """The slugs of speakers and organisations that this event's record names. Three queries."""
    appeared = ReleasedAppearance.objects.filter(keynote__head=head)
    named = ReleasedSpeaker.objects.filter(post__head=head, post__withdrawn_at=None)
    pairs = {
        pair
        for rows in (appeared, named)
        for pair in rows.values_list("speaker", "organisation_slug").distinct()
    }
    sponsors = ReleasedKeynote.objects.filter(head=head).values_list("sponsor_slug", flat=True)
    organisations = {slug for _, slug in pairs} | set(sponsors)
    return {
        "speaker": sorted({slug for slug, _ in pairs}),
        "organisation": sorted(organisations - {""}),
    }


def with_all(posts: ReleasedPostQuerySet) -> ReleasedPostQuerySet:
    """Posts with what their data prints: three queries for every `AT_ONCE` of them."""
    return posts.prefetch_related("picture_rows", "speakers")


def in_chunks(posts: ReleasedPostQuerySet):
    """Lists of at most `AT_ONCE`."""
    return map(list, batched(posts.iterator(chunk_size=AT_ONCE), AT_ONCE))


def standing(head: EventHead) -> ReleasedPostQuerySet:
    return head.posts.live().oldest_first()


def withdrawn(head: EventHead) -> ReleasedPostQuerySet:
    return ReleasedPost.objects.filter(head=head).exclude(withdrawn_at=None).oldest_first()
