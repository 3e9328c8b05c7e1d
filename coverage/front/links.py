"""Absolute links: from PUBLIC_URL alone, never from a Host header."""

import re
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

_OWN_LINK = re.compile(r'\b(href|src)="/(?!/)')
_SRCSET = re.compile(r'srcset="[^"]*"')


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def oembed_of(path: str) -> str:
    """Where other sites' editors ask about the page at `path` (`coverage.front.oembed`)."""
    return f"{absolute(reverse('front:oembed'))}?{urlencode({'url': absolute(path)})}"


def with_absolute_links(fragment: str) -> str:
    """A fragment for a reader elsewhere, such as a feed's."""
    linked = _OWN_LINK.sub(rf'\1="{settings.PUBLIC_URL}/', fragment)
    return _SRCSET.sub(
        lambda found: found[0].replace("/pictures/", f"{settings.PUBLIC_URL}/pictures/"), linked
    )
