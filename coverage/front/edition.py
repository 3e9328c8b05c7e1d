"""The chronological edition: a whole event on one page, oldest first, for paper and PDF."""

import re
import zoneinfo
from collections.abc import Iterator
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.days import by_day
from coverage.front.links import with_absolute_links
from coverage.front.pages import rendered
from coverage.front.reading import public_head, stamp_of
from coverage.record.models import EventHead
from coverage.record.paths import event_path

AT_ONCE = 200  # headings and posts held in memory together
HERE = "<!-- posts -->"
_LAZY = re.compile(r'(<img [^>]*)loading="lazy" ?')
_PERMALINK = re.compile(r'(<a class="permalink" href="([^"]+)">)[^<]*')


@require_safe
def print_page(request: HttpRequest, event: str) -> HttpResponse:
    head = public_head(event)
    return conditional(request, stamp_of(head), lambda: HttpResponse("".join(edition(head))))


def edition(head: EventHead) -> Iterator[str]:
    """The page piece by piece: however long the event, no more than two hundred posts are in memory. Four queries."""
    top, bottom = _frame(head).split(HERE)
    yield top
    zone = zoneinfo.ZoneInfo(head.time_zone)
    posts = head.posts.live().oldest_first().printed().iterator(chunk_size=AT_ONCE)
    lines = by_day(posts, zone)
    while part := _next(lines, head.language):
        yield _on_paper(part)
    yield bottom


def _frame(head: EventHead) -> str:
    posts = head.posts.order_by("-changed_at").values_list("changed_at", flat=True)
    context = {
        "head": head,
        "zone": head.time_zone,
        "count": head.posts.live().count(),
        "changed": max(filter(None, [head.changed_at, posts.first()])),
        "withdrawn": list(head.posts.exclude(withdrawn_at=None).order_by("withdrawn_at", "public_id")),
        "posts": HERE,
    }
    return rendered("front/print.html", context, canonical=event_path(head), language=head.language)


def _next(lines: Iterator[str], language: str) -> str:
    """The next pieces as one text; empty at the end. The language is active only while they are made."""
    with translation.override(language):
        return "".join(f"{line}\n" for line in islice(lines, AT_ONCE))


def _on_paper(fragments: str) -> str:
    """Nothing waits for a reader to come near, and a post's address is printed."""
    linked = with_absolute_links(_LAZY.sub(r"\1", fragments))
    return _PERMALINK.sub(r"\1\2", linked)
