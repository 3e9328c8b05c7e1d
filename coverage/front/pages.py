"""Renders a public page in its language, with its canonical address."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from coverage.front.links import absolute

_LAZY_PICTURE = re.compile(r'(<img [^>]*)loading="lazy"')


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
        text = render_to_string(template, {**context, "canonical": absolute(canonical)}, request)
    return HttpResponse(_with_first_picture_at_once(text), status=status)


def _with_first_picture_at_once(html: str) -> str:
    """A fragment is made before anyone knows which page it heads: its pictures wait until they come near."""
    return _LAZY_PICTURE.sub(r'\1loading="eager" fetchpriority="high"', html, count=1)
