"""Pages of speakers and organisations, over all listed events: what they did, as billed that day."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.pages import page
from coverage.front.paging import PAGE
from coverage.front.reading import listed_posts, site_stamp
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote, ReleasedSpeaker


@require_safe
def speaker_page(request: HttpRequest, speaker: str) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _speaker(request, speaker))


@require_safe
def organisation_page(request: HttpRequest, organisation: str) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _organisation(request, organisation))


def _speaker(request: HttpRequest, slug: str) -> HttpResponse:
    appearances = _appearances(speaker=slug)
    named = ReleasedSpeaker.objects.filter(speaker=slug, post__in=listed_posts()).order_by("-post__position")
    latest = (appearances or named[:1] or [None])[0]
    if latest is None:
        raise Http404
    context = {
        "who": latest,
        "appearances": appearances,
        "posts": _paged(listed_posts().filter(speakers__speaker=slug), request),
    }
    return page("front/speaker.html", context, canonical=reverse("front:speaker", args=[slug]))


def _organisation(request: HttpRequest, slug: str) -> HttpResponse:
    appearances = _appearances(organisation_slug=slug)
    sponsored = list(
        ReleasedKeynote.objects.filter(head__in=EventHead.objects.listed(), sponsor_slug=slug)
        .select_related("head")
        .order_by("-head__starts_at", "order")
    )
    named = ReleasedSpeaker.objects.filter(organisation_slug=slug, post__in=listed_posts())
    if appearances:
        name = appearances[0].organisation
    elif sponsored:
        name = sponsored[0].sponsor
    else:
        name = named.order_by("-post__position").values_list("organisation", flat=True).first()
    if not name:
        raise Http404
    about = Q(pk__in=named.values("post"))
    for keynote in sponsored:
        about |= Q(head=keynote.head_id, keynote=keynote.slug)
    context = {
        "name": name,
        "appearances": appearances,
        "sponsored": sponsored,
        "posts": _paged(listed_posts().filter(about), request),
    }
    return page("front/organisation.html", context, canonical=reverse("front:organisation", args=[slug]))


def _appearances(**which) -> list[ReleasedAppearance]:
    """Of listed events, the newest event first, in running order."""
    return list(
        ReleasedAppearance.objects.filter(keynote__head__in=EventHead.objects.listed(), **which)
        .select_related("keynote__head")
        .order_by("-keynote__head__starts_at", "keynote__head", "keynote__order", "order")
    )


def _paged(posts, request: HttpRequest):
    """The posts of `?page=`, newest first."""
    return Paginator(posts.newest_first(), PAGE).get_page(request.GET.get("page"))
