"""The verbs readers notice: publish, correct, withdraw, reinstate, pin. All go through `release`."""

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from coverage.models import Correction, Post
from coverage.models.alert import AlertKind
from coverage.publishing.alerts import settle
from coverage.publishing.checks import check_ready
from coverage.publishing.head import lock_head, take_seq
from coverage.publishing.release import (
    Prepared,
    add_entry,
    blank_entries,
    enter,
    lock_heads_of,
    prepare,
    take_back,
)
from coverage.publishing.transition import advance, check
from coverage.publishing.wrap_losses import lose_old_words
from coverage.record.models import Op, ReleasedPicture, ReleasedPost
from coverage.record.printed import organisations_of, pictures_of
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.states import PostState

# Who signs a correction by somebody with neither byline nor name: a user name is nothing for readers.
NOBODY_NAMED = "the desk"


def post_by_id(post_id: uuid.UUID | str) -> Post:
    """A post with what the verbs need of it. Raises Post.DoesNotExist."""
    return Post.objects.select_related("event", "author", "pinned_revision", "released_revision").get(
        pk=post_id
    )


def check_embargo(post: Post) -> None:
    """Raises Invalid while the post is under embargo."""
    if post.embargo_until and post.embargo_until > clock.now():
        raise Invalid(
            {"embargo_until": ["This post is under embargo. Schedule it, or lift the embargo first."]}
        )


@transaction.atomic
def publish(
    post: Post,
    *,
    by: User | None,
    version: int | None = None,
    at: datetime.datetime | None = None,
    words_now: bool = False,
) -> Post:
    """Releases a post, or the pending revision of a published one (op update).

    Effects, in order: the post's state, the record's rows, the entry under the event's next number, the audit.
    `by` None: the system releases what was scheduled. `at` is the time of release in UTC, now if None.
    `words_now`: a picture without credit or alternative text is left out, and joins when it is complete.
    Raises NotAllowed, StaleState, WrongState, Invalid.
    """
    check("publish", post, by=by, version=version)
    before, at = post.state, at or clock.now()
    check_embargo(post)
    if before == PostState.PUBLISHED and not post.review:
        raise Invalid({"version": ["Nothing has changed since this post was released."]})
    _check_second_read(post)
    release_now(post, at, words_now=words_now)
    write_audit("publish", post, by=by, from_state=before, to_state=post.state)
    return post


def _check_second_read(post: Post) -> None:
    """Raises WrongState if the event asks for a second reader and the revision that would go out had none: it was
    approved or scheduled before the event asked, or at another event."""
    if not post.event.second_reader:
        return
    revision = post.pinned_revision or post.latest_revision()
    if revision.read_by_id is None:
        raise WrongState(
            "This event asks for a second reader, and nobody has second-read these words: take it off the "
            "schedule, have it approved, then publish it."
        )


def release_now(post: Post, at: datetime.datetime, *, words_now: bool = False, **columns: Any) -> None:
    """Releases the revision that was approved or scheduled, else the newest; of a published post as an update.

    Everything about the post that only led there is settled. Raises StaleState, WrongState, Invalid.
    """
    revision = post.pinned_revision or post.latest_revision()
    op = Op.UPDATE if post.state == PostState.PUBLISHED else Op.PUBLISH
    settled = {"publish_at": None, "state_before_schedule": "", "claimed_by": None, "release_problem": ""}
    settled |= {"anchor_keynote": None, "anchor": "", "anchor_minutes": 0}
    check_ready(post, revision.content)
    prepared = prepare(post, revision, at=at, words_now=words_now)
    enter(post, prepared, op, at=at, state=PostState.PUBLISHED, **settled | columns)
    settle(post, AlertKind.RELEASE)


@transaction.atomic
def correct(
    post: Post,
    *,
    by: User,
    note: str,
    version: int | None = None,
    remove_old: bool = False,
    at: datetime.datetime | None = None,
    words_now: bool = False,
) -> Post:
    """Releases the pending revision with a correction readers see.

    `remove_old`: the earlier wording is blanked in every entry, and so are the notes of earlier corrections, which
    may repeat it: readers see when a correction was made and who signed it. The audit keeps what they said.
    Without a pending revision the note alone is added, and readers keep their words. `words_now` as for `publish`.
    Raises NotAllowed, StaleState, WrongState, Invalid.
    """
    note = note.strip()
    check("correct", post, by=by, version=version, note=note)
    check_embargo(post)
    revision = post.latest_revision() if post.review else post.released_revision
    now = at or clock.now()
    check_ready(post, revision.content)
    if post.review:
        _check_second_read(post)
    if remove_old:
        lock_heads_of([post])
        _remove_notes(post)
    Correction.objects.create(
        post=post, revision=revision, at=now, note=note, by=by, signed=by.printed_byline() or NOBODY_NAMED
    )
    prepared = prepare(post, revision, at=now, words_now=words_now)
    if remove_old:
        blank_entries(post, at=now)
        lose_old_words(post, prepared.head, at=now)
    enter(post, prepared, Op.CORRECT, at=now, note=note)
    write_audit("correct", post, by=by, from_state=post.state, to_state=post.state, note=note)
    return post


def _remove_notes(post: Post) -> None:
    with translation.override(post.event.language):
        post.corrections.update(note=gettext("What was said here went with the words it spoke of."))


@transaction.atomic
def withdraw(post: Post, *, by: User | None, reason: str, version: int | None = None, note: str = "") -> Post:
    """Takes a post back everywhere: blanks the record's row and every earlier entry, and says why.

    `reason` is for readers, `note` for the desk; the audit keeps where readers met it that only the record knew, for
    whoever asks whether it is gone. Raises NotAllowed, StaleState, WrongState, Invalid.
    """
    reason = reason.strip()
    check("withdraw", post, by=by, version=version, reason=reason)
    lock_heads_of([post])
    row = ReleasedPost.objects.get(desk_id=post.pk)
    printed = {"organisations": organisations_of(row), "pictures": pictures_of(row)}
    take_back(post, at=clock.now(), op=Op.WITHDRAW, reason=reason, state=PostState.WITHDRAWN, pinned=False)
    told = "\n".join(filter(None, (reason, note.strip())))
    states = {"from_state": PostState.PUBLISHED, "to_state": post.state}
    write_audit("withdraw", post, by=by, note=told, after=printed, **states)
    return post


@transaction.atomic
def reinstate(post: Post, *, by: User, reason: str, version: int | None = None) -> Post:
    """Releases again, at its old place and address, what was withdrawn. Raises as `withdraw`."""
    reason, now = reason.strip(), clock.now()
    check("reinstate", post, by=by, version=version, reason=reason)
    check_embargo(post)
    prepared = prepare(post, post.released_revision, at=now)
    left = post.latest_revision().content != post.released_revision.content
    columns = {"state": PostState.PUBLISHED, "review": PostState.DRAFT if left else ""}
    enter(post, prepared, Op.REINSTATE, at=now, reason=reason, **columns)
    write_audit("reinstate", post, by=by, from_state=PostState.WITHDRAWN, to_state=post.state, note=reason)
    return post


def pin(post: Post, *, by: User, version: int | None = None) -> Post:
    """Puts a post above the others. Raises NotAllowed, StaleState, WrongState."""
    return _set_pinned(post, "pin", by, version)


def unpin(post: Post, *, by: User, version: int | None = None) -> Post:
    """Puts a pinned post back in its place. Raises as `pin`."""
    return _set_pinned(post, "unpin", by, version)


@transaction.atomic
def _set_pinned(post: Post, verb: str, by: User, version: int | None) -> Post:
    check(verb, post, by=by, version=version)
    lock_head(post.event)
    pinned = verb == "pin"
    if post.pinned == pinned:
        raise WrongState("This post is pinned already." if pinned else "This post is not pinned.")
    row = ReleasedPost.objects.select_related("head").get(desk_id=post.pk)
    advance(post, pinned=pinned)
    row.seq, row.pinned = take_seq(row.head), pinned
    row.save(update_fields=["seq", "pinned"])
    add_entry(row, Op.PIN if pinned else Op.UNPIN, at=clock.now(), html=row.fragment)
    write_audit(verb, post, by=by, from_state=post.state, to_state=post.state)
    return post


@transaction.atomic
def rerelease(post: Post, op: str = Op.UPDATE, *, blank: bool = False) -> bool:
    """Renders a published post's released revision anew: a picture is ready, what it prints was corrected.

    The post is read again under the head's lock, and its version stays: nobody changed it. Enters nothing and
    answers False if the post is not published or readers would see no difference. While everything is held no
    picture joins whose embargo ended since. `blank`: what it printed before is removed from every earlier entry, and
    needs `lock_heads_of`. Raises Invalid, StaleState.
    """
    lock_head(post.event)
    post = post_by_id(post.pk)
    row = ReleasedPost.objects.filter(desk_id=post.pk, withdrawn_at=None).first()
    if post.state != PostState.PUBLISHED or row is None:
        return False
    now = clock.now()
    prepared = prepare(post, post.released_revision, at=now, opened_by=post.event.held_since)
    if not _is_seen(prepared, row):
        return False
    if blank:
        blank_entries(post, at=now)
    enter(post, prepared, op, at=now, bump=False)
    write_audit("rerelease", post, by=None, from_state=post.state, to_state=post.state, note=str(op))
    return True


def _is_seen(prepared: Prepared, row: ReleasedPost) -> bool:
    """Whether readers or search engines would see a difference; only noted otherwise: which make of each they have."""
    old = list(row.picture_rows.all())
    if prepared.row.fragment != row.fragment:
        return True
    if [one.as_picture() for one in prepared.pictures] != [one.as_picture() for one in old]:
        return True
    for before, now in zip(old, prepared.pictures, strict=True):
        ReleasedPicture.objects.filter(pk=before.pk).update(edition=now.edition)
    return False
