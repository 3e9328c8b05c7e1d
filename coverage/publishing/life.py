"""The life of an event around its verbs: what is left undone, clearing a rehearsal, the next edition."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify

from coverage.models import Alert, Assignment, Correction, Event, GlassBreak, Post, Revision, Wrap
from coverage.publishing.head import lock_head, lock_heads
from coverage.publishing.rehearsing import put_back
from coverage.record.models import EventHead, MovedAddress
from media.models import Image, ImageState
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import EventState, PostState

# What an edition takes over from the one before, besides who covers it.
COPIED = (
    *("standfirst", "venue", "city", "country", "organiser", "time_zone", "language"),
    *("default_credit", "second_reader", "checks", "review_target"),
)


@dataclass(frozen=True)
class LooseEnds:
    """What nobody has dealt with at an event; each list in the order in which it should be."""

    waiting: QuerySet[Post]
    scheduled: QuerySet[Post]
    unsigned: QuerySet[Post]
    pictures: QuerySet[Image]

    def any(self) -> bool:
        """Costs up to four queries."""
        return any(found.exists() for found in (self.waiting, self.scheduled, self.unsigned, self.pictures))


def loose_ends(event: Event) -> LooseEnds:
    """Filings waiting, scheduled posts, glass that was broken and not signed off, pictures awaited."""
    posts = event.posts.select_related("author", "keynote")
    out = [PostState.SPIKED, PostState.WITHDRAWN]
    awaited = Image.objects.filter(
        post_images__post__in=event.posts.exclude(state__in=out), state=ImageState.AWAITED
    )
    return LooseEnds(
        waiting=posts.awaiting_review(),
        scheduled=posts.filter(state=PostState.SCHEDULED).order_by("publish_at"),
        unsigned=posts.filter(sign_by__isnull=False).order_by("sign_by"),
        pictures=awaited.distinct().order_by("created_at"),
    )


@transaction.atomic
def clear_rehearsal(event: Event, *, by: User) -> int:
    """Takes a rehearsal away: its posts, its pages and its alerts; it is a draft again. Returns how many posts went.

    Its keynotes, people and settings stay, and so does the audit; what was pressed on the run of show is put back
    (`rehearsing`). Pictures stay in the newsroom and are public nowhere. Pages that are open reload, for a new epoch
    begins. Raises NotAllowed, WrongState for an event in earnest.
    """
    _check_editor(by)
    head = lock_head(event)
    event.refresh_from_db()
    if not event.rehearsal:
        raise WrongState("This event is in earnest: only a rehearsal is cleared.")
    posts = Post.objects.filter(event=event)
    count = posts.count()
    posts.update(
        pinned_revision=None, released_revision=None, state=PostState.DRAFT, publish_at=None, review=""
    )
    GlassBreak.objects.filter(post__in=posts).delete()
    Correction.objects.filter(post__in=posts).delete()
    Revision.objects.filter(post__in=posts).delete()
    Wrap.objects.filter(event=event).delete()
    posts.delete()
    Alert.objects.filter(event=event).delete()
    if head.slug:
        MovedAddress.objects.filter(old__startswith=f"/events/{head.slug}/").delete()
    put_back(event, by=by)
    head.delete()
    EventHead.objects.create(desk_id=event.pk)
    write_audit(
        "clear", event, by=by, from_state=head.state, to_state=EventState.DRAFT, note=f"{count} posts"
    )
    return count


@transaction.atomic
def new_edition(event: Event, *, by: User, title: str) -> Event:
    """Makes the draft of an event's next edition: its settings, venue, checks and people but guests, to be confirmed.

    No dates, keynotes, posts or pictures. Once both are announced each page leads to the other.
    Raises NotAllowed, Invalid.
    """
    _check_editor(by)
    title = title.strip()
    slug = slugify(title)[:80]
    if not slug:
        raise Invalid({"title": ["Name it: its address is made from the name."]})
    if title == event.title or Event.objects.filter(slug=slug).exists():
        raise Invalid({"title": ["There is an event of that name already: add the year or the place."]})
    copied = {name: getattr(event, name) for name in COPIED}
    edition = Event.objects.create(title=title[:200], slug=slug, previous_edition=event, **copied)
    people = event.assignments.filter(person__is_active=True, guest=False)
    Assignment.objects.bulk_create(
        Assignment(event=edition, person_id=one.person_id, may_publish=one.may_publish) for one in people
    )
    write_audit("add", edition, by=by, note=f"the next edition of {event}", after={"slug": slug})
    return edition


def lock_editions(event: Event) -> EventHead:
    """The event's head, locked after the one of the edition before, whose link to it may change: for what changes
    whether it is public, or its title."""
    return lock_heads(filter(None, [event.previous_edition, event]))[event.pk]


def link_editions(event: Event, head: EventHead) -> None:
    """Copies to the record which editions came before and after, as far as both are public and listed.

    Nothing else of the other edition's page changes: no entry is made and no number taken.
    """
    before = _public(event.previous_edition_id)
    head.previous_edition = _as_link(before)
    after = EventHead.objects.listed().filter(desk_id__in=event.next_editions.values("pk"))
    head.next_edition = _as_link(after.order_by("announced_at").first())
    if before is not None and not head.unlisted and before.next_edition != _as_link(head):
        first_or_ours = Q(next_edition__isnull=True) | Q(next_edition__slug=head.slug)
        EventHead.objects.filter(first_or_ours, pk=before.pk).update(next_edition=_as_link(head))


def _public(event_id: int | None) -> EventHead | None:
    return EventHead.objects.listed().filter(desk_id=event_id).first() if event_id else None


def _as_link(head: EventHead | None) -> dict | None:
    return {"slug": head.slug, "title": head.title} if head else None


def _check_editor(by: User) -> None:
    if not is_editor(by):
        raise NotAllowed("This is for an editor.")
