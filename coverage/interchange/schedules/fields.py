"""Taking values out of a schedule's JSON: of the kind that is expected, or a sentence that names session and field."""

import datetime
import zoneinfo
from typing import Any

from django.utils.dateparse import parse_datetime

from coverage.interchange.schedules.shapes import UnreadableSchedule


class Fields:
    """An object of the file. `where` says in words which one it is."""

    def __init__(self, data: Any, where: str):
        if not isinstance(data, dict):
            raise UnreadableSchedule(f"{where} should be an object with fields, and is {_kind(data)}.")
        self.data, self.where = data, where

    def text(self, *names: str) -> str:
        """The first of these fields that has words; numbers count as words. Empty if none has."""
        for name in names:
            value = self.data.get(name)
            if value is None or value == "":
                continue
            if isinstance(value, bool) or not isinstance(value, str | int):
                self.refuse(name, f"should be text and is {_kind(value)}")
            return str(value)
        return ""

    def flag(self, name: str) -> bool:
        return self.data.get(name) is True

    def objects(self, name: str) -> list["Fields"]:
        """The objects of a list; none if the field is missing."""
        return [
            Fields(one, f"{self.where}, {name} {place}")
            for place, one in enumerate(self.items(name), start=1)
        ]

    def items(self, name: str) -> list:
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(name, f"should be a list and is {_kind(value)}")
        return value

    def moment(self, name: str, zone: zoneinfo.ZoneInfo) -> datetime.datetime | None:
        """A time in ISO 8601; without an offset it is meant in `zone`. None if the field is empty."""
        typed = self.text(name)
        if not typed:
            return None
        try:
            moment = parse_datetime(typed)
        except ValueError:
            moment = None
        if moment is None:
            self.refuse(name, f"is “{typed}”: no time like 2026-03-20T09:00:00+01:00")
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)

    def refuse(self, name: str, what: str) -> None:
        raise UnreadableSchedule(f"{self.where}: “{name}” {what}.")


def _kind(value: Any) -> str:
    names = {list: "a list", dict: "an object", str: "text", bool: "true or false", type(None): "empty"}
    return names.get(type(value), "a number")
