"""In whose time the desk speaks."""

import zoneinfo

from django import forms

from coverage.publishing.access import events_for
from newsroom.editorial.people import User


class EventSelect(forms.Select):
    """Says of each event in which zone it takes place, so that the page can say it beside its times."""

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None) -> dict:
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if getattr(value, "instance", None):
            option["attrs"]["data-zone"] = value.instance.time_zone
        return option


def newest_zone(person: User) -> str:
    """The time zone of the event made last among hers; UTC while there is none."""
    zones = events_for(person).order_by("-created_at", "-pk").values_list("time_zone", flat=True)
    return zones.first() or "UTC"


def desk_zone(person: User) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(newest_zone(person))
