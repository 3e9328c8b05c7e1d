"""Event, run of show and appearances reach readers from here, as posts do through `release`."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from coverage.models import Appearance, Event, Keynote, Post
from coverage.publishing.publication import rerelease
from coverage.publishing.release import add_header_entry, lock_head
from coverage.record.fragment import render_head, render_programme
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import EventState, PostState
from newsroom.editorial.workflow import EVENT_VERBS

HEAD_COLUMNS = (
    "slug",
    "title",
    "standfirst",
    "venue",
    "city",
    "country",
    "organiser",
    "time_zone",
    "language",
    "starts_at",
    "ends_at",
)


@transaction.atomic
def change_event_state(
    verb_name: str, event: Event, *, by: User | None, at: datetime.datetime | None = None
) -> EventHead:
    """Announces, opens, pauses, ends or reopens an event, and releases its head and run of show.

    `at` is the time entered for it (UTC), now if None. Raises NotAllowed, WrongState.
    """
    verb = EVENT_VERBS[verb_name]
    if by is not None and not is_editor(by):
        raise NotAllowed(f"“{verb.label}” is for an editor.")
    head, at = lock_head(event), at or timezone.now()
    verb.check_source(head.state)
    before, head.state = head.state, verb.target
    match verb_name:
        case "announce":
            head.announced_at = at
        case "open" | "reopen":
            head.opened_at, head.ended_at = head.opened_at or at, None
        case "end":
            head.ended_at = at
    _release_programme(event, head, at, force_head=True)
    write_audit(verb.name, event, by=by, from_state=before, to_state=head.state)
    return head


def announce(event: Event, *, by: User | None, at: datetime.datetime | None = None) -> EventHead:
    """Makes a draft event public, with every keynote and guest that is not held back."""
    return change_event_state("announce", event, by=by, at=at)


def open_event(event: Event, *, by: User | None, at: datetime.datetime | None = None) -> EventHead:
    """Says that coverage has begun: pages follow it live."""
    return change_event_state("open", event, by=by, at=at)


def pause(event: Event, *, by: User | None, at: datetime.datetime | None = None) -> EventHead:
    return change_event_state("pause", event, by=by, at=at)


def end(event: Event, *, by: User | None, at: datetime.datetime | None = None) -> EventHead:
    """Says that coverage is over: pages stop asking for news."""
    return change_event_state("end", event, by=by, at=at)


def reopen(event: Event, *, by: User | None, at: datetime.datetime | None = None) -> EventHead:
    return change_event_state("reopen", event, by=by, at=at)


@transaction.atomic
def release_programme(event: Event, *, at: datetime.datetime | None = None) -> bool:
    """Releases what changed of an announced event's head, run of show and names as billed; True if anything did.

    Posts that print what changed are released again. On a draft event it does nothing.
    """
    head = lock_head(event)
    if head.state == EventState.DRAFT:
        return False
    return _release_programme(event, head, at or timezone.now())


@transaction.atomic
def announce_held(thing: Keynote | Appearance, *, by: User | None) -> bool:
    """Announces a keynote or guest that was held back; False if another was first. Raises NotAllowed."""
    event = thing.event if isinstance(thing, Keynote) else thing.keynote.event
    if by is not None and not is_editor(by):
        raise NotAllowed("Announcing is for an editor.")
    if not type(thing).objects.filter(pk=thing.pk, held=True).update(held=False):
        return False
    thing.held = False
    release_programme(event)
    write_audit("announce", thing, by=by)
    return True


def _release_programme(
    event: Event, head: EventHead, at: datetime.datetime, *, force_head: bool = False
) -> bool:
    for name in HEAD_COLUMNS:
        setattr(head, name, getattr(event, name))
    head_fragment = render_head(head)
    head_changed = force_head or head_fragment != head.head_fragment
    printed = _sync_keynotes(event, head)
    keynotes = ReleasedKeynote.objects.filter(head=head).prefetch_related("appearances")
    programme_fragment = render_programme(head, keynotes)
    programme_changed = programme_fragment != head.programme_fragment
    head.head_fragment, head.programme_fragment = head_fragment, programme_fragment
    if head_changed or programme_changed:
        head.changed_at = at
    head.save()
    if head_changed:
        add_header_entry(head, "head", head_fragment, at=at)
    if programme_changed:
        add_header_entry(head, "programme", programme_fragment, at=at)
    _rerelease_posts(event, printed)
    return head_changed or programme_changed or bool(printed)


def _sync_keynotes(event: Event, head: EventHead) -> set[tuple[str, int]]:
    """Makes the record's run of show like the desk's, less what is held; answers what posts print and changed."""
    changed: set[tuple[str, int]] = set()
    announced = list(event.keynotes.filter(held=False).select_related("sponsor"))
    for keynote in announced:
        row, differs = _put(
            ReleasedKeynote,
            keynote.pk,
            head=head,
            slug=keynote.slug,
            title=keynote.title,
            format=keynote.format,
            room=keynote.room,
            sponsor=keynote.sponsor.name if keynote.sponsor else "",
            sponsor_slug=keynote.sponsor.slug if keynote.sponsor else "",
            summary=keynote.summary,
            starts_at=keynote.starts_at,
            ends_at=keynote.ends_at,
            order=keynote.order,
        )
        if differs & {"slug", "title", "sponsor"}:
            changed.add(("keynote", keynote.pk))
        changed |= _sync_appearances(keynote, row)
    ReleasedKeynote.objects.filter(head=head).exclude(desk_id__in=[k.pk for k in announced]).delete()
    return changed


def _sync_appearances(keynote: Keynote, row: ReleasedKeynote) -> set[tuple[str, int]]:
    changed: set[tuple[str, int]] = set()
    appearances = list(keynote.appearances.filter(held=False).select_related("speaker", "organisation"))
    for appearance in appearances:
        _, differs = _put(
            ReleasedAppearance,
            appearance.pk,
            keynote=row,
            speaker=appearance.speaker.slug,
            name=appearance.name,
            role=appearance.role,
            job_title=appearance.job_title,
            organisation=appearance.organisation_name,
            organisation_slug=appearance.organisation.slug if appearance.organisation else "",
            by_video=appearance.by_video,
            order=appearance.order,
        )
        if differs & {"speaker", "name", "job_title", "organisation", "organisation_slug"}:
            changed.add(("speaker", appearance.speaker_id))
    ReleasedAppearance.objects.filter(keynote=row).exclude(desk_id__in=[a.pk for a in appearances]).delete()
    return changed


def _put(model, desk_id: int, **values) -> tuple[ReleasedKeynote | ReleasedAppearance, set[str]]:
    """Makes or changes a row of the record; answers it and which columns differ (none for a new row)."""
    row = model.objects.filter(desk_id=desk_id).first()
    if row is None:
        return model.objects.create(desk_id=desk_id, **values), set()
    differs = {name for name, value in values.items() if getattr(row, name) != value}
    if differs:
        for name in differs:
            setattr(row, name, values[name])
        row.save(update_fields=differs)
    return row, differs


def _rerelease_posts(event: Event, printed: set[tuple[str, int]]) -> None:
    if not printed:
        return
    keynotes = [pk for kind, pk in printed if kind == "keynote"]
    speakers = [pk for kind, pk in printed if kind == "speaker"]
    posts = (
        Post.objects.filter(event=event, state=PostState.PUBLISHED)
        .filter(
            Q(keynote__in=keynotes) | Q(post_speakers__speaker__in=speakers) | Q(quotes__speaker__in=speakers)
        )
        .select_related("event", "author", "released_revision")
        .distinct()
        .order_by("position")
    )
    for post in posts:
        rerelease(post)
