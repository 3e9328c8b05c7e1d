"""The event's pages as readers have them, one after the other, each made by the function that answers them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from django.urls import reverse

from coverage.front import wrap
from coverage.front.corrections import corrections_html
from coverage.front.edition import edition
from coverage.front.event import html_of
from coverage.front.keynote import keynote_html
from coverage.front.pages import Numbered
from coverage.front.paging import OLDEST, window
from coverage.front.people import organisation_html, speaker_html
from coverage.front.post import gone_html, post_html
from coverage.front.reading import described
from coverage.interchange.archive import contents
from coverage.interchange.archive.addresses import Order, numbered
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.paths import event_path, post_path, wrap_path
from coverage.record.querysets import EventHeadQuerySet

PEOPLE = {"speaker": speaker_html, "organisation": organisation_html}


class Page(NamedTuple):
    """`path`: its address for readers, by which its own links are understood; `html` comes in pieces.

    `of`: how many pages that address has.
    """

    file: str
    path: str
    html: Iterable[str]
    of: int = 1


Pages = Iterable[Page]  # of one thing: a speaker may have several


def of_event(head: EventHead, order: Order) -> Iterator[Pages]:
    """All posts in one order, five hundred a page. Four queries a page."""
    first = window(head, {"order": order.name})
    for number, file in enumerate(order.files()):
        before = order.ends[number - 1] if number else None
        posts = list(_beyond(head, order, before)[: contents.A_PAGE])
        # In the words of the public page's own links: they lead to our files as any other link does.
        on = _query(order, order.ends[number]) if number + 1 < len(order.ends) else None
        back = None
        if number:
            back = _query(order, order.ends[number - 2] if number > 1 else None)
        older, newer = (back, on) if order.name == OLDEST else (on, back)
        shown = replace(first, posts=posts, older=older, newer=newer, is_first=not number)
        yield [Page(file, event_path(head), [html_of(head, shown)])]


def _beyond(head: EventHead, order: Order, position: int | None):
    posts = head.posts.live().printed()
    posts = posts.oldest_first() if order.name == OLDEST else posts.newest_first()
    if position is None:
        return posts.filter(pinned=False)
    return posts.filter(**{"position__gt" if order.name == OLDEST else "position__lt": position})


def _query(order: Order, beyond: int | None) -> str:
    anchor = "" if beyond is None else f"&{'after' if order.name == OLDEST else 'before'}={beyond}"
    return f"?order={order.name}{anchor}"


def of_posts(head: EventHead) -> Iterator[Pages]:
    """A page for each post that stands, then for each that was withdrawn. One query for two hundred."""
    for chunk in contents.in_chunks(contents.standing(head)):
        for post in described(chunk, head):
            yield [_of_post(head, post, post_html)]
    for post in contents.withdrawn(head).iterator(chunk_size=contents.AT_ONCE):
        yield [_of_post(head, post, gone_html)]


def _of_post(head: EventHead, post: ReleasedPost, make: Callable[[EventHead, ReleasedPost], str]) -> Page:
    return Page(f"posts/{post.public_id}/index.html", post_path(head, post), [make(head, post)])


def of_keynotes(head: EventHead) -> Iterator[Pages]:
    for slug in head.keynotes.values_list("slug", flat=True):
        path = reverse("front:keynote", args=[head.slug, slug])
        yield [Page(f"keynotes/{slug}/index.html", path, [keynote_html(head, slug)])]


def of_people(head: EventHead) -> Iterator[Pages]:
    """Speakers and organisations, as far as this event goes; and what was corrected in it."""
    here = EventHead.objects.filter(pk=head.pk)
    for kind, slugs in contents.people_of(head).items():
        for slug in slugs:
            path = reverse(f"front:{kind}", args=[slug])
            yield _numbered(f"{kind}s/{slug}/index.html", path, _maker(PEOPLE[kind], slug, here))
    corrections = reverse("front:corrections")
    yield _numbered("corrections/index.html", corrections, lambda number: corrections_html(here, number))


def of_print(head: EventHead) -> Iterator[Pages]:
    yield [Page("print.html", f"{event_path(head)}print/", edition(head))]


def of_wrap(head: EventHead) -> Iterator[Pages]:
    if article := contents.wrap_of(head):
        make = wrap.gone_html if article.withdrawn_at else wrap.wrap_html
        yield [Page("wrap/index.html", wrap_path(head), [make(head, article)])]


def count_others(head: EventHead) -> int:
    """How much `of_keynotes`, `of_people`, `of_wrap` and `of_print` yield together."""
    people = sum(map(len, contents.people_of(head).values()))
    return head.keynotes.count() + people + bool(contents.wrap_of(head)) + 2


def _maker(make: Callable, slug: str, heads: EventHeadQuerySet) -> Callable[[int], Numbered]:
    return lambda number: make(slug, heads, number)


def _numbered(file: str, path: str, make: Callable[[int], Numbered]) -> Iterator[Page]:
    number, pages = 1, 1
    while number <= pages:
        html, pages = make(number)
        yield Page(numbered(file, number), path, [html], pages)
        number += 1
