"""The wrap: the article written from an event's posts. Withdrawn it answers 410, with the reason and the time."""

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.news_article import news_article
from coverage.front.pages import rendered
from coverage.front.reading import stamp_of
from coverage.front.structured import breadcrumbs
from coverage.record.described import share_card
from coverage.record.models import EventHead, ReleasedArticle, ReleasedParagraph, ReleasedPost
from coverage.record.paths import event_path, post_path, wrap_path
from media.picture import Picture


@dataclass
class Passage:
    """Paragraphs that come from one post, one after the other, or from none (`source` None, `link` "").

    `why_gone`: their words were taken back. `corrected`: the source's last correction since they were written.
    """

    paragraphs: list[ReleasedParagraph]
    public_id: str = ""  # of the post it comes from
    source: ReleasedPost | None = None
    link: str = ""
    why_gone: str = ""
    corrected: dict | None = None
    permalink: str = ""
    pictures: dict[str, Picture] = field(default_factory=dict)

    def parts(self) -> Iterator[tuple[ReleasedParagraph, Picture | None]]:
        """Each paragraph with its picture; one whose picture its post shows no more is left out."""
        for one in self.paragraphs:
            picture = self.pictures.get(str(one.image))
            if one.image is None or picture:
                yield one, picture


@require_safe
def wrap_page(request: HttpRequest, event: str) -> HttpResponse:
    head, stamp = _head_and_stamp(event)
    return conditional(request, stamp, lambda: _render(head))


def _head_and_stamp(slug: str) -> tuple[EventHead, str]:
    """The event, and what names the state of its record and of those events into which a source was moved.

    One query. Raises Http404.
    """
    sources = ReleasedParagraph.objects.filter(article__head__slug=slug).exclude(source="")
    posts = ReleasedPost.objects.filter(public_id__in=sources.values("source"))
    heads = list(
        EventHead.objects.public().filter(Q(slug=slug) | Q(pk__in=posts.values("head"))).order_by("pk")
    )
    head = next((one for one in heads if one.slug == slug), None)
    if head is None:
        raise Http404
    others = [f"{one.epoch}-{one.seq}" for one in heads if one is not head]
    return head, "-".join([stamp_of(head), *others])


def _render(head: EventHead) -> HttpResponse:
    article = ReleasedArticle.objects.filter(head=head).first()
    if article is None:
        raise Http404
    if article.withdrawn_at:
        return HttpResponse(gone_html(head, article), status=410)
    return HttpResponse(wrap_html(head, article))


def wrap_html(head: EventHead, article: ReleasedArticle, template: str = "front/wrap.html", **more) -> str:
    """The whole page; `more` goes to the template. Three queries."""
    passages = passages_of(article)
    pictures = [picture for one in passages for _, picture in one.parts() if picture]
    shown = [picture for picture in pictures if picture.place == "shown"]
    context = {
        "head": head,
        "zone": head.time_zone,
        "article": article,
        "passages": passages,
        "many_days": len({_day(one, head) for one in passages if one.source and one.source.happened_at}) > 1,
        "card": share_card(shown) or head.card,
        "breadcrumbs": breadcrumbs((head.title, event_path(head)), (article.headline, wrap_path(head))),
        "structured": news_article(head, article, [one.source for one in passages if one.source], shown),
        **more,
    }
    return rendered(template, context, canonical=wrap_path(head), language=head.language)


def passages_of(article: ReleasedArticle) -> list[Passage]:
    """The article's paragraphs beside the posts they come from, as these stand now. Three queries."""
    paragraphs = list(article.paragraphs.all())
    named = ReleasedPost.objects.filter(public_id__in={one.source for one in paragraphs})
    posts = {post.public_id: post for post in named.select_related("head").prefetch_related("picture_rows")}
    return [
        _passage(list(its), posts.get(source))
        for source, its in groupby(paragraphs, key=lambda one: one.source)
    ]


def _passage(paragraphs: list[ReleasedParagraph], source: ReleasedPost | None) -> Passage:
    if gone := next((one.gone for one in paragraphs if one.gone), ""):
        return Passage([], paragraphs[0].source, why_gone=gone)
    if source is None:
        return Passage(paragraphs, paragraphs[0].source)
    if source.withdrawn_at:
        return Passage([], source.public_id, why_gone=source.reason)
    since = source.corrections[min(one.corrections_seen for one in paragraphs) :]
    return Passage(
        paragraphs,
        source.public_id,
        source=source,
        link=f"{event_path(source.head)}?at={source.public_id}#post-{source.public_id}",
        corrected=since[-1] if since else None,
        permalink=post_path(source.head, source),
        pictures={picture.image: picture for picture in source.pictures()},
    )


def _day(passage: Passage, head: EventHead):
    return passage.source.happened_at.astimezone(zoneinfo.ZoneInfo(head.time_zone)).date()


def gone_html(head: EventHead, article: ReleasedArticle) -> str:
    """The page of a withdrawn one: when and why."""
    context = {"head": head, "zone": head.time_zone, "post": article, "article": article}
    return rendered("410.html", context, canonical=wrap_path(head), language=head.language)
