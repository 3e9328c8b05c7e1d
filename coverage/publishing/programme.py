"""Event, run of show and appearances reach readers from here, as posts do through `release`."""

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Prefetch, Q
from django.urls import reverse

from coverage.models import Appearance, Event, Keynote
from coverage.publishing import cards, guests
from coverage.publishing.anchors import follow
from coverage.publishing.head import lock_head
from coverage.publishing.leading_on import keynote_path, lead_on, let_go, organisation_path, people_paths
from coverage.publishing.life import link_editions, lock_editions
from coverage.publishing.publication import post_by_id, rerelease
from coverage.publishing.release import add_header_entry
from coverage.record import documents
from coverage.record.fragment import render_head, render_programme
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote, ReleasedPost
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import EventState
from newsroom.editorial.workflow import EVENT_VERBS

# A post's links, times and language come from here.
PRINTED_BY_EVERY_POST = {"slug", "time_zone", "language"}
# What a head copies of its event: the page prints it and the API answers it.
HEAD_COLUMNS = (
    "slug",
    "title",
    "standfirst",
    "summary",
    "venue",
    "city",
    "country",
    "organiser",
    "time_zone",
    "language",
    "starts_at",
    "ends_at",
    "pause_note",
)


@transaction.atomic
def change_event_state(
    verb_name: str, event: Event, *, by: User | None, at: datetime.datetime | None = None, note: str = ""
) -> EventHead:
    """Announces, opens, pauses, ends or reopens an event, and releases its head and run of show.

    `at` is the time entered for it (UTC), now if None. `note`, of a pause, is for readers ("Back tomorrow at
    09:00") and goes with the next verb. A rehearsal is announced unlisted. Raises NotAllowed, WrongState, Invalid.
    """
    verb = EVENT_VERBS[verb_name]
    if by is not None and not is_editor(by):
        raise NotAllowed(f"“{verb.label}” is for an editor.")
    head, at = lock_editions(event), at or clock.now()
    verb.check_source(head.state)
    before, head.state = head.state, verb.target
    match verb_name:
        case "announce":
            head.announced_at, head.unlisted = at, event.rehearsal
        case "open" | "reopen":
            head.opened_at, head.ended_at = head.opened_at or at, None
        case "end":
            head.ended_at = at
            guests.event_ended(event, at=at)
    _note_pause(event, note if verb_name == "pause" else "")
    _release_programme(event, head, at, force_head=True)
    write_audit(verb.name, event, by=by, from_state=before, to_state=head.state, note=note)
    return head


def _note_pause(event: Event, note: str) -> None:
    note = " ".join(note.split())
    if len(note) > Event._meta.get_field("pause_note").max_length:
        raise Invalid({"note": ["Say it in at most 200 characters: it stands under the title."]})
    Event.objects.filter(pk=event.pk).update(pause_note=note)


def announce(event: Event, *, by: User | None, at: datetime.datetime | None = None) -> EventHead:
    """Makes a draft event public, with every keynote and guest that is not held back."""
    return change_event_state("announce", event, by=by, at=at)


def open_event(event: Event, *, by: User | None, at: datetime.datetime | None = None) -> EventHead:
    """Says that coverage has begun: pages follow it live."""
    return change_event_state("open", event, by=by, at=at)


def end(event: Event, *, by: User | None, at: datetime.datetime | None = None) -> EventHead:
    """Says that coverage is over: pages stop asking for news."""
    return change_event_state("end", event, by=by, at=at)


@transaction.atomic
def release_programme(event: Event, *, at: datetime.datetime | None = None) -> bool:
    """Releases what changed of an announced event's head, run of show and names as billed; True if anything did.

    Posts that print what changed are released again, and those scheduled by a keynote's time follow it. On a draft
    event it does nothing.
    """
    head = lock_head(event)
    if head.state == EventState.DRAFT:
        return False
    return _release_programme(event, head, at or clock.now())


@transaction.atomic
def announce_held(thing: Keynote | Appearance, *, by: User | None) -> bool:
    """Announces a keynote or guest that was held back; False if another was first. Raises NotAllowed."""
    event = thing.event if isinstance(thing, Keynote) else thing.keynote.event
    if by is not None and not is_editor(by):
        raise NotAllowed("Announcing is for an editor.")
    lock_head(event)
    if not type(thing).objects.filter(pk=thing.pk, held=True).update(held=False):
        return False
    thing.held = False
    release_programme(event)
    write_audit("announce", thing, by=by)
    return True


@dataclass
class Changes:
    """What a release of the programme changed: anything at all, and what posts print of it, by slug."""

    programme: bool = False
    keynotes: set[str] = field(default_factory=set)
    speakers: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)  # paths of pages that may have lost their reason


def _release_programme(
    event: Event, head: EventHead, at: datetime.datetime, *, force_head: bool = False
) -> bool:
    event.refresh_from_db()  # it may have been loaded before the lock, and changed since
    follow(event)
    differs = {name for name in HEAD_COLUMNS if getattr(head, name) != getattr(event, name)}
    if "slug" in differs and head.slug:
        lead_on(*(reverse("front:event", args=[slug]) for slug in (head.slug, event.slug)), head)
    for name in differs:
        setattr(head, name, getattr(event, name))
    head_changed = force_head or bool(differs)
    link_editions(event, head)
    changes = _sync_keynotes(event, head)
    let_go(changes.left, head)
    if head_changed:
        head.head_fragment = render_head(head)
    keynotes = ReleasedKeynote.objects.filter(head=head).prefetch_related("appearances")
    cards.settle_programme(head, keynotes, at=at)
    programme_fragment = render_programme(head, keynotes)
    programme_changed = changes.programme or programme_fragment != head.programme_fragment
    head.programme_fragment = programme_fragment
    if head_changed or programme_changed:
        head.changed_at = at
    head.save()
    if head_changed:
        documents.keep_event(head)
        add_header_entry(head, "head", head.head_fragment, at=at)
    if programme_changed:
        add_header_entry(head, "programme", programme_fragment, at=at)
    _rerelease_posts(head, changes, everything=bool(differs & PRINTED_BY_EVERY_POST))
    return head_changed or programme_changed


def _sync_keynotes(event: Event, head: EventHead) -> Changes:
    """Makes the record's run of show like the desk's, less what is held. Raises Invalid for what cannot be held.

    What there is on both sides is read at once, however long the run of show.
    """
    changes = Changes()
    on_stage = Appearance.objects.filter(held=False).select_related("speaker", "organisation")
    announced = list(
        event.keynotes.filter(held=False)
        .select_related("sponsor")
        .prefetch_related(Prefetch("appearances", on_stage, to_attr="announced"))
    )
    ours = Q(head=head) | Q(desk_id__in=[keynote.pk for keynote in announced])
    rows = {row.desk_id: row for row in ReleasedKeynote.objects.filter(ours).select_related("head")}
    _remove([rows.pop(key) for key in rows.keys() - {one.pk for one in announced}], Keynote, changes)
    appearing = [appearance.pk for keynote in announced for appearance in keynote.announced]
    ours = Q(keynote__head=head) | Q(desk_id__in=appearing)
    people = {
        row.desk_id: row for row in ReleasedAppearance.objects.filter(ours).select_related("keynote__head")
    }
    _remove([people[key] for key in people.keys() - set(appearing)], Appearance, changes)
    for keynote in announced:
        row, differs, before = _put(
            ReleasedKeynote,
            rows.get(keynote.pk),
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
            actual_start=keynote.actual_start,
            actual_end=keynote.actual_end,
            is_cancelled=keynote.cancelled_at is not None,
            order=keynote.order,
        )
        changes.programme |= bool(differs)
        if "slug" in before:
            lead_on(keynote_path(head, before["slug"]), keynote_path(head, row.slug), head)
        changes.left |= _sponsor_paths(before.get("sponsor_slug"), head)
        if before and differs & {"slug", "title", "sponsor"}:
            changes.keynotes |= {before.get("slug", row.slug), row.slug}
        for appearance in keynote.announced:
            _sync_appearance(appearance, row, people.get(appearance.pk), changes)
    return changes


def _sync_appearance(
    appearance: Appearance, keynote: ReleasedKeynote, row: ReleasedAppearance | None, changes: Changes
) -> None:
    released, differs, before = _put(
        ReleasedAppearance,
        row,
        appearance.pk,
        keynote=keynote,
        speaker=appearance.speaker.slug,
        name=appearance.name,
        role=appearance.role,
        job_title=appearance.job_title,
        organisation=appearance.organisation_name,
        organisation_slug=appearance.organisation.slug if appearance.organisation else "",
        by_video=appearance.by_video,
        order=appearance.order,
    )
    changes.programme |= bool(differs)
    if before.keys() & {"speaker", "organisation_slug"}:
        was = ReleasedAppearance(
            speaker=before.get("speaker", released.speaker),
            organisation_slug=before.get("organisation_slug", released.organisation_slug),
        )
        changes.left |= people_paths([was], keynote.head)
    if before and differs & {"speaker", "name", "job_title", "organisation", "organisation_slug"}:
        changes.speakers |= {before.get("speaker", released.speaker), released.speaker}


def _remove(
    gone: list[ReleasedKeynote] | list[ReleasedAppearance], desk: type[Keynote | Appearance], changes: Changes
) -> None:
    """Takes out what the desk has deleted; what readers know already cannot be held back again."""
    held = (
        set(desk.objects.filter(pk__in=[row.desk_id for row in gone]).values_list("pk", flat=True))
        if gone
        else ()
    )
    for row in gone:
        if row.desk_id in held:
            raise Invalid(
                {"held": [f"“{row}” is announced: readers know it, so it cannot be held back any more."]}
            )
        changes.programme = True
        changes.left |= _paths_of(row)
        if isinstance(row, ReleasedKeynote):
            cards.discard(row.cards.all(), at=clock.now())
        row.delete()


def _paths_of(row: ReleasedKeynote | ReleasedAppearance) -> set[str]:
    """The pages that lose a reason with this row."""
    if isinstance(row, ReleasedAppearance):
        return people_paths([row], row.keynote.head)
    own = keynote_path(row.head, row.slug)
    return {own, *_sponsor_paths(row.sponsor_slug, row.head), *people_paths(row.appearances.all(), row.head)}


def _sponsor_paths(slug: str | None, head: EventHead) -> set[str]:
    return {organisation_path(slug)} if slug and not head.unlisted else set()


def _put(
    model, row: ReleasedKeynote | ReleasedAppearance | None, desk_id: int, **values
) -> tuple[ReleasedKeynote | ReleasedAppearance, set[str], dict]:
    """Makes a row of the record, or changes the one there is, and what a search knows of it.

    Answers the row, which columns differ and what they were (none if new).
    """
    if row is None:
        row = model.objects.create(desk_id=desk_id, **values)
        documents.keep_in_programme(row)
        return row, set(values), {}
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, values[name])
    if before:
        row.save(update_fields=before)
        documents.keep_in_programme(row)
    return row, set(before), before


def _rerelease_posts(head: EventHead, changes: Changes, *, everything: bool) -> None:
    """Releases again the posts that print what changed, by what the record says they print."""
    rows = ReleasedPost.objects.filter(head=head, withdrawn_at=None)
    if not everything:
        printing = Q(keynote__in=changes.keynotes) | Q(speakers__speaker__in=changes.speakers)
        rows = rows.filter(printing).distinct()
    for desk_id in rows.oldest_first().values_list("desk_id", flat=True):
        rerelease(post_by_id(desk_id))
