"""Structured data for machines, as schema.org has it: frames around what was made at each release.

What is not known is left out, never invented.
"""

import json
import zoneinfo
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from coverage.front.links import absolute
from coverage.record.described import ORIGIN, at_home, for_script, known, local_iso, newsroom, publisher
from coverage.record.models import (
    EventHead,
    ReleasedAppearance,
    ReleasedKeynote,
    ReleasedPost,
    ReleasedSpeaker,
)
from coverage.record.paths import event_path
from coverage.record.staged import (
    event_in_short,
    event_item,
    keynote_item,
    organisation_item,
    person_item,
)

CONTEXT = {"@context": "https://schema.org"}


def live_blog(head: EventHead, items: Iterable[str], changed: datetime) -> SafeString:
    """A LiveBlogPosting for a script, with the `structured` of one page's posts, last changed at `changed`.

    When it was published and when coverage began stay what they are; when it ended is said once it has.
    """
    zone = zoneinfo.ZoneInfo(head.time_zone)
    address = absolute(event_path(head))
    frame = known(
        {
            **CONTEXT,
            "@type": "LiveBlogPosting",
            "@id": address,
            "url": address,
            "mainEntityOfPage": address,
            "headline": head.title,
            "description": head.standfirst,
            "image": head.card and _card(head.card),
            "inLanguage": head.language,
            "datePublished": local_iso(head.announced_at, zone),
            "dateModified": local_iso(max(changed, head.changed_at), zone),
            "coverageStartTime": local_iso(head.opened_at, zone),
            "coverageEndTime": local_iso(head.ended_at, zone),
            "author": newsroom(),
            "publisher": publisher(),
        }
    )
    about = head.structured or for_script(
        event_item(head, head.keynotes.prefetch_related("appearances"))
    )  # a row older than the column
    parts = [
        for_script(frame).removesuffix("}"),
        f'"about":{about}',
        f'"liveBlogUpdate":[{",".join(items)}]}}',
    ]
    return mark_safe(at_home(",".join(parts)))  # noqa: S308 - all of it comes from for_script


def posting(head: EventHead, post: ReleasedPost) -> SafeString:
    """One post on its own page, for a script; without a picture of its own it has its share card."""
    whole = json.loads(post.structured)
    if post.card and "image" not in whole:
        whole["image"] = _card(post.card)
    part = {"@type": "LiveBlogPosting", "@id": ORIGIN + event_path(head), "headline": head.title}
    more = {"mainEntityOfPage": whole["url"], "isPartOf": part, "publisher": publisher()}
    return _script({**CONTEXT, **whole, **more})


def keynote(head: EventHead, row: ReleasedKeynote, cast: Iterable[ReleasedAppearance]) -> SafeString:
    """A keynote on its own page, as part of its event."""
    more = {
        "description": row.summary,
        "image": row.card and _card(row.card),
        "organizer": head.organiser and {"@type": "Organization", "name": head.organiser},
        "superEvent": event_in_short(head),
    }
    return _script({**CONTEXT, **keynote_item(row, cast, head), **known(more)})


def speaker(
    who: ReleasedAppearance | ReleasedSpeaker, appearances: Iterable[ReleasedAppearance]
) -> SafeString:
    """A person as billed last, and where she appeared."""
    person = person_item(who)
    staged = [keynote_item(one.keynote, (), one.keynote.head) for one in appearances]
    person |= known({"performerIn": [one for one in staged if "startDate" in one]})
    return _profile(person)


def organisation(name: str, slug: str) -> SafeString:
    return _profile(organisation_item(name, slug))


def site() -> SafeString:
    """The newsroom, and how to search it."""
    search = {
        "@type": "SearchAction",
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": f"{ORIGIN}{reverse('front:search')}?q={{search_term_string}}",
        },
        "query-input": "required name=search_term_string",
    }
    here = {"@type": "WebSite", "name": settings.NEWSROOM_NAME, "url": f"{ORIGIN}/"}
    return _script({**CONTEXT, **here, "publisher": publisher(), "potentialAction": search})


def breadcrumbs(*steps: tuple[str, str]) -> SafeString:
    """The way from the home page to this one: names and paths."""
    way = [(settings.NEWSROOM_NAME, reverse("front:home")), *steps]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": ORIGIN + path}
        for number, (name, path) in enumerate(way, start=1)
    ]
    return _script({**CONTEXT, "@type": "BreadcrumbList", "itemListElement": items})


def _profile(whom: dict) -> SafeString:
    return _script({**CONTEXT, "@type": "ProfilePage", "url": whom["url"], "mainEntity": whom})


def _card(card: dict) -> dict:
    measures = {"width": card["width"], "height": card["height"]}
    return {"@type": "ImageObject", "url": ORIGIN + card["url"], **measures, "caption": card["alt"]}


def _script(data: dict) -> SafeString:
    return mark_safe(at_home(for_script(data)))  # noqa: S308 - for_script made it
