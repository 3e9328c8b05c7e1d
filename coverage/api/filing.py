"""A post under the client's own UUID: made or changed, and filed, in one transaction with its receipt."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError
from django.http import Http404

from coverage.api.naming import event_named, fields_named
from coverage.api.post_shapes import answer_for
from coverage.models import Post
from coverage.publishing import filing, guests, review
from coverage.publishing.access import posts_for
from newsroom.editorial.crash import crash_at
from newsroom.editorial.errors import Invalid, StaleState
from newsroom.editorial.people import User
from newsroom.editorial.receipts import once
from newsroom.editorial.states import PostState

Answer = tuple[int, dict]


def post_in_reach(person: User, post_id: UUID) -> Post:
    """A post with what the verbs need of it. Raises Http404 if it is not hers to see."""
    post = posts_for(person).select_related("event", "author", "pinned_revision", "released_revision")
    found = post.filter(pk=post_id).first()
    if found is None:
        guests.check_post(person, post_id)
        raise Http404
    return found


def put_post(person: User, post_id: UUID, data: dict, key: str) -> Answer:
    """201 or 200 with the post as it stands; a repeat of the same `key` gets the first answer.

    Raises Http404 for another person's UUID, NotAllowed, WrongState, Invalid, and StaleState with `current`.
    """
    with telling_current(post_id):
        answer = _again_if_lost(lambda: once(person, key, lambda: _save(person, post_id, data)))
    crash_at("filing.committed")
    return answer


def _again_if_lost(work: Callable[[], Answer]) -> Answer:
    """Two different first PUTs of one UUID at once: the one that comes second finds the post, and changes it."""
    try:
        return work()
    except IntegrityError:
        return work()


def _save(person: User, post_id: UUID, data: dict) -> Answer:
    version, taken = data.get("version"), Post.objects.filter(pk=post_id).exists()
    if not taken and version:
        raise Http404  # she saw a version of something that is not here
    status, post = (200, _update(person, post_id, data)) if taken else (201, _create(person, post_id, data))
    if data.get("submit") and post.state == PostState.DRAFT:
        review.submit(post, by=person)
    crash_at("filing.saved")
    return status, answer_for(post_id)


def _create(person: User, post_id: UUID, data: dict) -> Post:
    event = event_named(data, person)
    return filing.create_post(event, by=person, post_id=post_id, **fields_named(data, by=person, event=event))


def _update(person: User, post_id: UUID, data: dict) -> Post:
    post = post_in_reach(person, post_id)
    if data.get("event", post.event.slug) != post.event.slug:
        raise Invalid({"event": [f"This post belongs to “{post.event.slug}” and stays there."]})
    named = fields_named(data, by=person, event=post.event)
    return filing.update_post(post, by=person, version=data.get("version"), **named)


@contextmanager
def telling_current(post_id: UUID) -> Iterator[None]:
    """Adds the post as it stands to a StaleState, read after the transaction is undone."""
    try:
        yield
    except StaleState as stale:
        stale.extra = {"current": answer_for(post_id)}
        raise
