"""Changing one thing about a post at once, whatever else is pending: where it belongs, whether it is a key event."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from coverage.models import Event, Keynote, Post, Revision
from coverage.publishing.access import events_for, may_publish
from coverage.publishing.filing import advance_after_edit, review_after_edit, snapshot
from coverage.publishing.head import lock_head, lock_heads, take_seq
from coverage.publishing.leading_on import lead_on
from coverage.publishing.release import add_entry, enter, prepare
from coverage.publishing.transition import advance, check, lock_as_seen
from coverage.record.models import EventHead, Op, ReleasedPost
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.states import EventState


def mark_key(post: Post, *, by: User, version: int | None = None) -> Post:
    """Lists a published post among the key events, at once. Raises NotAllowed, StaleState, WrongState."""
    return _set_key("mark-key", post, by, version, key=True)


def unmark_key(post: Post, *, by: User, version: int | None = None) -> Post:
    """Takes a published post off the key events. Raises as `mark_key`."""
    return _set_key("unmark-key", post, by, version, key=False)


@transaction.atomic
def _set_key(verb: str, post: Post, by: User, version: int | None, *, key: bool) -> Post:
    check(verb, post, by=by, version=version)
    if post.key_event == key:
        raise WrongState("It is a key event already." if key else "It is no key event.")
    lock_head(post.event)
    lock_as_seen(post)
    _amend(post, by, key_event=key)
    write_audit(verb, post, by=by, from_state=post.state, to_state=post.state)
    return post


@transaction.atomic
def move(post: Post, *, by: User, event: str = "", keynote: str = "", version: int | None = None) -> Post:
    """Puts a post into another keynote, none, or another event; `event` and `keynote` are slugs, "" is the same
    event and no keynote.

    A published post moves for readers at once, and nothing else of it changes: what is pending stays pending. In
    another event it gets a place of its own by its time; the page of the old one loses it, with a sentence that says
    where it is, and its old address leads to the new one. Unpublished, it is saved there; where a second reader is
    asked for, what was approved or scheduled returns to review, for a keynote brings its title and its sponsor.
    Between an event and a rehearsal it does not move. Raises NotAllowed, StaleState, WrongState, Invalid.
    """
    check("move", post, by=by, version=version)
    there = _event(event, by, post)
    chosen = _keynote(keynote, there)
    if there == post.event and chosen == post.keynote:
        raise Invalid({"keynote": ["It is there already: choose another keynote or event."]})
    if there != post.event and post.anchor_keynote_id:
        raise WrongState(
            "It is scheduled by a keynote of this event: give it a time of its own, then move it."
        )
    before = post.state
    was = {"event": post.event.slug, "keynote": post.keynote and post.keynote.slug}
    if post.first_released_at:
        _move_released(post, there, chosen, by)
    else:
        _move_unreleased(post, there, chosen, by)
    now = {"event": there.slug, "keynote": chosen and chosen.slug}
    write_audit("move", post, by=by, from_state=before, to_state=post.state, before=was, after=now)
    return post


def _event(slug: str, by: User, post: Post) -> Event:
    if not slug or slug == post.event.slug:
        return post.event
    event = events_for(by).filter(slug=slug).first()
    if event is None:
        raise Invalid({"event": [f"There is no event “{slug}”, or it is not yours."]})
    if not may_publish(by, event):
        raise NotAllowed("You may not publish at that event. Ask the desk.")
    return event


def _keynote(slug: str, event: Event) -> Keynote | None:
    if not slug:
        return None
    keynote = event.keynotes.filter(slug=slug).first()
    if keynote is None:
        raise Invalid({"keynote": [f"There is no keynote “{slug}” at {event}."]})
    return keynote


def _move_unreleased(post: Post, event: Event, keynote: Keynote | None, by: User) -> None:
    lock_as_seen(post)
    columns = {"event": event, "keynote": keynote, "outside_keynote": keynote is None}
    if event != post.event:
        columns["position"] = None  # an import's: it may be taken there
    for name, value in columns.items():
        setattr(post, name, value)
    settled = post.pinned_revision
    if settled is None or event.second_reader:
        advance_after_edit(post, columns, _revise(post, by, snapshot(post)))
    else:  # what was approved or scheduled is the same words, elsewhere
        words = settled.content | {"keynote": post.keynote_id}
        advance(post, **columns, pinned_revision=_revise(post, by, words))


def _move_released(post: Post, event: Event, keynote: Keynote | None, by: User) -> None:
    old = post.event
    heads = lock_heads([old, event])
    lock_as_seen(post)
    if heads[event.pk].state == EventState.DRAFT:
        raise WrongState("That event is still a draft: announce it first, then move the post.")
    if heads[event.pk].unlisted != heads[old.pk].unlisted:
        raise WrongState(
            "One of the two events is a rehearsal: a published post moves neither into it nor out."
        )
    op, columns = Op.UPDATE, {"keynote": keynote, "outside_keynote": keynote is None}
    if event != old:
        _leave(post, heads[old.pk], heads[event.pk])
        post.event, post.position, op = event, None, Op.PUBLISH  # its new readers have never seen it
        columns["pinned"] = False  # it was above the others of the old event
    _amend(post, by, op=op, **columns)


def _leave(post: Post, old: EventHead, new: EventHead) -> None:
    """The old event's readers lose the post, and its address leads to where it will be."""
    now = clock.now()
    row = ReleasedPost.objects.get(desk_id=post.pk)
    with translation.override(old.language):
        reason = gettext("This post now stands in “%(event)s”.") % {"event": new.title}
    row.head, row.seq = old, take_seq(old)
    add_entry(row, Op.WITHDRAW, at=now, html=None, reason=reason)
    path, there = (reverse("front:post", args=[head.slug, row.public_id]) for head in (old, new))
    lead_on(path, there, old)
    ReleasedPost.objects.filter(pk=row.pk).update(
        head=new, seq=0, position=0
    )  # its place is found at its release


def _amend(post: Post, by: User, *, op: str = Op.UPDATE, **columns: Any) -> None:
    """Releases what readers have with other `columns`; the pending revision gets them too and stays pending."""
    released, pending = post.released_revision.content, post.latest_revision().content
    review, now = post.review, clock.now()
    for name, value in columns.items():
        setattr(post, name, value)
    said = {name: getattr(value, "pk", value) for name, value in columns.items() if name in released}
    words = _revise(post, by, released | said)
    enter(post, prepare(post, words, at=now), op, at=now, event=post.event, **columns)
    if review:
        latest = _revise(post, by, pending | said)
        advance(post, bump=False, review=review_after_edit(post, latest, review))


def _revise(post: Post, by: User, content: dict) -> Revision:
    number = post.latest_revision().number + 1
    return Revision.objects.create(post=post, number=number, by=by, content=content)
