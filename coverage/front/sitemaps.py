"""What search engines may read: the sitemap of all listed events, and robots.txt."""

from collections.abc import Iterator

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.links import absolute
from coverage.front.reading import listed_posts, site_stamp
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote, ReleasedSpeaker
from coverage.record.paths import event_path, post_path

MOST = 50_000  # addresses in one file: sitemaps.org
ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /field/
Disallow: /api/
Disallow: /search/

Sitemap: {sitemap}
"""


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _render(request))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(
        ROBOTS.format(sitemap=absolute(reverse("front:sitemap"))), content_type="text/plain"
    )
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _render(request: HttpRequest) -> HttpResponse:
    entries = [{"url": absolute(path), "changed": changed} for path, changed in _pages()][:MOST]
    return render(request, "front/sitemap.xml", {"entries": entries}, content_type="application/xml")


def _pages() -> Iterator[tuple]:
    """Paths and when they changed (None: unknown), events first. Five queries."""
    listed = EventHead.objects.listed()
    yield reverse("front:home"), None
    yield reverse("front:corrections"), None
    for head in listed.annotate(posted_at=Max("posts__changed_at")):
        yield event_path(head), max(filter(None, [head.changed_at, head.posted_at]))
    for keynote in ReleasedKeynote.objects.filter(head__in=listed).select_related("head"):
        yield reverse("front:keynote", args=[keynote.head.slug, keynote.slug]), None
    for name, slugs in _people().items():
        for slug in sorted(slugs):
            yield reverse(f"front:{name}", args=[slug]), None
    for post in listed_posts().newest_first().only("public_id", "changed_at", "head__slug"):
        yield post_path(post.head, post), post.changed_at


def _people() -> dict[str, set[str]]:
    appearing = ReleasedAppearance.objects.filter(keynote__head__in=EventHead.objects.listed())
    named = ReleasedSpeaker.objects.filter(post__in=listed_posts())
    pairs = [
        *appearing.values_list("speaker", "organisation_slug"),
        *named.values_list("speaker", "organisation_slug"),
    ]
    return {"speaker": {slug for slug, _ in pairs}, "organisation": {slug for _, slug in pairs if slug}}
