"""Error pages. They say nothing about what was asked for: a draft's address answers like one that never was."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    response = render(request, "404.html", status=404)
    response["Cache-Control"] = "public, max-age=0, s-maxage=1"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
