"""Error pages. They say nothing about what was asked for: a draft's address answers like one that never was.

Django may call them outside all middleware: whatever they ask the database, they ask as readers. Its own answers with
400 and 403 are bytes that ask nothing.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from coverage.record.wall import as_readers

PLAIN = "Something broke on our side. Please try again in a minute.\n"


@as_readers()
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    response = render(request, "404.html", status=404)
    response["Cache-Control"] = "public, max-age=0, s-maxage=1"
    return response


@as_readers()
def server_error(request: HttpRequest) -> HttpResponse:
    """Our page, which needs no database; one sentence if templates or static files are what broke."""
    try:
        return render(request, "500.html", status=500)
    except Exception:  # an error here would leave the reader with nothing
        return HttpResponse(PLAIN, status=500, content_type="text/plain; charset=utf-8")
