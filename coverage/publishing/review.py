"""The verbs between filing and release: submit, claim, release the claim, send back, approve, spike, bring back."""

from django.db import transaction
from django.utils import timezone

from coverage.models import Post
from coverage.publishing.anchors import NO_ANCHOR
from coverage.publishing.filing import check_says_something, snapshot
from coverage.publishing.transition import change_state, check
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User


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
    return change_state("release-claim", post, by=by, version=version, columns={"claimed_by": None})


def send_back(post: Post, *, by: User, note: str, version: int | None = None) -> Post:
    """Returns a filing to its author with a note she sees."""
    note = note.strip()
    columns = {"note": note, "claimed_by": None, "pinned_revision": None}
    return change_state("send-back", post, by=by, version=version, note=note, columns=columns)


@transaction.atomic
def approve(post: Post, *, by: User, version: int | None = None) -> Post:
    """Approves the newest revision and pins it: a later edit voids the approval."""
    check("approve", post, by=by, version=version)
    latest = post.latest_revision()
    if post.event.second_reader and by.pk in (post.author_id, latest.by_id):
        raise NotAllowed(
            "This event asks for a second reader: neither the author nor the last editor may approve."
        )
    return change_state("approve", post, by=by, version=version, columns={"pinned_revision": latest})


def spike(post: Post, *, by: User, version: int | None = None) -> Post:
    """Puts an unpublished post aside; it can be brought back."""
    columns = {
        "claimed_by": None,
        "publish_at": None,
        **NO_ANCHOR,
        "pinned_revision": None,
        "state_before_schedule": "",
        "release_problem": "",
    }
    return change_state("spike", post, by=by, version=version, columns=columns)


def unspike(post: Post, *, by: User, version: int | None = None) -> Post:
    """Brings a spiked post back as a draft; what an editor spiked, only an editor."""
    return change_state("unspike", post, by=by, version=version)
