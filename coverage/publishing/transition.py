"""The one way a post changes state: UPDATE … WHERE id AND state AND version, one row or StaleState."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from coverage.models import Post
from coverage.publishing.access import check_may
from coverage.publishing.head import lock_head
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, StaleState
from newsroom.editorial.people import User
from newsroom.editorial.workflow import POST_VERBS, Verb

STALE = "Somebody changed this post after you opened it. Look at it as it stands now and decide again."


def check(verb_name: str, post: Post, *, by: User | None, version: int | None, **takes: Any) -> Verb:
    """Raises NotAllowed, StaleState, WrongState or Invalid, in that order. `by` None is the system.

    `version` is the one the person saw; None: the one `post` was loaded with.
    """
    verb = POST_VERBS[verb_name]
    if by is not None:
        check_may(by, verb, post)
    check_version(post, version)
    verb.check_source(post.state, review=post.review, second_reader=post.event.second_reader)
    _check_takes(verb, takes)
    return verb


def _check_takes(verb: Verb, takes: dict[str, Any]) -> None:
    given = {name: str(takes.get(name) or "").strip() for name in verb.takes}
    errors = {
        name: [f"“{verb.label}” needs a {name.replace('_', ' ')}."]
        for name, required in verb.takes.items()
        if required and not given[name]
    }
    for name, least in verb.least.items():
        if name not in errors and len(given[name]) < least:
            errors[name] = [f"Say it in at least {least} characters."]
    if errors:
        raise Invalid(errors)


def check_version(post: Post, version: int | None) -> None:
    """Raises StaleState if the person saw another version than the one loaded."""
    if version is not None and version != post.version:
        raise StaleState(STALE)


def lock_as_seen(post: Post) -> None:
    """Locks the row until the transaction ends. Raises StaleState if it is not as it was loaded any more.

    For what changes a post's other rows before it moves the post on; after the head's lock, as `advance`.
    """
    seen = Post.objects.filter(pk=post.pk, state=post.state, version=post.version)
    if not list(seen.select_for_update(no_key=True).values_list("pk")):
        raise StaleState(STALE)


def advance(post: Post, *, state: str | None = None, bump: bool = True, **columns: Any) -> None:
    """Moves the row on, by one version if `bump`, or raises StaleState if another was faster.

    Call inside a transaction; for a released post after taking the head's lock (`head.lock_head`).
    """
    columns = {"state": state or post.state, "updated_at": timezone.now(), **columns}
    rows = Post.objects.filter(pk=post.pk, state=post.state, version=post.version).update(
        version=F("version") + int(bump), **columns
    )
    if rows != 1:
        raise StaleState(STALE)
    post.version += bump
    for name, value in columns.items():
        setattr(post, name, value)


@transaction.atomic
def change_state(
    verb_name: str,
    post: Post,
    *,
    by: User | None,
    version: int | None = None,
    note: str = "",
    columns: dict[str, Any] | None = None,
) -> Post:
    """A verb that only moves a post, or the pending revision of a published one, along the workflow.

    Checks, moves, writes the audit with the note.
    """
    verb = check(verb_name, post, by=by, version=version, note=note)
    before = post.review or post.state
    if post.review:
        lock_head(post.event)
        advance(post, review=verb.target, **(columns or {}))
    else:
        advance(post, state=verb.target, **(columns or {}))
    write_audit(verb.name, post, by=by, from_state=before, to_state=verb.target, note=note)
    return post
