"""An address readers may still have leads to where its page is now, or says that it is no more, or was erased."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from coverage.front.pages import own_language
from coverage.record.addresses import digest_of
from coverage.record.models import ErasedAddress, MovedAddress

BELOW = ("/events/", "/embed/events/", "/speakers/", "/organisations/")
_OF_EVENT = re.compile(r"(/embed)?(/events/[^/]+/)(.*)")


def lead_on(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what is not found at an address of ours that has moved answers 301, at one whose page is no more, or
    was erased, 410; one query to four, for misses only."""

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
        found = HttpResponsePermanentRedirect(f"{new}?{asked}" if asked else new)
        found["Cache-Control"] = "public, max-age=60"  # a post can come back
        return found

    return answer


def moved_to(path: str) -> str | None:
    """Where the page of a path stands now; "": nowhere any more; None: nobody noted that it moved."""
    paths = MovedAddress.objects.filter(old=path[:301]).values_list("new", flat=True)
    new = paths.first()
    if new is None and (parts := _OF_EVENT.fullmatch(path)):
        frame, event, rest = parts.groups(default="")
        new = (
            MovedAddress.objects.exclude(new="").filter(old=event[:301]).values_list("new", flat=True).first()
        )
        return new and f"{frame}{new}{rest}"
    return new


def _is_erased(path: str) -> bool:
    return ErasedAddress.objects.filter(digest=digest_of(path)).exists()


def _gone(request: HttpRequest, why: str) -> HttpResponse:
    with own_language():
        response = render(request, "410.html", {why: True}, status=410)
    response["Cache-Control"] = "public, max-age=0, s-maxage=5"
    return response
