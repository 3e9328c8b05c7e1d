"""Two revisions of a post side by side, in words; and bringing an older one back."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from coverage.desk.beside import page_beside
from coverage.desk.bringing_back import bring_back
from coverage.desk.contents import LABELS, Wording, wording_for
from coverage.desk.differences import SAME, Run, compare
from coverage.models import Post, Revision
from coverage.publishing.access import may_edit
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.states import PostState

FIELDS = [
    name for name in LABELS if name not in ("embargo_until", "outside_keynote")
]  # no part of a revision


@dataclass(frozen=True)
class Compared:
    """A field that differs: its lines, each as runs of words."""

    label: str
    lines: list[list[Run]]


def compared(wording: Wording, old: dict, new: dict) -> tuple[list[Compared], list[str]]:
    """The fields that differ, and the labels of those that are the same."""
    differing, same = [], []
    for name in FIELDS:
        lines = compare(wording.lines(old, name), wording.lines(new, name))
        if all(run.kind == SAME for line in lines for run in line):
            same.append(LABELS[name])
        else:
            differing.append(Compared(LABELS[name], lines))
    return differing, same


def compare_page(admin, request: HttpRequest, post: Post) -> HttpResponse:
    """`?from=` and `?to=` are numbers of revisions; left out, what would change for readers or the latest change."""
    revisions = list(post.revisions.select_related("by"))
    old, new = _chosen(request, post, revisions)
    for_readers = _is_for_readers(post, old, new, revisions[0])
    with timezone.override(post.event.zone):
        differing, same = compared(wording_for(post, old.content, new.content), old.content, new.content)
        context = {
            "title": f"{'What would change for readers' if for_readers else 'Compare revisions'}: {post}",
            "post": post,
            "revisions": revisions,
            "old": old,
            "new": new,
            "differing": differing,
            "same": same,
            "for_readers": waiting_for_readers(post),
            "shows_readers": for_readers,
            "zone_name": post.event.time_zone,
            "bring_back": _to_bring_back(request, post, revisions, old, new),
        }
        return page_beside(admin, request, "admin/coverage/post/compare.html", context)


def waiting_for_readers(post: Post) -> bool:
    """Whether the newest revision says something else than what readers have."""
    return post.state == PostState.PUBLISHED and post.has_pending_changes()


def _chosen(request: HttpRequest, post: Post, revisions: list[Revision]) -> tuple[Revision, Revision]:
    by_number = {str(revision.number): revision for revision in revisions}
    asked = [request.GET.get(name) for name in ("from", "to")]
    if any(number and number not in by_number for number in asked):
        raise Http404("This post has no revision of that number.")
    new = by_number[asked[1]] if asked[1] else revisions[0]
    if asked[0]:
        return by_number[asked[0]], new
    if waiting_for_readers(post) and not asked[1]:
        return by_number[str(post.released_revision.number)], new
    return next((one for one in revisions if one.number < new.number), new), new


def _is_for_readers(post: Post, old: Revision, new: Revision, newest: Revision) -> bool:
    return waiting_for_readers(post) and old.pk == post.released_revision_id and new == newest


def _to_bring_back(request, post: Post, revisions: list[Revision], *shown: Revision) -> list[Revision]:
    """Those of the two shown that are not the newest, for whoever may change the post."""
    if not may_edit(request.user, post):
        return []
    return [one for one in dict.fromkeys(shown) if one.pk != revisions[0].pk]


def bring_back_view(request: HttpRequest, post: Post) -> HttpResponse:
    """POST `number` and `_version`; refused, it leads back to the comparison with the sentence."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    number, seen = (request.POST.get(name, "") for name in ("number", "_version"))
    revision = post.revisions.filter(number=int(number)).first() if number.isdecimal() else None
    if revision is None:
        raise Http404("This post has no revision of that number.")
    version = int(seen) if seen.isdecimal() else -1
    try:
        _, left_out = bring_back(post, revision, by=request.user, version=version)
    except EditorialError as refused:
        messages.error(request, refused.message)
        address = reverse("admin:coverage_post_compare", args=[post.pk])
        return HttpResponseRedirect(f"{address}?from={revision.number}")
    without = f" Without {' and '.join(left_out)}." if left_out else ""
    messages.success(request, f"Revision {revision.number} is back, as a new revision.{without}")
    return HttpResponseRedirect(reverse("admin:coverage_post_change", args=[post.pk]))
