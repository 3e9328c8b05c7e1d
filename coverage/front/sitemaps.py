"""What search engines may read: the sitemaps of all listed events, and robots.txt."""

import datetime
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.feeds import NOT_XML
from coverage.front.links import absolute
from coverage.front.reading import described, listed_posts, site_stamp
from coverage.record.models import (
    EventHead,
    ReleasedAppearance,
    ReleasedArticle,
    ReleasedKeynote,
    ReleasedSpeaker,
)
from coverage.record.paths import event_path, post_path, wrap_path

MOST = 50_000  # addresses in one file: sitemaps.org
NEWS_MOST = 1_000  # and of news: Google's guide to news sitemaps, as are the two days
NEWS_AGE = datetime.timedelta(days=2)
ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /field/
Disallow: /api/
Disallow: /search/

Sitemap: {sitemap}
Sitemap: {news}
"""


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _render(request))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemaps = {
        "sitemap": absolute(reverse("front:sitemap")),
        "news": absolute(reverse("front:news-sitemap")),
    }
    response = HttpResponse(ROBOTS.format(**sitemaps), content_type="text/plain")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """What is new, and what is new no longer within five minutes."""
    now = timezone.now()
    five_minutes = int(now.timestamp()) // 300
    return conditional(request, f"{site_stamp()}-{five_minutes}", lambda: _render_news(now))


def _render(request: HttpRequest) -> HttpResponse:
    """One file, or an index of files if there are more addresses than one may have: `?page=` from 1 on."""
    paginator = Paginator(list(_pages()), MOST)
    if paginator.num_pages > 1 and "page" not in request.GET:
        address = absolute(reverse("front:sitemap"))
        files = [f"{address}?page={number}" for number in paginator.page_range]
        return _xml("front/sitemap-index.xml", files=files)
    shown = paginator.get_page(request.GET.get("page"))
    entries = [{"url": absolute(path), "changed": changed} for path, changed in shown]
    return _xml("front/sitemap.xml", entries=entries)


def _render_news(now: datetime.datetime) -> HttpResponse:
    since = now - NEWS_AGE
    entries = [*_new_events(since), *_new_articles(since), *_new_posts(since)]
    return _xml("front/news-sitemap.xml", entries=entries[:NEWS_MOST])


def _new_events(since: datetime.datetime) -> Iterator[dict]:
    """Those announced, or opened, since then."""
    new = Q(announced_at__gte=since) | Q(opened_at__gte=since)
    for head in EventHead.objects.listed().filter(new).order_by("-changed_at"):
        began = max(filter(None, [head.announced_at, head.opened_at]))
        yield _news(head, event_path(head), head.title, began)


def _new_articles(since: datetime.datetime) -> Iterator[dict]:
    new = ReleasedArticle.objects.of(EventHead.objects.listed()).filter(published_at__gte=since)
    for article in new.order_by("-published_at"):
        yield _news(article.head, wrap_path(article.head), article.headline, article.published_at)


def _new_posts(since: datetime.datetime) -> Iterator[dict]:
    """Those that came out since then, and tell of nothing older: an archive that is brought in is no news."""
    new = listed_posts().filter(released_at__gte=since, position__gte=round(since.timestamp() * 1_000_000))
    for post in new.order_by("-released_at", "-position")[:NEWS_MOST]:
        [named] = described([post], post.head)
        yield _news(post.head, post_path(post.head, post), named.title, post.released_at)


def _news(head: EventHead, path: str, title: str, at: datetime.datetime) -> dict:
    language = head.language.partition("-")[0]
    return {"url": absolute(path), "title": title, "at": at, "language": language}


def _xml(template: str, **context) -> HttpResponse:
    text = NOT_XML.sub("", render_to_string(template, context))
    return HttpResponse(text, content_type="application/xml")


def _pages() -> Iterator[tuple]:
    """Paths and when they changed (None: unknown), events first. Six queries."""
    listed = EventHead.objects.listed()
    yield reverse("front:home"), None
    yield reverse("front:corrections"), None
    for head in listed.annotate(posted_at=Max("posts__changed_at")):
        yield event_path(head), max(filter(None, [head.changed_at, head.posted_at]))
    for article in ReleasedArticle.objects.of(listed):
        yield wrap_path(article.head), article.changed_at
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
