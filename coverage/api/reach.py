"""What of the programme a person reaches, asked of `coverage.publishing.access`: nothing of another's event."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from coverage.models import Appearance, Event, Keynote, Speaker
from coverage.publishing.access import events_for
from coverage.record.models import EventHead, ReleasedAppearance
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor


def keynotes_for(person: User) -> QuerySet[Keynote]:
    return Keynote.objects.filter(event__in=events_for(person))


def appearances_for(person: User) -> QuerySet[Appearance]:
    return Appearance.objects.filter(keynote__event__in=events_for(person))


def speakers_for(person: User) -> QuerySet[Speaker]:
    """All for an editor; else who is in her events, or public, or in no programme at all.

    A guest held back at somebody else's event is not among them.
    """
    if is_editor(person):
        return Speaker.objects.all()
    in_hers = Exists(appearances_for(person).filter(speaker=OuterRef("pk")))
    public = Exists(ReleasedAppearance.objects.filter(speaker=OuterRef("slug")))
    anywhere = Exists(Appearance.objects.filter(speaker=OuterRef("pk")))
    return Speaker.objects.filter(in_hers | public | ~anywhere)


def events_known_to(person: User) -> QuerySet[Event]:
    """Those she covers and those everybody knows: of others she is not told that they exist."""
    public = EventHead.objects.public().values("desk_id")
    return Event.objects.filter(Q(pk__in=events_for(person).values("pk")) | Q(pk__in=public))
