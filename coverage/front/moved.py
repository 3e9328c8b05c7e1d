"""An address readers may still have leads to where its page is now, or says that it is no more, or was erased."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from coverage.front.pages import own_language
from coverage.record.addresses import digest_of
from coverage.record.models import ErasedAddress, MovedAddress

BELOW = ("/events/", "/embed/events/", "/speakers/", "/organisations/")
# What stands below a post's page, and below an event's, moves with it.
_PAGES = (
    re.compile(r"()(/events/[^/]+/posts/[^/]+/)(.+)"),
    re.compile(r"(/embed)?(/events/[^/]+/)(.*)"),
)


def lead_on(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what is not found at an address of ours that has moved answers 301, at one whose page is no more, or
    was erased, 410; one query to five, for misses only. A form that was sent is sent on (308)."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 404 or not request.path.startswith(BELOW):
            return response
        new = moved_to(request.path)
        if new is None:
            return _gone(request, "erased") if _is_erased(request.path) else response
        if not new:
            return _gone(request, "left")
        asked = request.META.get("QUERY_STRING", "")  # which post a page is to open at
        found = HttpResponsePermanentRedirect(
            f"{new}?{asked}" if asked else new, preserve_request=request.method not in ("GET", "HEAD")
        )
        found["Cache-Control"] = "public, max-age=60"  # a post can come back
        return found

    return answer


def moved_to(path: str) -> str | None:
    """Where the page of a path stands now; "": nowhere any more; None: nobody noted that it moved."""
    new = _new_of(path)
    if new is not None:
        return new
    for page in _PAGES:
        if (found := page.fullmatch(path)) and (there := _new_of(found[2])):
            return f"{found[1] or ''}{there}{found[3]}"
    return None


def _new_of(path: str) -> str | None:
    return MovedAddress.objects.filter(old=path[:301]).values_list("new", flat=True).first()


def _is_erased(path: str) -> bool:
    return ErasedAddress.objects.filter(digest=digest_of(path)).exists()


def _gone(request: HttpRequest, why: str) -> HttpResponse:
    with own_language():
        response = render(request, "410.html", {why: True}, status=410)
    response["Cache-Control"] = "public, max-age=0, s-maxage=5"
    return response
