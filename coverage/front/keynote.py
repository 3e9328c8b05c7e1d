"""A keynote's page: who, when, for whom, and every post about it in the order it happened."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from coverage.front import structured
from coverage.front.caching import conditional
from coverage.front.pages import rendered
from coverage.front.reading import public_head, stamp_of
from coverage.record.models import EventHead
from coverage.record.paths import event_path


@require_safe
def keynote_page(request: HttpRequest, event: str, keynote: str) -> HttpResponse:
    head = public_head(event)
    return conditional(request, stamp_of(head), lambda: HttpResponse(keynote_html(head, keynote)))


def keynote_html(head: EventHead, slug: str) -> str:
    """Its page; raises Http404. A keynote rarely has more than a few dozen posts: they stand on one page."""
    keynotes = list(head.keynotes.all())
    place = next((number for number, keynote in enumerate(keynotes) if keynote.slug == slug), None)
    if place is None:
        raise Http404
    keynote = keynotes[place]
    cast = list(keynote.appearances.all())
    canonical = reverse("front:keynote", args=[head.slug, slug])
    context = {
        "head": head,
        "zone": head.time_zone,
        "keynote": keynote,
        "cast": cast,
        "card": keynote.card,
        "structured": structured.keynote(head, keynote, cast),
        "breadcrumbs": structured.breadcrumbs((head.title, event_path(head)), (keynote.title, canonical)),
        "posts": list(head.posts.live().filter(keynote=slug).oldest_first()),
        "before": keynotes[place - 1] if place else None,
        "after": keynotes[place + 1] if place + 1 < len(keynotes) else None,
    }
    return rendered("front/keynote.html", context, canonical=canonical, language=head.language)
