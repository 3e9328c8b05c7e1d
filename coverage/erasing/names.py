"""A name out of everything: the desk's words, what readers have, old entries, the audit."""

from django.apps import apps

from coverage.erasing import columns, files
from coverage.erasing.acts import Act
from coverage.erasing.pictures import release_anew
from coverage.models import Event, Post
from coverage.publishing.head import lock_heads
from coverage.publishing.programme import release_programme
from coverage.publishing.publication import post_by_id
from coverage.publishing.release import blank_entries, events_with_entries
from coverage.record.models import (
    EventHead,
    Op,
    Release,
    ReleasedAppearance,
    ReleasedArticle,
    ReleasedKeynote,
    ReleasedParagraph,
    ReleasedPicture,
    ReleasedPost,
    ReleasedSpeaker,
    ShareCard,
)
from media.models import Image
from media.renditions import reprint
from media.texts import INSIDE
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.receipts import Receipt

# What a release copies once and goes on printing; the rest of the record is made anew from the desk.
COPIED = (ReleasedPicture, ReleasedSpeaker, ReleasedArticle, ReleasedParagraph)


def lock(act: Act) -> None:
    """The heads of every event whose readers have the name, or whose desk has it."""
    act.posts |= {*_printing(act)}
    act.events |= {*Post.objects.filter(pk__in=act.posts).values_list("event", flat=True)}
    act.events |= {*EventHead.objects.filter(pk__in=_heads(act)).values_list("desk_id", flat=True)}
    act.events |= events_with_entries(Post.objects.filter(pk__in=act.posts))
    lock_heads(Event.objects.filter(pk__in=act.events))


def take_from_desk(act: Act) -> None:
    """The desk's words; a picture inside whose files the name stands has its files made again."""
    inside = {image.pk for image in columns.holding(Image, act.marks, _fields(Image, INSIDE))}
    for label in columns.DESK:
        for model in apps.get_app_config(label).get_models():
            columns.clean(model, act.marks)
    for image in Image.objects.filter(pk__in=inside):
        reprint(image, inside=True)


def take_from_readers(act: Act) -> None:
    """What was copied is changed where it stands; run of show and posts are released anew; old entries are blanked."""
    for model in COPIED:
        columns.clean(model, act.marks)
    folders = ShareCard.objects.filter(head__desk_id__in=act.events)
    act.leave(files.CARD, [card.file for card in folders if act.marks.is_in(card.says)])
    for event in Event.objects.filter(pk__in=act.events).order_by("pk"):
        release_programme(event, at=act.at)
    for post in Post.objects.filter(pk__in=act.posts).order_by("event", "position"):
        blank_entries(post, at=act.at)
        if ReleasedPost.objects.filter(desk_id=post.pk, withdrawn_at=None).exists():
            release_anew(post_by_id(post.pk), act, Op.UPDATE)
    _blank_entries(act)
    columns.clean(ReleasedPost, act.marks)  # the reasons of withdrawn ones
    ReleasedArticle.objects.filter(head__desk_id__in=act.events).update(changed_at=act.at)
    act.heads |= {*EventHead.objects.filter(desk_id__in=act.events).values_list("pk", flat=True)}


def take_from_audit(act: Act) -> None:
    for model in (Receipt, AuditRow):
        columns.clean(model, act.marks)


def _printing(act: Act) -> set:
    """The desk's keys of the posts whose rows in the record have the name."""
    found = {row.desk_id for row in columns.holding(ReleasedPost, act.marks, columns.texts(ReleasedPost))}
    for model in (ReleasedPicture, ReleasedSpeaker):
        rows = {row.post_id for row in columns.holding(model, act.marks, columns.texts(model))}
        found |= {*ReleasedPost.objects.filter(pk__in=rows).values_list("desk_id", flat=True)}
    return found


def _heads(act: Act) -> set[int]:
    """The keys of the heads whose own rows, run of show, articles or entries have the name."""
    found = {row.pk for row in columns.holding(EventHead, act.marks, columns.texts(EventHead))}
    for model in (ReleasedKeynote, ReleasedArticle, Release, ShareCard):
        found |= {row.head_id for row in columns.holding(model, act.marks, columns.texts(model))}
    for row in columns.holding(ReleasedAppearance, act.marks, columns.texts(ReleasedAppearance)):
        found.add(row.keynote.head_id)
    for row in columns.holding(ReleasedParagraph, act.marks, columns.texts(ReleasedParagraph)):
        found.add(row.article.head_id)
    return found


def _blank_entries(act: Act) -> None:
    """Old entries that have the name lose their HTML; the newest of each was just made without it."""
    said = list(columns.holding(Release, act.marks, _fields(Release, {"html"})))
    Release.objects.filter(pk__in=[row.pk for row in said]).update(html=None, blanked=True)
    columns.clean(Release, act.marks)


def _fields(model, names) -> list:
    return [one for one in columns.texts(model) if one.name in names]
