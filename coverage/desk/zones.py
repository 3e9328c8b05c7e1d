"""In whose time the desk speaks where no event says it."""

import zoneinfo

from coverage.publishing.access import events_for
from newsroom.editorial.people import User


def newest_zone(person: User) -> str:
    """The time zone of the event made last among hers; UTC while there is none."""
    zones = events_for(person).order_by("-created_at", "-pk").values_list("time_zone", flat=True)
    return zones.first() or "UTC"


def desk_zone(person: User) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(newest_zone(person))
