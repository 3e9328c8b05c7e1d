"""What a person may see and choose of programme, people and pictures. Every door asks here, as of posts in `access`."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from coverage.models import Appearance, Event, Keynote, Speaker, SpeakerAlias
from coverage.publishing.access import events_for, own_posts
from coverage.record.models import EventHead, ReleasedAppearance
from media.models import Image
from newsroom.editorial.people import User
from newsroom.editorial.roles import edits_pictures, is_editor


def events_known_to(person: User) -> QuerySet[Event]:
    """Those she covers and those everybody knows: of others she is not told that they exist."""
    public = EventHead.objects.public().values("desk_id")
    return Event.objects.filter(Q(pk__in=events_for(person).values("pk")) | Q(pk__in=public))


def keynotes_for(person: User) -> QuerySet[Keynote]:
    """The keynotes of her events, held ones included: she covers them."""
    return Keynote.objects.filter(event__in=events_for(person)).select_related("event")


def appearances_for(person: User) -> QuerySet[Appearance]:
    """Who appears in the keynotes of her events, guests held back included."""
    return Appearance.objects.filter(keynote__event__in=events_for(person))


def speakers_for(person: User) -> QuerySet[Speaker]:
    """All for an editor; else who appears in her events, is announced anywhere, or appears nowhere yet.

    A surprise guest of an event she is not assigned to is not among them.
    """
    if is_editor(person):
        return Speaker.objects.all()
    hers = appearances_for(person).filter(speaker=OuterRef("pk"))
    announced = ReleasedAppearance.objects.filter(
        speaker=OuterRef("slug"), keynote__head__in=EventHead.objects.public()
    )
    anywhere = Appearance.objects.filter(speaker=OuterRef("pk"))
    return Speaker.objects.filter(Exists(hers) | Exists(announced) | ~Exists(anywhere))


def speakers_named(person: User, slugs: Iterable[str]) -> dict[str, Speaker]:
    """Those she may name, by the slug given: also one that was hers before two rows were merged."""
    wanted, reached = set(slugs), speakers_for(person)
    found = {speaker.slug: speaker for speaker in reached.filter(slug__in=wanted)}
    moved = dict(SpeakerAlias.objects.filter(slug__in=wanted - found.keys()).values_list("slug", "speaker"))
    now = reached.in_bulk(moved.values()) if moved else {}
    return found | {slug: now[key] for slug, key in moved.items() if key in now}


def images_for(person: User) -> QuerySet[Image]:
    """All for editors and photo editors; else the images that are hers, and those an editor put on a post of hers."""
    if edits_pictures(person):
        return Image.objects.all()
    on_hers = own_posts(person).filter(post_images__image=OuterRef("pk"))
    return Image.objects.reachable_by(person) | Image.objects.filter(Exists(on_hers))
