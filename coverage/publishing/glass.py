"""Breaking the glass: publishing without the second reader an event asks for, and signing it off afterwards."""

from datetime import datetime, timedelta

from django.db import transaction

from coverage.models import GlassBreak, Post
from coverage.models.alert import AlertKind
from coverage.publishing.alerts import raise_about, settle
from coverage.publishing.head import lock_head
from coverage.publishing.publication import check_embargo, release_now
from coverage.publishing.transition import advance, check
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import NotAllowed, WrongState
from newsroom.editorial.people import User

# Within which somebody else must have read what went out.
SIGNED_WITHIN = timedelta(minutes=30)


@transaction.atomic
def break_glass(
    post: Post, *, by: User, reason: str, version: int | None = None, words_now: bool = False
) -> Post:
    """Publishes now, without a second reader: the newest revision, or the pending one of a published post.

    Effects: as `publication.publish`; the post is marked until somebody else signs it off (`sign_by`), which is due
    within thirty minutes. `reason` has at least ten characters. Raises NotAllowed, StaleState, WrongState, Invalid.
    """
    reason = reason.strip()
    check("break-glass", post, by=by, version=version, reason=reason)
    check_embargo(post)
    now, before = clock.now(), post.state
    release_now(post, now, words_now=words_now, sign_by=post.sign_by or now + SIGNED_WITHIN)
    GlassBreak.objects.create(post=post, revision=post.released_revision, by=by, at=now, reason=reason)
    write_audit("break-glass", post, by=by, from_state=before, to_state=post.state, note=reason)
    return post


@transaction.atomic
def sign_off(post: Post, *, by: User, version: int | None = None) -> Post:
    """Answers for all that went out without a second reader; by somebody who neither wrote nor released any of it.

    Raises NotAllowed, StaleState, WrongState.
    """
    check("sign-off", post, by=by, version=version)
    lock_head(post.event)
    unsigned = post.glass_breaks.filter(signed_at=None)
    hands = {hand for pair in unsigned.values_list("by", "revision__by") for hand in pair} | {post.author_id}
    if post.sign_by is None:
        raise WrongState("There is nothing to sign off: it was second-read, or somebody signed already.")
    if by.pk in hands:
        raise NotAllowed("Whoever wrote, last edited or released it cannot be its second reader.")
    advance(post, sign_by=None)
    unsigned.update(signed_by=by, signed_at=clock.now())
    settle(post, AlertKind.GLASS)
    write_audit("sign-off", post, by=by, from_state=post.state, to_state=post.state)
    return post


def alert_unsigned(*, at: datetime) -> int:
    """Raises an alert, once, for each post whose half hour is over; answers how many."""
    late = Post.objects.filter(sign_by__lte=at).select_related("event")
    return sum(
        raise_about(
            post,
            f"glass {post.pk} {post.sign_by:%Y-%m-%dT%H:%M:%S}",
            AlertKind.GLASS,
            "Not second-read for half an hour",
            text="It went out without a second reader. Somebody else has to read it and sign it off.",
        )
        for post in late
    )
