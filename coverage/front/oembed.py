"""`/oembed/`: what another site's editor gets for one of our addresses (oEmbed 1.0, oembed.com).

An event's address, or one below it, answers with the live page in a frame: what is withdrawn is withdrawn there, too.
A post's answers as a link with its title and picture; its words stay here, where they are kept true.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import validate_host
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coverage.front.caching import SECOND
from coverage.front.embed import snippet
from coverage.front.feeds import NOT_XML
from coverage.front.links import absolute
from coverage.front.reading import public_head
from coverage.record.models import EventHead, ReleasedArticle
from coverage.record.paths import post_path
from coverage.record.titles import title_of

WIDTH, HEIGHT = 680, 800  # pixels, where the frame's site asks for no less
FRAMED = {"event", "keynote", "wrap"}
AGE = 60  # seconds: how soon a site that keeps what it was told should ask again


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """`url`, and if wanted `format` (json or xml), `maxwidth` and `maxheight`. 404: we have no such page; 501: no such
    format."""
    form = request.GET.get("format", "json")
    if form not in ("json", "xml"):
        return HttpResponse(_("format is json or xml."), status=501, content_type="text/plain; charset=utf-8")
    answer = _answer(
        request.GET.get("url", ""),
        width=_at_most(request.GET.get("maxwidth"), WIDTH),
        height=_at_most(request.GET.get("maxheight"), HEIGHT),
    )
    response = JsonResponse(answer) if form == "json" else _xml(answer)
    response["Cache-Control"] = SECOND
    # Editors' programs ask from their own pages; it says nothing that is not public.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _answer(url: str, *, width: int, height: int) -> dict:
    """Raises Http404."""
    name, given = _page_of(url)
    head = public_head(given["event"])
    frame = {
        "version": "1.0",
        "provider_name": settings.NEWSROOM_NAME,
        "provider_url": absolute("/"),
        "cache_age": AGE,
    }
    if name == "post":
        return {**frame, **_link(head, given["post"])}
    if not _is_there(name, head, given):
        raise Http404
    html = snippet(head, width=width, height=height)
    return {**frame, "type": "rich", "title": head.title, "html": html, "width": width, "height": height}


def _page_of(url: str) -> tuple[str, dict]:
    """Which of our pages an address is, under any name we have. Raises Http404, for other sites' alike."""
    try:
        parts = urlsplit(url)
        own = parts.scheme in ("http", "https") and validate_host(
            parts.hostname or "", settings.ALLOWED_HOSTS
        )
        found = resolve(parts.path) if own else None
    except (ValueError, Resolver404):
        found = None
    if found is None or found.app_name != "front" or found.url_name not in {*FRAMED, "post"}:
        raise Http404
    return found.url_name, found.kwargs


def _is_there(name: str, head: EventHead, given: dict) -> bool:
    if name == "keynote":
        return head.keynotes.filter(slug=given["keynote"]).exists()
    return name == "event" or ReleasedArticle.objects.live().filter(head=head).exists()


def _link(head: EventHead, public_id: str) -> dict:
    """Raises Http404, for a withdrawn post alike."""
    post = head.posts.live().filter(public_id=public_id).first()
    if post is None:
        raise Http404
    address = absolute(post_path(head, post))
    answer = {"type": "link", "title": post.title or title_of(post), "url": address}
    if post.byline:
        answer["author_name"] = post.byline
    if post.card:
        answer["thumbnail_url"] = absolute(post.card["url"])
        answer["thumbnail_width"], answer["thumbnail_height"] = post.card["width"], post.card["height"]
    return answer


def _at_most(wanted: str | None, usual: int) -> int:
    """What a site has room for, in pixels; what is no number is passed over."""
    if not wanted or not wanted.isascii() or not wanted.isdigit():
        return usual
    return min(int(wanted[:9]) or usual, usual)


def _xml(answer: dict) -> HttpResponse:
    text = NOT_XML.sub("", render_to_string("front/oembed.xml", {"answer": answer}))
    return HttpResponse(text, content_type="text/xml; charset=utf-8")
