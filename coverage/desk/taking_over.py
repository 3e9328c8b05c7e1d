"""Taking over the claim of an editor who is gone, with what she had typed."""

import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from coverage.desk import presence, typed
from coverage.models import Post, Typed
from coverage.publishing import review
from coverage.publishing.access import is_claimed_by_another, may
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_chief
from newsroom.editorial.workflow import POST_VERBS


def may_take_over(person: User, post: Post) -> bool:
    """Whether to offer it: somebody else holds the claim, and is gone or gives way to a chief."""
    if not may(person, POST_VERBS["claim"], post) or not is_claimed_by_another(post, person):
        return False
    return is_chief(person) or not is_present(post.claimed_by_id, post)


def is_present(holder: int, post: Post) -> bool:
    """Whether she is at any page of the event, or typed within the last minute, as is known without Redis too."""
    since = timezone.now() - datetime.timedelta(seconds=presence.GONE)
    return any(one.person == holder for one in presence.who_is_at(post.event_id)) or (
        Typed.objects.filter(person=holder, at__gt=since).exists()
    )


def take_over_view(request: HttpRequest, post: Post) -> HttpResponse:
    """POST `_version`; leads to the form with what the holder had typed in it, or to the form as it stands."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    address, holder, seen = _form(post), post.claimed_by, request.POST.get("_version", "")
    present = holder is not None and is_present(holder.pk, post)
    try:
        version = int(seen) if seen.isdecimal() else -1
        review.take_over(post, by=request.user, present=present, version=version)
    except EditorialError as refused:
        messages.error(request, refused.message)
        return HttpResponseRedirect(address)
    messages.success(request, f"Taken over from {holder.desk_name()}: it is in review under your name.")
    hers = typed.readable_by(request.user, post).filter(person=holder).first()
    return HttpResponseRedirect(f"{address}?typed={hers.pk}" if hers else address)


def _form(post: Post) -> str:
    return reverse("admin:coverage_post_change", args=[post.pk])
