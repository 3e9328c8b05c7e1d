"""One post at its own address; a withdrawn one answers 410, with the reason and the time."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.pages import rendered
from coverage.front.reading import described, public_head, stamp_of
from coverage.front.structured import breadcrumbs, posting
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.paths import event_path, post_path
from coverage.record.titles import text_of


@require_safe
def post_page(request: HttpRequest, event: str, post: str) -> HttpResponse:
    head = public_head(event)
    return conditional(request, stamp_of(head), lambda: _render(head, post))


def _render(head: EventHead, public_id: str) -> HttpResponse:
    post = head.posts.filter(public_id=public_id).first()
    if post is None:
        raise Http404
    if post.withdrawn_at:
        return gone_page(head, post)
    [post] = described([post], head)
    return HttpResponse(post_html(head, post))


def post_html(head: EventHead, post: ReleasedPost) -> str:
    """The page of a post that stands, as `described` answers it. No query."""
    context = {
        "head": head,
        "zone": head.time_zone,
        "post": post,
        "card": post.card,
        "title": post.title,
        "description": text_of(post)[:200],
        "structured": posting(head, post),
        "breadcrumbs": breadcrumbs((head.title, event_path(head)), (post.title, post_path(head, post))),
    }
    return rendered("front/post.html", context, canonical=post_path(head, post), language=head.language)


def gone_page(head: EventHead, post: ReleasedPost) -> HttpResponse:
    """410: what was taken back, why and when."""
    return HttpResponse(gone_html(head, post), status=410)


def gone_html(head: EventHead, post: ReleasedPost) -> str:
    context = {"head": head, "zone": head.time_zone, "post": post}
    return rendered("410.html", context, canonical=post_path(head, post), language=head.language)
