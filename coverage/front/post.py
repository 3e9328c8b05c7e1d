"""One post at its own address; a withdrawn one answers 410, with the reason and the time."""

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.links import post_path
from coverage.front.pages import page
from coverage.front.reading import public_head, stamp_of
from coverage.front.structured import as_script, posting, share_card
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.titles import text_of, title_of


@require_safe
def post_page(request: HttpRequest, event: str, post: str) -> HttpResponse:
    head = public_head(event)
    return conditional(request, stamp_of(head), lambda: _render(request, head, post))


def _render(request: HttpRequest, head: EventHead, public_id: str) -> HttpResponse:
    post = head.posts.filter(public_id=public_id).first()
    if post is None:
        raise Http404
    if post.withdrawn_at:
        return _gone(request, head, post)
    prefetch_related_objects([post], "picture_rows")
    context = {
        "head": head,
        "zone": head.time_zone,
        "post": post,
        "card": share_card([post]),
        "title": title_of(post),
        "description": text_of(post)[:200],
        "structured": as_script(posting(head, post)),
    }
    return page(request, "front/post.html", context, canonical=post_path(head, post), language=head.language)


def _gone(request: HttpRequest, head: EventHead, post: ReleasedPost) -> HttpResponse:
    context = {"head": head, "zone": head.time_zone, "post": post}
    return page(
        request, "410.html", context, canonical=post_path(head, post), language=head.language, status=410
    )
