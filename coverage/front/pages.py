"""Renders a public page in its language, with its canonical address."""

import re
from typing import NamedTuple

from django.conf import settings
from django.core.paginator import Page
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from coverage.front.links import absolute, oembed_of

_LAZY_PICTURE = re.compile(r'(<img [^>]*)loading="lazy"')


class Numbered(NamedTuple):
    """One page of several, and how many there are."""

    html: str
    of: int


def numbered(path: str, shown: Page) -> str:
    """The canonical path of one page of several: each is its own, the first without a number."""
    return path if shown.number == 1 else f"{path}?page={shown.number}"


def own_language() -> translation.override:
    """That of pages which belong to no event."""
    return translation.override(settings.NEWSROOM_LANGUAGES[0])


def page(
    template: str, context: dict, *, canonical: str, language: str = "", status: int = 200
) -> HttpResponse:
    """`canonical` is a path. No request goes in: the answer is the same for everybody."""
    return HttpResponse(rendered(template, context, canonical=canonical, language=language), status=status)


def rendered(template: str, context: dict, *, canonical: str, language: str = "") -> str:
    """The page's HTML; `language` "" is the newsroom's own."""
    with translation.override(language) if language else own_language():
        addresses = {"canonical": absolute(canonical), "oembed": oembed_of(canonical), "origin": absolute("")}
        text = render_to_string(template, {**context, **addresses})
    return _with_first_picture_at_once(text)


def _with_first_picture_at_once(html: str) -> str:
    """A fragment is made before anyone knows which page it heads: its pictures wait until they come near."""
    return _LAZY_PICTURE.sub(r'\1loading="eager" fetchpriority="high"', html, count=1)
