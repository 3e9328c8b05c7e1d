"""The preview: what readers would see, made by the release itself and then undone."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from coverage.models import Post
from coverage.publishing.head import head_of
from coverage.publishing.programme import announce
from coverage.publishing.release import prepare
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.states import EventState


def preview(request: HttpRequest, post: Post) -> HttpResponse:
    """A page in the site's style, for this person alone; nobody keeps it and nothing is released by it."""
    fragment, sentence = rendered(post)
    context = {"post": post, "fragment": fragment, "sentence": sentence}
    response = TemplateResponse(request, "admin/coverage/post/preview.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


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
            fragment = prepare(post, post.latest_revision(), at=timezone.now()).row.fragment
        except EditorialError as refused:
            fragment, sentence = "", refused.message
        transaction.set_rollback(True)
    return mark_safe(fragment), sentence  # noqa: S308  the record's own fragment, from a cleaned body
