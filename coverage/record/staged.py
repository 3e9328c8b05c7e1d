"""An event and its keynotes as machines are told: schema.org Events, with who is on stage as billed that day.

Google asks an Event for name, start and place: a keynote of which no time is known is no sub-event.
"""

import zoneinfo
from collections.abc import Iterable

from django.urls import reverse

from coverage.record.described import ORIGIN, known, local_iso
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote
from coverage.record.paths import event_path

SCHEDULED, CANCELLED = "https://schema.org/EventScheduled", "https://schema.org/EventCancelled"


def event_item(head: EventHead, keynotes: Iterable[ReleasedKeynote]) -> dict:
    """The event with its keynotes, whose `appearances` should be prefetched. Addresses begin with ORIGIN."""
    staged = [keynote for keynote in keynotes if _start(keynote)]
    return known(
        {
            **event_in_short(head),
            "description": head.standfirst,
            "eventStatus": SCHEDULED,
            "image": head.card and ORIGIN + head.card["url"],
            "organizer": head.organiser and {"@type": "Organization", "name": head.organiser},
            "subEvent": [keynote_item(one, one.appearances.all(), head) for one in staged],
        }
    )


def event_in_short(head: EventHead) -> dict:
    """The event as a keynote names it."""
    zone, address = zoneinfo.ZoneInfo(head.time_zone), ORIGIN + event_path(head)
    return known(
        {
            "@type": "Event",
            "@id": f"{address}#event",
            "name": head.title,
            "url": address,
            "startDate": local_iso(head.starts_at, zone),
            "endDate": local_iso(head.ends_at, zone),
            "location": _place(head),
        }
    )


def keynote_item(keynote: ReleasedKeynote, cast: Iterable[ReleasedAppearance], head: EventHead) -> dict:
    """A keynote, at the times it had or is to have."""
    zone = zoneinfo.ZoneInfo(head.time_zone)
    return known(
        {
            "@type": "Event",
            "name": keynote.title,
            "url": ORIGIN + reverse("front:keynote", args=[head.slug, keynote.slug]),
            "startDate": local_iso(_start(keynote), zone),
            "endDate": local_iso(keynote.actual_end or keynote.ends_at, zone),
            "eventStatus": CANCELLED if keynote.is_cancelled else SCHEDULED,
            "location": _place(head, keynote.room),
            "performer": [_role(one) for one in cast],
            "sponsor": keynote.sponsor and organisation_item(keynote.sponsor, keynote.sponsor_slug),
        }
    )


def person_item(one) -> dict:
    """Somebody as billed: an appearance, or a speaker a post names."""
    return known(
        {
            "@type": "Person",
            "name": one.name,
            "url": ORIGIN + reverse("front:speaker", args=[one.speaker]),
            "jobTitle": one.job_title,
            "worksFor": one.organisation and organisation_item(one.organisation, one.organisation_slug),
        }
    )


def organisation_item(name: str, slug: str) -> dict:
    url = slug and ORIGIN + reverse("front:organisation", args=[slug])
    return known({"@type": "Organization", "name": name, "url": url})


def _role(one: ReleasedAppearance) -> dict:
    return {"@type": "PerformanceRole", "roleName": one.role, "performer": person_item(one)}


def _start(keynote: ReleasedKeynote):
    return keynote.actual_start or keynote.starts_at


def _place(head: EventHead, room: str = "") -> dict | None:
    address = known({"@type": "PostalAddress", "addressLocality": head.city, "addressCountry": head.country})
    name = ", ".join(filter(None, [room, head.venue])) or head.city or head.country
    return {"@type": "Place", "name": name, "address": address} if name else None
