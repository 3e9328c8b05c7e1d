"""The preview: what readers would see, made by the release itself and then undone."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from coverage.models import Post, PostImage
from coverage.publishing.head import head_of
from coverage.publishing.programme import announce
from coverage.publishing.release import Prepared, prepare
from coverage.record.fragment import render_post
from media.picture import Picture
from media.previews import preview_response
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.states import EventState

PICTURE_WIDTH = 1280  # pixels


def preview(request: HttpRequest, post: Post) -> HttpResponse:
    """A page in the site's style, for this person alone; nobody keeps it and nothing is released by it."""
    fragment, sentence = rendered(post)
    context = {"post": post, "fragment": fragment, "sentence": sentence}
    response = TemplateResponse(request, "admin/coverage/post/preview.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def preview_picture(post: Post, image_id: UUID) -> HttpResponseBase:
    """The bytes of a picture the post holds, for whoever may see the post. Raises Http404."""
    held = get_object_or_404(PostImage.objects.select_related("image__same_as"), post=post, image=image_id)
    return preview_response(held.image, width=PICTURE_WIDTH)


def rendered(post: Post) -> tuple[SafeString, str]:
    """The fragment of the newest revision, and why it could not be published now (empty: it could).

    The event is announced first if it is a draft, in the same transaction, which is rolled back.
    """
    sentence = ""
    with transaction.atomic():
        try:
            if head_of(post.event).state == EventState.DRAFT:
                sentence = "The event is still a draft: readers see nothing of it before it is announced."
                announce(post.event, by=None)
            fragment = _fragment(post, prepare(post, post.latest_revision(), at=timezone.now()))
        except EditorialError as refused:
            fragment, sentence = "", refused.message
        transaction.set_rollback(True)
    return mark_safe(fragment), sentence  # noqa: S308  the record's own fragment, from a cleaned body


def _fragment(post: Post, prepared: Prepared) -> str:
    """As readers would get it, but for the pictures' addresses: the public ones answer nobody before the release."""
    pictures = [_private(post, row.as_picture()) for row in prepared.pictures]
    return render_post(prepared.row, prepared.head, pictures, prepared.speakers)


def _private(post: Post, picture: Picture) -> Picture:
    address = reverse("admin:coverage_post_picture", args=[post.pk, picture.image])
    return replace(picture, sources=(replace(picture.fallback(), url=address),))
