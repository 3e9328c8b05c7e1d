"""Structured data for machines: the event's coverage as schema.org has it, of what was made at each release."""

import json
import zoneinfo
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from coverage.front.links import absolute
from coverage.record.described import at_home, for_script, known, local_iso
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.paths import event_path


def live_blog(head: EventHead, items: Iterable[str], changed: datetime) -> SafeString:
    """A LiveBlogPosting for a script, with the `structured` of one page's posts, last changed at `changed`.

    What is not known is left out, never invented.
    """
    zone = zoneinfo.ZoneInfo(head.time_zone)
    address = absolute(event_path(head))
    frame = known(
        {
            "@context": "https://schema.org",
            "@type": "LiveBlogPosting",
            "@id": address,
            "url": address,
            "headline": head.title,
            "description": head.standfirst,
            "inLanguage": head.language,
            "datePublished": local_iso(head.announced_at, zone),
            "dateModified": local_iso(max(changed, head.changed_at), zone),
            "coverageStartTime": local_iso(head.opened_at or head.starts_at, zone),
            "coverageEndTime": local_iso(head.ended_at, zone),
            "publisher": _publisher(),
            "about": _event(head, zone),
        }
    )
    updates = ",".join(items)
    return mark_safe(  # noqa: S308 - both parts come from for_script
        for_script(frame).removesuffix("}") + f',"liveBlogUpdate":[{at_home(updates)}]}}'
    )


def posting(head: EventHead, post: ReleasedPost) -> SafeString:
    """One post on its own page, for a script."""
    whole = json.loads(at_home(post.structured))
    part = {"@type": "LiveBlogPosting", "@id": absolute(event_path(head))}
    return for_script(
        {"@context": "https://schema.org", **whole, "isPartOf": part, "publisher": _publisher()}
    )


def _publisher() -> dict:
    return {"@type": "Organization", "name": "Newsroom", "url": settings.PUBLIC_URL}


def _event(head: EventHead, zone: zoneinfo.ZoneInfo) -> dict:
    address = known({"@type": "PostalAddress", "addressLocality": head.city, "addressCountry": head.country})
    place = known({"@type": "Place", "name": head.venue or head.city, "address": address})
    return known(
        {
            "@type": "Event",
            "name": head.title,
            "startDate": local_iso(head.starts_at, zone),
            "endDate": local_iso(head.ends_at, zone),
            "location": place if head.venue or head.city else None,
            "organizer": head.organiser and {"@type": "Organization", "name": head.organiser},
        }
    )
