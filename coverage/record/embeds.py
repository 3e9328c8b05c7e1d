"""Links that stand alone in a paragraph, printed as cards. Nothing of another site is loaded before a reader asks."""

import html
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

# What the sanitiser leaves of one: a link and nothing else, or an address that was typed.
_ALONE = re.compile(
    r"<p>\s*(?:<a href=\"(https?://[^\"]+)\"[^>]*>((?:(?!</a>).)*)</a>|(https?://[^\s<]+))\s*</p>", re.DOTALL
)
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?", re.IGNORECASE)


class Provider(NamedTuple):
    """Who may be played inside our pages: their addresses, with the video's `id`, and the player that keeps no cookie
    before it plays. The players' hosts stand in `frame-src` of SECURE_CSP."""

    name: str
    address: re.Pattern
    player: str


PROVIDERS = (
    Provider(
        "YouTube",
        re.compile(
            r"https?://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|live/|shorts/|embed/)|youtu\.be/)"
            r"(?P<id>[\w-]{11})(?![\w-])"
        ),
        "https://www.youtube-nocookie.com/embed/{id}?autoplay=1",
    ),
    Provider(
        "Vimeo",
        re.compile(r"https?://(?:www\.)?vimeo\.com/(?P<id>\d{5,12})(?!\d)"),
        "https://player.vimeo.com/video/{id}?dnt=1&autoplay=1",
    ),
)


def with_cards(body: str) -> SafeString:
    """A post's sanitised HTML with its lone links as cards: title and host, and of a video a player to ask for."""
    return mark_safe(_ALONE.sub(_card, body))  # noqa: S308 - the rest is as the sanitiser left it


def _card(found: re.Match) -> str:
    address = html.unescape(found[1] or found[3])
    try:
        host = urlsplit(address).netloc.removeprefix("www.")
    except ValueError:  # brackets that hold no IPv6 address
        return found[0]
    if not _HOST.fullmatch(host):
        return found[0]
    title = html.unescape(strip_tags(found[2] or "")).strip()
    title = "" if title == address else title
    for provider in PROVIDERS:
        if video := provider.address.match(address):
            return _video(provider, video["id"], address, title)
    return format_html(
        '<p class="link-card"><a href="{}" rel="noopener nofollow">{}</a> <span class="host">{}</span></p>',
        *(address, title or address, host),
    )


def _video(provider: Provider, video: str, address: str, title: str) -> str:
    return format_html(
        '<p class="link-card" data-player="{}" data-host="{}"><a href="{}" rel="noopener nofollow">{}</a>'
        ' <span class="host">{}</span></p>',
        provider.player.format(id=video),
        provider.name,
        address,
        title or gettext("Video"),
        provider.name,
    )
