"""The verbs between filing and release: submit, claim, take over, release the claim, send back, approve, spike."""

from django.db import transaction
from django.utils import timezone

from coverage.models import Post
from coverage.models.alert import AlertKind
from coverage.publishing.access import check_may, is_claimed_by_another
from coverage.publishing.alerts import settle
from coverage.publishing.anchors import NO_ANCHOR
from coverage.publishing.filing import check_says_something, snapshot
from coverage.publishing.head import lock_head
from coverage.publishing.transition import advance, change_state, check, check_version
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_chief
from newsroom.editorial.workflow import POST_VERBS


def submit(post: Post, *, by: User | None, version: int | None = None) -> Post:
    """Files a draft with the desk. Raises Invalid if it says nothing at all."""
    check("submit", post, by=by, version=version)
    check_says_something(snapshot(post))
    return change_state(
        "submit", post, by=by, version=version, columns={"submitted_at": timezone.now(), "note": ""}
    )


def claim(post: Post, *, by: User, version: int | None = None) -> Post:
    """Takes a filing into review under this editor's name."""
    return change_state("claim", post, by=by, version=version, columns={"claimed_by": by})


def release_claim(post: Post, *, by: User, version: int | None = None) -> Post:
    """Gives a filing back to the desk; by the editor who claimed it or a chief: another takes over."""
    return change_state("release-claim", post, by=by, version=version, columns={"claimed_by": None})


@transaction.atomic
def take_over(post: Post, *, by: User, present: bool, version: int | None = None) -> Post:
    """Puts the claim of an editor who is gone under this one's name; the audit keeps whose it was.

    `present`: the holder is at the desk now; then only a chief takes over. Raises NotAllowed, StaleState, WrongState.
    """
    check_may(by, POST_VERBS["claim"], post)
    check_version(post, version)
    holder = post.claimed_by
    if not is_claimed_by_another(post, by):
        raise WrongState("There is nothing to take over: nobody else has claimed this.")
    if present and not is_chief(by):
        raise NotAllowed(f"{holder.desk_name()} is here: ask her, or a chief editor, who may take it over.")
    if post.review:
        lock_head(post.event)
    advance(post, claimed_by=by)
    names = [{"claimed_by": one.pk, "name": one.get_username()} for one in (holder, by)]
    state = post.review or post.state
    write_audit("take-over", post, by=by, from_state=state, to_state=state, before=names[0], after=names[1])
    return post


@transaction.atomic
def send_back(post: Post, *, by: User, note: str, version: int | None = None) -> Post:
    """Returns a filing to its author with a note she sees."""
    note, approved = note.strip(), post.pinned_revision
    columns = {"note": note, "claimed_by": None, "pinned_revision": None}
    change_state("send-back", post, by=by, version=version, note=note, columns=columns)
    if approved:  # it counts as read no more
        approved.read_by = None
        approved.save(update_fields=["read_by"])
    return post


@transaction.atomic
def approve(post: Post, *, by: User, version: int | None = None) -> Post:
    """Approves the newest revision and pins it: a later edit voids the approval."""
    check("approve", post, by=by, version=version)
    latest = post.latest_revision()
    is_first = by.pk in (post.author_id, latest.by_id)
    if post.event.second_reader and is_first:
        raise NotAllowed(
            "This event asks for a second reader: neither the author nor the last editor may approve."
        )
    change_state("approve", post, by=by, version=version, columns={"pinned_revision": latest})
    latest.read_by = None if is_first else by  # after the locks of head and post, as everywhere
    latest.save(update_fields=["read_by"])
    return post


@transaction.atomic
def spike(post: Post, *, by: User | None, version: int | None = None) -> Post:
    """Puts an unpublished post aside; it can be brought back."""
    columns = {
        "claimed_by": None,
        "publish_at": None,
        **NO_ANCHOR,
        "pinned_revision": None,
        "state_before_schedule": "",
        "release_problem": "",
    }
    change_state("spike", post, by=by, version=version, columns=columns)
    settle(post, AlertKind.RELEASE)
    return post


def unspike(post: Post, *, by: User, version: int | None = None) -> Post:
    """Brings a spiked post back as a draft; what an editor spiked, only an editor."""
    return change_state("unspike", post, by=by, version=version)
