"""Error pages. They say nothing about what was asked for: a draft's address answers like one that never was.

Django may call them outside all middleware: whatever they ask the database, they ask as readers. Its own answers with
400 and 403 are bytes that ask nothing.
"""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from coverage.front.pages import own_language
from coverage.record.wall import as_readers
from newsroom.editorial import request_id

log = logging.getLogger(__name__)
PLAIN = "Something broke on our side. Please try again in a minute."
NUMBER = "If it happens again, tell the newsroom this number: {}."
RETRY_AFTER = 5  # seconds


@as_readers()
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    with own_language():
        response = render(request, "404.html", status=404)
    response["Cache-Control"] = "public, max-age=0, s-maxage=1"
    return response


@as_readers()
def server_error(request: HttpRequest) -> HttpResponse:
    """Our page, which needs no database; a problem (RFC 9457) for a program; one sentence if templates or static files
    are what broke. Each with the number under which the log has it. 503 while the database does not answer."""
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    response = _page_of_error(
        request, status=503 if is_away else 500, code="unavailable" if is_away else "broken"
    )
    if is_away:
        response["Retry-After"] = RETRY_AFTER
    return response


def _page_of_error(request: HttpRequest, *, status: int, code: str) -> HttpResponse:
    number = request_id.current()
    sentence = f"{PLAIN} {NUMBER.format(number)}" if number else PLAIN
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": sentence}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    try:
        with own_language():
            return render(request, "500.html", {"number": number}, status=status)
    except Exception:  # an error here would leave the reader with nothing
        log.exception("the page of an error broke")
        return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
