"""Taking a picture away everywhere in one verb, and bringing it back."""

import uuid
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from coverage.models import Event, Post
from coverage.publishing.head import lock_heads
from coverage.publishing.pictures import posts_with
from coverage.publishing.publication import rerelease
from coverage.publishing.release import (
    blank_pictures,
    events_that_showed,
    events_with_entries,
    mark_withdrawn,
)
from coverage.record.models import Op, ReleasedParagraph, ReleasedPost
from coverage.record.paths import wrap_path
from media import renditions
from media.models import Image, ImageState, RetiredFiles
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import edits_pictures, is_chief
from newsroom.editorial.states import PostState


@dataclass(frozen=True)
class Surface:
    """A page of ours that shows a picture, or a post at the desk that holds it. `url` "" is no page."""

    kind: str  # post, event, keynote, speaker, wrap
    title: str
    url: str
    state: str  # of the post


def surfaces_of(image: Image) -> list[Surface]:
    """Everything that uses an image or a copy of it: posts in any state, and the pages that show those released."""
    return list(dict.fromkeys(surface for _, surfaces in _by_post(image) for surface in surfaces))


@transaction.atomic
def withdraw_image(image: Image, *, by: User, reason: str) -> list[Surface]:
    """Takes a picture from every page at once. Returns what used it.

    Effects, in order: the heads of its events are locked; the image and its copies are withdrawn, their files
    deleted after commit; each published post is released without it, and what it printed before is blanked, as is
    every entry of posts that showed it once; its addresses answer 410; the audit says who, why, and each surface
    with its time. Its bytes are refused from now on. Raises NotAllowed, Invalid, WrongState.
    """
    reason = reason.strip()
    if not edits_pictures(by):
        raise NotAllowed("Only an editor or photo editor can withdraw a picture. Ask the desk.")
    if not reason:
        raise Invalid({"reason": ["Say why it is withdrawn: whoever sends it again is told so."]})
    holding, root = posts_with(_root_id(image)), Image.objects.get(pk=_root_id(image))
    showed = events_that_showed(_folders(root)) | events_with_entries(holding)
    lock_heads(Event.objects.filter(Q(pk__in=holding.values("event")) | Q(pk__in=showed)))
    current = Image.objects.select_for_update().get(pk=_root_id(image))
    if current.state == ImageState.WITHDRAWN:
        raise WrongState("This picture is withdrawn already.")
    used, before, folders = _by_post(current), current.state, _folders(current)
    renditions.withdraw_files(current, reason)
    log, numbered = [], set()
    for post, surfaces in used:
        if post.state == PostState.PUBLISHED and rerelease(post, Op.PICTURE, blank=True):
            numbered.add(post.event_id)
        log += [asdict(surface) | {"at": clock.now().isoformat()} for surface in surfaces]
    blank_pictures(folders, at=clock.now(), numbered=numbered)
    mark_withdrawn(Image.objects.family(current.pk).values_list("pk", flat=True))
    states = {"from_state": before, "to_state": ImageState.WITHDRAWN}
    write_audit("withdraw", current, by=by, note=reason, after={"surfaces": log}, **states)
    image.refresh_from_db()
    return list(dict.fromkeys(surface for _, surfaces in used for surface in surfaces))


@transaction.atomic
def reinstate_image(image: Image, *, by: User, reason: str) -> None:
    """Brings a withdrawn picture back, its files under new names; the posts that hold it show it when it is ready.

    Raises NotAllowed, Invalid, WrongState.
    """
    reason = reason.strip()
    if not is_chief(by):
        raise NotAllowed("Only the chief editor can bring a withdrawn picture back.")
    if not reason:
        raise Invalid({"reason": ["Say why it comes back: it is kept in the audit."]})
    current = Image.objects.select_for_update().get(pk=_root_id(image))
    if current.state != ImageState.WITHDRAWN:
        raise WrongState("This picture is not withdrawn.")
    renditions.reinstate_files(current)
    write_audit(
        "reinstate", current, by=by, from_state=ImageState.WITHDRAWN, to_state=current.state, note=reason
    )
    image.refresh_from_db()


def _folders(image: Image) -> set[str]:
    """Where its files are or were: the present make, and older ones still on disk."""
    retired = RetiredFiles.objects.filter(image__in=Image.objects.family(image.pk))
    return {image.public_name, *retired.values_list("public_name", flat=True)} - {""}


def _by_post(image: Image) -> list[tuple[Post, list[Surface]]]:
    """By event, as they stand on its page; those without a place there last, the oldest first."""
    order = ("event", F("position").asc(nulls_last=True), "created_at", "pk")
    posts = list(posts_with(_root_id(image)).select_related("event").order_by(*order))
    released = ReleasedPost.objects.filter(desk_id__in=[post.pk for post in posts], withdrawn_at=None)
    rows = {row.desk_id: row for row in released.select_related("head").prefetch_related("speakers")}
    wraps = _wraps_showing(image)
    return [
        (post, _surfaces(post, rows.get(post.pk)) + wraps.get(post.public_id or "", [])) for post in posts
    ]


def _wraps_showing(image: Image) -> dict[str, list[Surface]]:
    """The articles that show an image or a copy of it, by the public id of the post they have it from."""
    family = Image.objects.family(_root_id(image)).values("pk")
    shown = ReleasedParagraph.objects.filter(image__in=list(family.values_list("pk", flat=True)))
    wraps: dict[str, list[Surface]] = {}
    for one in shown.select_related("article__head"):
        article = one.article
        surface = Surface("wrap", article.headline, wrap_path(article.head), "")
        wraps.setdefault(one.source, []).append(surface)
    return wraps


def _surfaces(post: Post, row: ReleasedPost | None) -> list[Surface]:
    state = post.get_state_display()
    if row is None:
        return [Surface("post", str(post), "", state)]
    event = row.head.slug
    pages = [
        Surface("post", str(post), reverse("front:post", args=[event, row.public_id]), state),
        Surface("event", row.head.title, reverse("front:event", args=[event]), state),
    ]
    if row.keynote:
        url = reverse("front:keynote", args=[event, row.keynote])
        pages.append(Surface("keynote", row.keynote_title, url, state))
    for one in row.speakers.all():
        pages.append(Surface("speaker", one.name, reverse("front:speaker", args=[one.speaker]), state))
    return pages


def _root_id(image: Image) -> uuid.UUID:
    return image.same_as_id or image.pk
