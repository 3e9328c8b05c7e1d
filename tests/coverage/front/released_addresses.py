"""Gathers every address that readers' pages name, as a search engine would."""

import html
import re
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from coverage.publishing import card_drawing

ANSWERS = {200, 301, 410}
STARTS = ("/", "/sitemap.xml", "/news-sitemap.xml", "/corrections/")
# Where nothing is released: the desk's doors, forms, style sheets, and what each reader asks for herself.
NOT_RELEASED = ("/admin/", "/field/", "/static/", "/api/", "/search/", "/oembed/")
LINKS = re.compile(r"""(?:href|src)="([^"]+)"|content="(http[^"]+)"|<loc>([^<]+)|srcset="([^"]+)\"""")


class Addresses:
    """Every address of ours that readers' pages, feeds and sitemaps have named so far."""

    def __init__(self, client):
        self.client, self.seen = client, set()

    def gather(self) -> None:
        """Follows every link from the beginning, each address once, with share cards drawn."""
        card_drawing.draw_waiting()
        waiting, asked = [*STARTS], set()
        while waiting:
            address = waiting.pop()
            if address in asked:
                continue
            asked.add(address)
            if address.startswith("/pictures/"):  # names nothing else
                continue
            answer = self.client.get(address)
            assert answer.status_code in (200, 301, 410), (address, answer.status_code)
            if "text" in answer["Content-Type"] or "xml" in answer["Content-Type"]:
                waiting += named_in(answer.text, address)
            elif "json" in answer["Content-Type"]:
                waiting += named_in(" ".join(strings(answer.json())), address)
        self.seen |= asked

    def unanswered(self) -> list[tuple[str, int]]:
        """Those that answer anything else by now, also after leading on."""
        found = [(address, self.client.get(address)) for address in sorted(self.seen)]
        led = [
            (one, self.client.get(answer["Location"])) for one, answer in found if answer.status_code == 301
        ]
        return [(one, answer.status_code) for one, answer in found + led if answer.status_code not in ANSWERS]


def named_in(text: str, page: str) -> list[str]:
    """The paths and queries of ours that a page names."""
    found = []
    for *links, candidates in LINKS.findall(text):
        for href in filter(None, [*links, *(one.split(" ")[0] for one in candidates.split(", "))]):
            parts = urlsplit(urljoin(f"{settings.PUBLIC_URL}{page}", html.unescape(href)))
            address = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if f"{parts.scheme}://{parts.netloc}" == settings.PUBLIC_URL:
                found.append(address)
    return [one for one in found if not one.startswith(NOT_RELEASED) and not one.endswith("/report/")]


def strings(value) -> list[str]:
    """Of JSON: its HTML, and its addresses as links."""
    if isinstance(value, dict | list):
        return [
            text for one in (value.values() if isinstance(value, dict) else value) for text in strings(one)
        ]
    if not isinstance(value, str):
        return []
    return [f'href="{value}"'] if value.startswith("http") else [value]
