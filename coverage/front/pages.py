"""Renders a public page in its language, with its canonical address."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from coverage.front.links import absolute


def page(
    request: HttpRequest,
    template: str,
    context: dict,
    *,
    canonical: str,
    language: str = "",
    status: int = 200,
) -> HttpResponse:
    """`canonical` is a path. No session is touched: the answer is the same for everybody."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return render(request, template, {**context, "canonical": absolute(canonical)}, status=status)
