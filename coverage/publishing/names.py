"""A name, a title or an employer, in two acts: it was wrong that day, or it has changed since."""

from typing import Any

from django.db import transaction

from coverage.models import Appearance, Correction, Event, Post, Speaker, SpeakerAlias
from coverage.publishing.head import lock_head
from coverage.publishing.programme import release_programme
from coverage.publishing.publication import NOBODY_NAMED, post_by_id
from coverage.publishing.release import enter, prepare
from coverage.record.models import EventHead, Op, ReleasedPost, ReleasedSpeaker
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import PostState

BILLED = ("name", "job_title", "organisation_name", "organisation")
PRESENT = ("name", "job_title", "organisation")


@transaction.atomic
def correct_billing(appearance: Appearance, *, by: User, note: str, **billed: Any) -> list[Post]:
    """It was wrong that day: corrects what was billed, in the open; answers the posts that now say so.

    `billed`: any of BILLED. Effects, in order: the appearance; each published post that prints it, with a
    correction (`note`, signed), whatever is pending of it; the run of show; the audit.
    One editor does it, also where a second reader is asked for: what is billed belongs to the keynote and not to a
    revision somebody approves, and what is printed must stay true. No other word of a post goes out by it.
    Raises NotAllowed, and Invalid also when nothing is different: it was done already.
    """
    note = note.strip()
    _check_editor(by)
    if not note:
        raise Invalid({"note": ["Say what was wrong, and what is right: readers see it under each post."]})
    event = Event.objects.get(keynotes=appearance.keynote_id)
    head = lock_head(event)
    current = (
        Appearance.objects.select_for_update(of=("self",)).select_related("speaker").get(pk=appearance.pk)
    )
    before, after = _change(current, {name: billed[name] for name in BILLED if name in billed})
    posts = [post for post in _naming(head, current.speaker) if _correct_names(post, by, note)]
    release_programme(event)
    write_audit("correct-billing", current, by=by, note=note, before=before, after=after)
    return posts


@transaction.atomic
def correct_as_named(post: Post, speaker: Speaker, *, by: User, note: str, name: str) -> None:
    """Corrects the name of somebody a published post names who is billed nowhere in its event, in the open.

    Such a person is printed as she was when first named. Raises NotAllowed, WrongState, Invalid.
    """
    _check_editor(by)
    lock_head(post.event)
    post = post_by_id(post.pk)
    if post.state != PostState.PUBLISHED:
        raise WrongState("It is not published any more.")
    ReleasedSpeaker.objects.filter(post__desk_id=post.pk, speaker=speaker.slug).update(name=name)
    _release_corrected(post, by, note)


@transaction.atomic
def change_since(speaker: Speaker, *, by: User, **present: Any) -> None:
    """It changed since: what is true of a speaker from now on, any of PRESENT; what was billed stays as it was.

    A name she no longer goes by becomes an alias, so that she is still found by it. Raises NotAllowed, Invalid.
    """
    _check_editor(by)
    current = Speaker.objects.select_for_update().get(pk=speaker.pk)
    old_name = current.name
    before, after = _change(current, {name: present[name] for name in PRESENT if name in present})
    if "name" in after:
        SpeakerAlias.objects.get_or_create(speaker=current, name=old_name)
    write_audit("changed-since", current, by=by, before=before, after=after)


def _check_editor(by: User) -> None:
    if not is_editor(by):
        raise NotAllowed("Names and titles are for an editor.")


def _change(thing: Appearance | Speaker, given: dict[str, Any]) -> tuple[dict, dict]:
    """Saves what differs; answers it as the audit keeps it, before and after. Raises Invalid if nothing does."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    if "name" in values and not values["name"]:
        raise Invalid({"name": ["A name cannot be empty."]})
    differs = [name for name, value in values.items() if getattr(thing, name) != value]
    if not differs:
        raise Invalid({"name": ["Nothing is different: it says so already."]})
    before = {name: _plain(getattr(thing, name)) for name in differs}
    for name in differs:
        setattr(thing, name, values[name])
    thing.save(update_fields=differs)
    return before, {name: _plain(values[name]) for name in differs}


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _naming(head: EventHead, speaker: Speaker) -> list[Post]:
    """The published posts of an event that name her, in order."""
    rows = ReleasedPost.objects.filter(head=head, withdrawn_at=None, speakers__speaker=speaker.slug)
    return [post_by_id(key) for key in rows.oldest_first().values_list("desk_id", flat=True)]


def _correct_names(post: Post, by: User, note: str) -> bool:
    """Releases what readers have with the names as billed now, and a correction; False if it prints the same."""
    if post.state != PostState.PUBLISHED:
        return False
    printed = _as_printed(ReleasedSpeaker.objects.filter(post__desk_id=post.pk))
    if _as_printed(prepare(post, post.released_revision, at=clock.now()).speakers) == printed:
        return False
    _release_corrected(post, by, note)
    return True


def _release_corrected(post: Post, by: User, note: str) -> None:
    """What is pending stays pending, and the version stays: nobody changed the post."""
    now, signed = clock.now(), by.printed_byline() or NOBODY_NAMED
    revision = post.released_revision
    Correction.objects.create(post=post, revision=revision, at=now, note=note, by=by, signed=signed)
    enter(post, prepare(post, revision, at=now), Op.CORRECT, at=now, note=note, bump=False)
    write_audit("correct", post, by=by, from_state=post.state, to_state=post.state, note=note)


def _as_printed(speakers: Any) -> list[tuple]:
    return [(one.name, one.job_title, one.organisation, one.organisation_slug) for one in speakers]
