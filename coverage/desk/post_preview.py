"""The preview: what readers would see, composed by the release itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from coverage.models import Post, PostImage, Revision
from coverage.publishing.head import head_of
from coverage.publishing.programme import announce
from coverage.publishing.release import compose
from coverage.record.fragment import render_post
from coverage.record.models import EventHead
from media.picture import Picture
from media.previews import preview_response
from newsroom.editorial import clock
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.states import EventState

PICTURE_WIDTH = 1280  # pixels


@dataclass(frozen=True)
class Drawn:
    """The fragment, and why it could not be published now (empty: it could)."""

    fragment: SafeString
    sentence: str = ""


def preview(request: HttpRequest, post: Post) -> HttpResponse:
    """A page in the site's style, for this person alone; nobody keeps it and nothing is released by it."""

    def address(image: str) -> str:
        return reverse("admin:coverage_post_picture", args=[post.pk, image])

    drawn = draw(post, post.latest_revision(), address)
    context = {"post": post, "fragment": drawn.fragment, "sentence": drawn.sentence}
    response = TemplateResponse(request, "admin/coverage/post/preview.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def preview_picture(post: Post, image_id: UUID) -> HttpResponseBase:
    """The bytes of a picture the post holds, for whoever may see the post. Raises Http404."""
    held = get_object_or_404(PostImage.objects.select_related("image__same_as"), post=post, image=image_id)
    return preview_response(held.image, width=PICTURE_WIDTH)


def draw(post: Post, revision: Revision, address: Callable[[str], str], *, words_now: bool = False) -> Drawn:
    """A revision as readers would get it, its pictures under the addresses `address` makes of their ids.

    The public addresses of pictures answer nobody before the release. `words_now` as in `release.compose`. Who only
    looks holds no lock a release waits for; a draft event is announced first, in a transaction that is rolled back.
    """
    head = head_of(post.event)
    if head.state != EventState.DRAFT:
        return _drawn(head, post, revision, address, words_now, "")
    sentence = "The event is still a draft: readers see nothing of it before it is announced."
    with transaction.atomic():
        try:
            head = announce(post.event, by=None)
            drawn = _drawn(head, post, revision, address, words_now, sentence)
        except EditorialError as refused:
            drawn = Drawn(mark_safe(""), refused.message)
        transaction.set_rollback(True)
    return drawn


def _drawn(
    head: EventHead,
    post: Post,
    revision: Revision,
    address: Callable[[str], str],
    words_now: bool,
    sentence: str,
) -> Drawn:
    try:
        prepared = compose(head, post, revision, at=clock.now(), words_now=words_now)
    except EditorialError as refused:
        return Drawn(mark_safe(""), refused.message)
    pictures = [_private(row.as_picture(), address) for row in prepared.pictures]
    fragment = render_post(prepared.row, prepared.head, pictures, prepared.speakers)
    return Drawn(mark_safe(fragment), sentence)  # noqa: S308  the record's own, from a cleaned body


def _private(picture: Picture, address: Callable[[str], str]) -> Picture:
    """One whose files are still being made has none to show."""
    if not picture.sources:
        return picture
    return replace(picture, sources=(replace(picture.fallback(), url=address(str(picture.image))),))
