"""An address readers may still have leads to where its page is now, or says that what it named was erased."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from coverage.record.addresses import digest_of
from coverage.record.models import ErasedAddress, MovedAddress

BELOW = ("/events/", "/speakers/", "/organisations/")


def lead_on(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what is not found at an address of ours that has moved answers 301, at an erased one 410; one query,
    or two, for misses only."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 404 or not request.path.startswith(BELOW):
            return response
        moved = MovedAddress.objects.filter(old=request.path[:301]).first()
        if moved is None:
            return _erased(request) or response
        found = HttpResponsePermanentRedirect(moved.new)
        found["Cache-Control"] = "public, max-age=60"  # a post can come back
        return found

    return answer


def _erased(request: HttpRequest) -> HttpResponse | None:
    if not ErasedAddress.objects.filter(digest=digest_of(request.path)).exists():
        return None
    response = render(request, "410.html", {"erased": True}, status=410)
    response["Cache-Control"] = "public, max-age=0, s-maxage=5"
    return response
