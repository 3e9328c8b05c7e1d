"""Where readers could meet a post, and whether each of these places still has it.

Each place is asked through the very function that answers readers, in this process and after the commit. Over HTTP a
server may not reach its own public name, and what a shared cache still holds, for five seconds at most, is no answer
of ours.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import resolve, reverse

from coverage.api.posts import PublicPostView
from coverage.desk.versioned import audit_of
from coverage.error_reports.pages import report_page
from coverage.front import (
    corrections,
    edition,
    embed,
    event,
    feeds,
    keynote,
    oembed,
    people,
    search,
    sitemaps,
    wrap,
)
from coverage.front import post as post_page
from coverage.front.links import absolute
from coverage.front.pictures import picture
from coverage.live.updates import live, updates
from coverage.models import Keynote, Post, Speaker
from coverage.record.models import EventHead, Op, Release, ReleasedArticle, ReleasedPicture, ReleasedPost
from coverage.record.printed import organisations_of, pictures_of
from coverage.record.titles import title_of
from coverage.record.words import words as words_of

SEARCHED = 8  # words of a post's title, which find it as long as it is there
logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Surface:
    """`is_gone` asks now; it costs what a reader's request costs."""

    title: str
    url: str
    is_gone: Callable[[], bool]


def is_confirmed(surface: Surface) -> bool:
    """Whether a place answers without the post. One that fails is not confirmed: the withdrawal itself is done."""
    try:
        return surface.is_gone()
    except Exception:
        logger.exception("could not ask “%s” for a withdrawn post", surface.title)
        return False


def surfaces_of(post: Post) -> list[Surface]:
    """Every place a released post stood in, by the revision readers had; at a draft event none."""
    row = ReleasedPost.objects.select_related("head").filter(desk_id=post.pk).first()
    return list(_surfaces(post, row)) if row else []


def _surfaces(post: Post, row: ReleasedPost) -> Iterator[Surface]:
    head, slug = row.head, row.head.slug
    there = f"before={row.position + 1}"  # the page whose first post it would be
    yield _page("Event page", "event", [slug], event.event_page, row, there)
    yield _page("Its own page", "post", [slug, row.public_id], post_page.post_page, row, gone=410)
    yield _form_for_errors(slug, row)
    yield _page("Print edition", "print", [slug], edition.print_page, row)
    yield _page("Embedded page", "embed", [slug], embed.embed_page, row)
    told = urlencode({"url": absolute(reverse("front:post", args=[slug, row.public_id]))})
    yield _page("oEmbed", "oembed", [], oembed.oembed, row, told)
    yield Surface("Open pages", f"/events/{slug}/live.json", partial(_is_taken_back, head, row))
    yield _page("Atom feed", "atom", [slug], feeds.atom, row)
    yield _page("JSON feed", "json-feed", [slug], feeds.json_feed, row)
    content = post.released_revision.content
    for one in Keynote.objects.filter(pk=content["keynote"]):
        yield _page(f"Keynote “{one}”", "keynote", [slug, one.slug], keynote.keynote_page, row)
    for one in _named(content):
        yield _page(f"Speaker {one}", "speaker", [one.slug], people.speaker_page, row)
    organisations, files = _printed(post, row)
    for organisation, name in organisations:
        yield _page(name, "organisation", [organisation], people.organisation_page, row)
    for number, address in enumerate(files, start=1):
        title = "Share card" if address.endswith("/card.png") else f"Picture {number}"
        yield Surface(title, address, partial(_is_file_gone, address, row))
    for article in ReleasedArticle.objects.filter(paragraphs__source=row.public_id).distinct():
        there = article.head.slug
        yield _page(f"Wrap of {there}" if there != slug else "Wrap", "wrap", [there], wrap.wrap_page, row)
    words = " ".join(words_of(_title(content))[:SEARCHED])
    yield _page("Search", "search", [], search.search_page, row, urlencode({"q": words}))
    yield _page("Corrections", "corrections", [], corrections.corrections_page, row)
    yield _page("Sitemap", "sitemap", [], sitemaps.sitemap, row)
    yield _page("News sitemap", "news-sitemap", [], sitemaps.news_sitemap, row)
    api = reverse("api-public-post", args=[row.public_id])
    yield Surface("API", api, lambda: _ask(PublicPostView.as_view(), row.public_id).status_code == 410)


def _named(content: dict) -> list[Speaker]:
    keys = [*content["speakers"], *(quote["speaker_id"] for quote in content["quotes"])]
    return list(Speaker.objects.filter(pk__in=filter(None, keys)))


def _printed(post: Post, row: ReleasedPost) -> tuple[list[list[str]], list[str]]:
    """Organisations (slug, name) and files of pictures; of a post taken back, as the audit kept them."""
    if row.withdrawn_at is None:
        return organisations_of(row), pictures_of(row)
    kept = audit_of(post).filter(verb="withdraw").first()
    after = (kept and kept.after) or {}
    return after.get("organisations", []), after.get("pictures", [])


def _is_file_gone(address: str, row: ReleasedPost) -> bool:
    """Whether readers get no picture there, or get it for another post that shows it by now."""
    where = resolve(address).kwargs
    gone = _ask(picture, *where.values(), path=address).status_code in (404, 410)
    return gone or ReleasedPicture.objects.filter(folder=where["folder"]).exclude(post=row).exists()


def _title(content: dict) -> str:
    """What readers saw as its title: the row itself is blank."""
    return title_of(ReleasedPost(**{name: content[name] for name in ("headline", "body", "quotes")}))


def _page(
    title: str,
    name: str,
    arguments: list[str],
    view: View,
    row: ReleasedPost,
    query: str = "",
    *,
    gone: int = 404,
) -> Surface:
    """A page readers have; one that is not there any more, or answers `gone`, does not show it."""
    address = reverse(f"front:{name}", args=arguments)

    def is_gone() -> bool:
        answer = _ask(view, *arguments, query=query)
        return answer.status_code == gone or (gone == 404 and not _shows(answer, row))

    return Surface(title, f"{address}?{query}" if query else address, is_gone)


def _form_for_errors(slug: str, row: ReleasedPost) -> Surface:
    """It names the post it is about."""
    where = [slug, row.public_id]
    address = reverse("error_reports:report", args=where)
    return Surface("Form to report an error", address, lambda: _ask(report_page, *where).status_code == 410)


def _shows(answer: HttpResponse, row: ReleasedPost) -> bool:
    """Whether an answer has the post's article, or a link to it."""
    text = answer.content.decode()
    return f"post-{row.public_id}" in text or f"/posts/{row.public_id}/" in text


def _is_taken_back(head: EventHead, row: ReleasedPost) -> bool:
    """Whether open pages are told, and no entry they could be given has its words."""
    if Release.objects.filter(public_id=row.public_id, html__isnull=False).exists():
        return False
    last = head.entries.filter(public_id=row.public_id).order_by("seq").last()
    told = _ask(updates, head.slug, query=f"after={last.seq - 1}") if last else None
    shown = _shows(_ask(live, head.slug), row)
    return bool(last and last.op == Op.WITHDRAW and f'"{Op.WITHDRAW}"' in told.content.decode() and not shown)


def _ask(view: View, *arguments: str, query: str = "", path: str = "") -> HttpResponse:
    """What a reader without a session would be answered. A page that is not there is an answer, too."""
    request = HttpRequest()
    request.method, request.GET, request.path = "GET", QueryDict(query), path
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1"}
    try:
        return view(request, *arguments)
    except Http404:
        return HttpResponse(status=404)
