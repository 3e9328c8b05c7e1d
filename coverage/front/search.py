"""Search over the record alone: events that stand in lists, their keynotes, speakers and posts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.excerpts import excerpt, marked
from coverage.front.pages import page
from coverage.front.reading import site_stamp
from coverage.record.document import Document, Kind
from coverage.record.documents import texts_of
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedPost
from coverage.record.paths import post_path
from coverage.record.query import MOST_SIGNS, Query, understood
from coverage.record.searching import Hit, look_up
from coverage.record.titles import title_of

A_PAGE = 20
MOST_POSTS = 2000  # the best are chosen among so many, the newest
MOST_OTHERS = 300
EVENTS_NAMED = 8
OTHERS = (Kind.EVENT, Kind.KEYNOTE, Kind.SPEAKER)


@dataclass
class Found:
    """`posts` is a page of hits, with `documents` by key. All else stands on the first page only, best first.

    `by_event`: events with most of the posts, and how many; none if one was asked for. `is_cut`: there are more
    posts than were looked at.
    """

    posts: Page
    documents: dict[int, Document]
    events: list[EventHead] = field(default_factory=list)
    keynotes: list[Document] = field(default_factory=list)
    speakers: list[ReleasedAppearance] = field(default_factory=list)
    by_event: list[tuple[EventHead, int]] = field(default_factory=list)
    is_cut: bool = False

    def is_empty(self) -> bool:
        return not (self.posts.paginator.count or self.events or self.keynotes or self.speakers)


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _render(request))


def search(query: Query, number: str | int | None = 1, head: EventHead | None = None) -> Found:
    """What holds the query at listed events, or at one of them. At most six queries."""
    hits = look_up(query, [Kind.POST], most=MOST_POSTS + 1, head=head)
    shown = Paginator(hits[:MOST_POSTS], A_PAGE).get_page(number)
    others = look_up(query, OTHERS, most=MOST_OTHERS, head=head) if shown.number == 1 else []
    chosen = [hit for kind in OTHERS for hit in [one for one in others if one.kind == kind][: A_PAGE * 3]]
    documents = _documents([*shown, *chosen])
    by_kind = {kind: _of_kind(chosen, documents, kind) for kind in OTHERS}
    people: dict[str, ReleasedAppearance] = {}
    for one in by_kind[Kind.SPEAKER]:
        people.setdefault(one.appearance.speaker, one.appearance)
    return Found(
        shown,
        documents,
        events=[one.head for one in by_kind[Kind.EVENT]][:A_PAGE],
        keynotes=by_kind[Kind.KEYNOTE][:A_PAGE],
        speakers=list(people.values())[:A_PAGE],
        by_event=_by_event(hits) if head is None else [],
        is_cut=len(hits) > MOST_POSTS,
    )


def _documents(hits: Sequence[Hit]) -> dict[int, Document]:
    rows = Document.objects.select_related("head", "post__head", "keynote__head", "appearance")
    rows = rows.prefetch_related("post__picture_rows", "post__speakers")
    return rows.in_bulk([hit.document for hit in hits])


def _of_kind(hits: Sequence[Hit], documents: dict[int, Document], kind: Kind) -> list[Document]:
    return [documents[hit.document] for hit in hits if hit.kind == kind and hit.document in documents]


def _by_event(hits: Sequence[Hit]) -> list[tuple[EventHead, int]]:
    counts = Counter(hit.head for hit in hits[:MOST_POSTS]).most_common(EVENTS_NAMED)
    heads = EventHead.objects.listed().in_bulk([key for key, _ in counts])
    return [(heads[key], count) for key, count in counts if key in heads]


def _render(request: HttpRequest) -> HttpResponse:
    typed, slug = (_clean(request.GET.get(name, "")) for name in ("q", "event"))
    query = understood(typed)
    head = EventHead.objects.listed().filter(slug=slug).first() if slug else None
    found = search(query, request.GET.get("page"), head)
    context = {
        "q": typed,
        "event": head,
        "found": found,
        "leaves_out_only": bool(query.unwanted and not query.wanted),
        "events": [(one, marked(one.title, query)) for one in found.events],
        "keynotes": [
            {"keynote": one.keynote, "head": one.head, "title": marked(one.keynote.title, query)}
            for one in found.keynotes
        ],
        "results": [
            _result(found.documents[hit.document].post, query)
            for hit in found.posts
            if hit.document in found.documents
        ],
    }
    return page("front/search.html", context, canonical=reverse("front:search"))


def _clean(given: str) -> str:
    return given.replace("\x00", "").strip()[:MOST_SIGNS]


def _result(post: ReleasedPost, query: Query) -> dict:
    """A title made of the first words is not said again in the excerpt: it goes on from there."""
    title = post.title or title_of(post)
    first, *others = texts_of(post, post.picture_rows.all(), post.speakers.all()) or [""]
    rest = first.removeprefix(title.removesuffix("…")).strip()
    goes_on = rest != first
    return {
        "post": post,
        "title": marked(title, query),
        "text": excerpt([text for text in (rest, *others) if text], query, goes_on=goes_on and bool(rest)),
        "link": post_path(post.head, post),
    }
