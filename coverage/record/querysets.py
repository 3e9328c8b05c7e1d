"""What is asked of the record again and again: which events are public, which posts stand, what a page prints."""

import datetime
from typing import NamedTuple

from django.db import models

from newsroom.editorial.states import EventState


class EventHeadQuerySet(models.QuerySet):
    def public(self) -> "EventHeadQuerySet":
        """Announced, rehearsals included."""
        return self.exclude(state=EventState.DRAFT)

    def listed(self) -> "EventHeadQuerySet":
        return self.public().filter(unlisted=False)


class Printed(NamedTuple):
    """The columns of a `ReleasedPost` that the event page prints."""

    public_id: str
    position: int
    fragment: str
    title: str
    structured: str
    card: dict | None
    happened_at: datetime.datetime | None
    changed_at: datetime.datetime


class ReleasedPostQuerySet(models.QuerySet):
    def live(self) -> "ReleasedPostQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def printed(self) -> "ReleasedPostQuerySet":
        """Only what the event page prints of a post, as `Printed` rows: a third of the time of whole ones."""
        return self.values_list(*Printed._fields, named=True)

    def newest_first(self) -> "ReleasedPostQuerySet":
        return self.order_by("-position")

    def oldest_first(self) -> "ReleasedPostQuerySet":
        return self.order_by("position")
