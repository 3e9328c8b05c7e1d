"""A new post's form that was sent before: what it says beyond what was saved then is kept, and led into the merge."""

import copy

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from coverage.desk import typed
from coverage.desk.adding import given_id
from coverage.desk.merging import BOTH, MINE
from coverage.desk.post_merge import Merge, merge
from coverage.models import Post, Typed

FIRST = "1"  # the revision that the form made when it came first


def says_the_same(admin, request: HttpRequest, post: Post) -> bool:
    """Whether everything in the form is what stands."""
    return not _merged(admin, request, post).fields and _is_there(request, post)


def says_more(admin, request: HttpRequest, post: Post) -> bool:
    """Whether the form says anything it did not say the first time, and that does not stand."""
    merged = _merged(admin, request, post)
    return bool(merged.of(MINE) or merged.of(BOTH)) or not _is_there(request, post)


def lead_into_merge(request: HttpRequest, post: Post) -> HttpResponseRedirect:
    """Keeps the form as what was typed for the post, and shows it there, merged; nothing of it is saved by that."""
    address = reverse("admin:coverage_post_change", args=[post.pk])
    key = str(given_id(request.POST.get("_form")) or post.pk)
    fields = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    typed.settle(request.user, key, Typed.objects.none())
    row = typed.keep(request.user, f"{address}?form={key}", [*fields, ("_revision", FIRST)])
    messages.warning(
        request,
        f"It was saved before, at {post.event}. What this form says otherwise is not saved, and no verb was used.",
    )
    return HttpResponseRedirect(f"{address}?typed={row.pk}&again=1")


def _merged(admin, request: HttpRequest, post: Post) -> Merge:
    asking = copy.copy(request)
    asking.POST = request.POST.copy()
    asking.POST["_revision"] = FIRST
    return merge(admin, asking, post, new=True)


def _is_there(request: HttpRequest, post: Post) -> bool:
    """Whether the form is about the event the post is in."""
    return request.POST.get("event") == str(post.event_id)
