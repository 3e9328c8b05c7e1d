"""The copies of an event that replays go into: rehearsals named `<slug>-replay-<n>`.

A copy is made of the record, so that it has what readers of the original can see, and nothing that is held back.
"""

import re
from itertools import count

from django.db import transaction
from django.utils import timezone

from coverage.models import Appearance, Assignment, Event, Keynote, Organisation, Speaker
from coverage.publishing import programme
from coverage.publishing.head import lock_head
from coverage.publishing.life import clear_rehearsal
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote, ReleasedPost
from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor

# What readers see of the event itself. A second reader and hard checks are left out: all of it went out already.
HEAD = tuple(name for name in programme.HEAD_COLUMNS if name not in ("slug", "title", "pause_note"))
SETTINGS = ("default_credit", "review_target")
KEYNOTE = (
    *("slug", "title", "format", "room", "summary", "starts_at", "ends_at"),
    *("actual_start", "actual_end", "order"),
)
APPEARANCE = ("name", "role", "job_title", "by_video", "order")
# A slug has 80 characters, the title 200: this much of the original's leaves room for the number.
SLUG, TITLE = 66, 180


def copies_of(slug: str) -> list[Event]:
    """The replays of the event of that slug that are still there, by their number. A name alone makes none: it may be
    that of an editor's own rehearsal, or of a replay of an event whose slug begins like this one's."""
    made = AuditRow.objects.filter(verb="add", thing_type=Event._meta.label_lower, note=_note(slug))
    copies = Event.objects.filter(pk__in=made.values("event_id"), rehearsal=True)
    return sorted(copies, key=lambda copy: _number(copy.slug, slug))


@transaction.atomic
def make_copy(event: Event, *, by: User) -> Event:
    """An unlisted copy of a public event, without posts, announced and open.

    It has settings, place, dates and the run of show with names as billed; and of the people who cover the original
    those who wrote what readers see there. Raises NotAllowed.
    """
    head = lock_head(event)  # two replays begun at once take two numbers
    last = max((_number(copy.slug, event.slug) for copy in copies_of(event.slug)), default=0)
    number = next(n for n in count(last + 1) if not Event.objects.filter(slug=_slug(event.slug, n)).exists())
    copy = Event.objects.create(
        slug=_slug(event.slug, number),
        title=f"{head.title[:TITLE]} (replay {number})",
        rehearsal=True,
        **{name: getattr(head, name) for name in HEAD},
        **{name: getattr(event, name) for name in SETTINGS},
    )
    _copy_writers(event, copy)
    for keynote in ReleasedKeynote.objects.filter(head=head).prefetch_related("appearances"):
        _copy_keynote(keynote, copy)
    write_audit("add", copy, by=by, note=_note(event.slug), after={"slug": copy.slug})
    programme.announce(copy, by=by)
    programme.open_event(copy, by=by)
    return copy


@transaction.atomic
def clear_copies(slug: str, *, by: User) -> list[str]:
    """Clears and deletes every replay of the event of that slug; answers their slugs. Raises NotAllowed."""
    if not is_editor(by):
        raise NotAllowed("This is for an editor.")
    copies = copies_of(slug)
    for copy in copies:
        clear_rehearsal(copy, by=by)
        write_audit("delete", copy, by=by)
        EventHead.objects.filter(desk_id=copy.pk).delete()
        copy.delete()
    return [copy.slug for copy in copies]


def _note(slug: str) -> str:
    """How the audit tells a replay of that event."""
    return f"a replay of {slug}"


def _slug(slug: str, number: int) -> str:
    return f"{slug[:SLUG]}-replay-{number}"


def _number(copy: str, slug: str) -> int:
    """The number in a copy's slug; 0 if there is none."""
    named = re.fullmatch(rf"{re.escape(slug[:SLUG])}-replay-(\d{{1,6}})", copy)
    return int(named[1]) if named else 0


def _copy_writers(event: Event, copy: Event) -> None:
    posts = ReleasedPost.objects.live().filter(head__desk_id=event.pk).values("desk_id")
    wrote = event.posts.filter(pk__in=posts, author__is_active=True).values("author")
    Assignment.objects.bulk_create(
        Assignment(
            event=copy,
            person_id=one.person_id,
            may_publish=one.may_publish,
            guest=one.guest,
            guest_until=one.guest_until,
        )
        for one in event.assignments.filter(person__in=wrote)
    )


def _copy_keynote(released: ReleasedKeynote, copy: Event) -> None:
    keynote = Keynote.objects.create(
        event=copy,
        sponsor=Organisation.objects.filter(slug=released.sponsor_slug).first(),
        cancelled_at=timezone.now() if released.is_cancelled else None,
        **{name: getattr(released, name) for name in KEYNOTE},
    )
    billed = (_copy_appearance(appearance, keynote) for appearance in released.appearances.all())
    # Not saved one by one: a title left out of the billing stays out, whatever the speaker's is today.
    Appearance.objects.bulk_create(filter(None, billed))


def _copy_appearance(released: ReleasedAppearance, keynote: Keynote) -> Appearance | None:
    """None: the speaker is gone from the desk since."""
    speaker = Speaker.objects.filter(slug=released.speaker).first()
    if speaker is None:
        return None
    return Appearance(
        keynote=keynote,
        speaker=speaker,
        organisation_name=released.organisation,
        organisation=Organisation.objects.filter(slug=released.organisation_slug).first(),
        **{name: getattr(released, name) for name in APPEARANCE},
    )
