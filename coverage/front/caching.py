"""Public answers: cacheable by everybody for a second, and a 304 before anything is rendered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from coverage.front.build import build_id

SECOND = "public, max-age=0, s-maxage=1"


def conditional(
    request: HttpRequest, stamp: str, make: Callable[[], HttpResponse], *, cache: str = SECOND
) -> HttpResponse:
    """`make()`'s answer, or a 304 if the reader has the one of this stamp. `stamp` names a state of the record."""
    etag = f'"{stamp}-{build_id()}"'
    response = get_conditional_response(request, etag=etag) or make()
    if response.status_code in (200, 304, 410):
        response["ETag"] = etag
        response["Cache-Control"] = cache
    return response
