"""Search over the record alone: posts, keynotes and speakers of listed events."""

import re
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.pages import page
from coverage.front.reading import listed_posts, site_stamp
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote, ReleasedPost
from coverage.record.paths import post_path
from coverage.record.titles import text_of, title_of

A_PAGE = 20
MOST_WORDS = 8
QUOTES_SEARCHED = 4


@dataclass
class Found:
    posts: Page
    keynotes: list[ReleasedKeynote]
    speakers: list[ReleasedAppearance]


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    return conditional(request, site_stamp(), lambda: _render(request))


def search(query: str, number: str | int | None = 1) -> Found:
    """What holds every word: a page of posts, the newest first, and on the first page keynotes and people."""
    words = query.split()[:MOST_WORDS]
    posts = _holding(listed_posts(), words, _post_holds).newest_first()
    shown = Paginator(posts if words else posts.none(), A_PAGE).get_page(number)
    if not words or shown.number > 1:
        return Found(shown, [], [])
    listed = EventHead.objects.listed()
    keynotes = _holding(
        ReleasedKeynote.objects.filter(head__in=listed).select_related("head"), words, _keynote_holds
    )
    people = _holding(ReleasedAppearance.objects.filter(keynote__head__in=listed), words, _person_holds)
    speakers = {person.speaker: person for person in people[: A_PAGE * 3]}
    return Found(shown, list(keynotes[:A_PAGE]), list(speakers.values())[:A_PAGE])


def _holding(rows, words: list[str], holds):
    for word in words:
        rows = rows.filter(holds(word))
    return rows


def _post_holds(word: str) -> Q:
    said = Q()
    for number in range(QUOTES_SEARCHED):
        said |= Q(**{f"quotes__{number}__text__icontains": word})
    named = Q(pk__in=listed_posts().filter(speakers__name__icontains=word).values("pk"))
    return (
        said
        | named
        | Q(headline__icontains=word)
        | Q(body__iregex=_in_text(word))
        | Q(keynote_title__icontains=word)
        | Q(byline__icontains=word)
    )


def _in_text(word: str) -> str:
    """A pattern for both databases: the word, written as HTML writes it, outside tags and entities."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        word = word.replace(sign, entity)
    return f"(^|>)[^<]*(?<!&){re.escape(word)}"


def _keynote_holds(word: str) -> Q:
    return Q(title__icontains=word) | Q(summary__icontains=word) | Q(sponsor__icontains=word)


def _person_holds(word: str) -> Q:
    return Q(name__icontains=word) | Q(organisation__icontains=word)


def _render(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = search(query, request.GET.get("page"))
    context = {"q": query, "found": found, "results": [_result(post) for post in found.posts]}
    return page("front/search.html", context, canonical=reverse("front:search"))


def _result(post: ReleasedPost) -> dict:
    """A title made of the first words is not said again in the excerpt: it goes on from there."""
    title, text = title_of(post), text_of(post)
    rest = text.removeprefix(title.removesuffix("…")).strip()
    excerpt = Truncator(rest if rest == text else f"… {rest}").chars(240) if rest else ""
    return {"post": post, "title": title, "text": excerpt, "link": post_path(post.head, post)}
