"""What a person may choose from in a form: never more than she may see."""

from django.db.models import Exists, OuterRef, QuerySet

from coverage.models import Appearance, Keynote, Post, Speaker
from coverage.publishing.access import events_for
from coverage.record.models import ReleasedAppearance
from media.models import Image
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor


def keynotes_for(person: User) -> QuerySet[Keynote]:
    """The keynotes of her events, held ones included: she covers them."""
    return Keynote.objects.filter(event__in=events_for(person)).select_related("event")


def speakers_for(person: User) -> QuerySet[Speaker]:
    """All for an editor; else who appears in her events, is announced anywhere, or appears nowhere yet.

    A surprise guest of an event she is not assigned to is not among them.
    """
    if is_editor(person):
        return Speaker.objects.all()
    appearances = Appearance.objects.filter(speaker=OuterRef("pk"))
    hers = appearances.filter(keynote__event__in=events_for(person))
    announced = ReleasedAppearance.objects.filter(speaker=OuterRef("slug")).exclude(
        keynote__head__state="draft"
    )
    return Speaker.objects.filter(Exists(hers) | Exists(announced) | ~Exists(appearances))


def images_for(person: User) -> QuerySet[Image]:
    """All for an editor; else the images that are hers, and those an editor put on a post of hers."""
    if is_editor(person):
        return Image.objects.all()
    on_hers = Post.objects.filter(author=person, post_images__image=OuterRef("pk"))
    return Image.objects.reachable_by(person) | Image.objects.filter(Exists(on_hers))
