"""An address readers may still have leads to where its page is now."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from coverage.record.models import MovedAddress

BELOW = ("/events/", "/speakers/", "/organisations/")


def lead_on(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what is not found at an address of ours that has moved answers 301; one query, for misses only."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 404 or not request.path.startswith(BELOW):
            return response
        moved = MovedAddress.objects.filter(old=request.path[:301]).first()
        if moved is None:
            return response
        found = HttpResponsePermanentRedirect(moved.new)
        found["Cache-Control"] = "public, max-age=60"  # a post can come back
        return found

    return answer
