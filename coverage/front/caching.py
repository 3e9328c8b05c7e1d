"""Public answers: cacheable by everybody for a second, and a 304 before anything is rendered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags

from coverage.front.build import build_id

SECOND = "public, max-age=0, s-maxage=1"


def conditional(
    request: HttpRequest, stamp: str, make: Callable[[], HttpResponse], *, cache: str = SECOND
) -> HttpResponse:
    """`make()`'s answer, or a 304 if the reader has the one of this stamp. `stamp` names a state of the record.

    Who names the very ETag was given this page in this state: there is one. For `*` and the other preconditions the
    page is made first, since one that does not exist fails none of them (RFC 9110, section 13.2.1).
    """
    etag = f'"{stamp}-{build_id()}"'
    if not _names(request, etag):
        response = get_conditional_response(request, etag=etag, response=make())
    else:
        response = get_conditional_response(request, etag=etag) or make()
    if response.status_code in (200, 304, 410):
        response["ETag"] = etag
        response["Cache-Control"] = cache
    return response


def _names(request: HttpRequest, etag: str) -> bool:
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return etag in {tag.removeprefix("W/") for tag in given}
