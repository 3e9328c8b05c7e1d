"""Pages of speakers and organisations, over all listed events: what they did, as billed that day."""

from django.core.paginator import Page, Paginator
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from coverage.front import structured
from coverage.front.caching import conditional
from coverage.front.pages import Numbered, numbered, rendered
from coverage.front.paging import PAGE
from coverage.front.reading import posts_of, site_stamp
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote, ReleasedSpeaker
from coverage.record.querysets import EventHeadQuerySet, ReleasedPostQuerySet


@require_safe
def speaker_page(request: HttpRequest, speaker: str) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _listed(speaker_html, speaker, request))


@require_safe
def organisation_page(request: HttpRequest, organisation: str) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _listed(organisation_html, organisation, request))


def _listed(make, slug: str, request: HttpRequest) -> HttpResponse:
    return HttpResponse(make(slug, EventHead.objects.listed(), request.GET.get("page")).html)


def speaker_html(slug: str, heads: EventHeadQuerySet, number: str | int | None) -> Numbered:
    """What a speaker did at these events; `number` is the page's, None the first. Raises Http404 if she did nothing."""
    appearances = _appearances(heads, speaker=slug)
    named = ReleasedSpeaker.objects.filter(speaker=slug, post__in=posts_of(heads)).order_by("-post__position")
    latest = (appearances or named[:1] or [None])[0]
    if latest is None:
        raise Http404
    shown = _paged(posts_of(heads).filter(speakers__speaker=slug), number)
    context = {
        "who": latest,
        "structured": structured.speaker(latest, appearances),
        "appearances": appearances,
        "posts": shown,
    }
    html = rendered(
        "front/speaker.html", context, canonical=numbered(reverse("front:speaker", args=[slug]), shown)
    )
    return Numbered(html, shown.paginator.num_pages)


def organisation_html(slug: str, heads: EventHeadQuerySet, number: str | int | None) -> Numbered:
    """Who spoke for an organisation at these events, and what it sponsored; as `speaker_html`."""
    appearances = _appearances(heads, organisation_slug=slug)
    sponsored = list(
        ReleasedKeynote.objects.filter(head__in=heads, sponsor_slug=slug)
        .select_related("head")
        .order_by(F("head__starts_at").desc(nulls_last=True), "order")
    )
    named = ReleasedSpeaker.objects.filter(organisation_slug=slug, post__in=posts_of(heads))
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
    shown = _paged(posts_of(heads).filter(about), number)
    context = {
        "name": name,
        "structured": structured.organisation(name, slug),
        "appearances": appearances,
        "sponsored": sponsored,
        "posts": shown,
    }
    html = rendered(
        "front/organisation.html",
        context,
        canonical=numbered(reverse("front:organisation", args=[slug]), shown),
    )
    return Numbered(html, shown.paginator.num_pages)


def _appearances(heads: EventHeadQuerySet, **which) -> list[ReleasedAppearance]:
    """At these events, the newest first, in running order."""
    return list(
        ReleasedAppearance.objects.filter(keynote__head__in=heads, **which)
        .select_related("keynote__head")
        .order_by(
            F("keynote__head__starts_at").desc(nulls_last=True), "keynote__head", "keynote__order", "order"
        )
    )


def _paged(posts: ReleasedPostQuerySet, number: str | int | None) -> Page:
    """The posts of a page, newest first."""
    return Paginator(posts.newest_first(), PAGE).get_page(number)
