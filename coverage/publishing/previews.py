"""Preview links: somebody without an account looks at one revision of one post that readers do not have."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from coverage.models import Post, PreviewLink, Revision
from coverage.publishing.access import is_assigned
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import EditorialError, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.secret_links import digest_of, new_secret
from newsroom.editorial.states import PostState

LONGEST = timedelta(hours=24)
SEEN_AGAIN = timedelta(minutes=1)
TAKEN_BACK = (PostState.SPIKED, PostState.WITHDRAWN)


class NoPreview(EditorialError):
    """There is no such link, or it is over: which of the two is told to nobody."""

    code = "not_found"
    status = 404


def may_share(person: User, post: Post) -> bool:
    """Editors every post, an author her own while she covers its event."""
    if not person.is_active:
        return False
    return is_editor(person) or (post.author_id == person.pk and is_assigned(person, post.event))


def is_unreleased(post: Post, revision: Revision) -> bool:
    """Whether readers do not have it and still may: it is not released, nor older than what is, nor taken back."""
    if post.state in TAKEN_BACK:
        return False
    released = post.released_revision
    return released is None or revision.number > released.number


@transaction.atomic
def make_link(post: Post, *, by: User, lives: timedelta = LONGEST, at: datetime | None = None) -> str:
    """Makes a link to the newest revision and answers what its address ends with; it is kept nowhere.

    Effects: links that are over are deleted, the audit is written. Raises NotAllowed, and WrongState for a post that
    readers have as it stands, or that was spiked or withdrawn.
    """
    at = at or clock.now()
    if not may_share(by, post):
        raise NotAllowed(
            "A preview link is made by an editor, or by the post’s author while she covers its event."
        )
    revision = post.latest_revision()
    if not is_unreleased(post, revision):
        raise WrongState("There is nothing to preview: readers have these words, or the post was taken back.")
    PreviewLink.objects.filter(expires_at__lte=at).delete()
    secret = new_secret()
    ends = at + min(lives, LONGEST)
    PreviewLink.objects.create(
        post=post, revision=revision, digest=digest_of(secret), made_by=by, expires_at=ends
    )
    write_audit(
        "make preview link", post, by=by, note=f"revision {revision.number}, until {ends:%-d %b %H:%M} UTC"
    )
    return secret


@transaction.atomic
def revoke(link: PreviewLink, *, by: User) -> None:
    """Nobody sees anything by it any more. Writes the audit. Raises NotAllowed."""
    if not may_share(by, link.post):
        raise NotAllowed("A preview link is revoked by an editor, or by the post’s author.")
    seen = f"last looked at {link.seen_at:%-d %b %H:%M} UTC" if link.seen_at else "never looked at"
    note = f"revision {link.revision.number}, {seen}"
    link.delete()
    write_audit("revoke preview link", link.post, by=by, note=note)


def links_of(post: Post, *, at: datetime | None = None) -> QuerySet[PreviewLink]:
    """Those that have not ended, the first to end first, with who made them and of what."""
    open_ = PreviewLink.objects.filter(post=post, expires_at__gt=at or clock.now())
    return open_.select_related("made_by", "revision", "post__event")


def link_named(secret: str, *, at: datetime | None = None) -> PreviewLink:
    """The link whose address ends so; notes that somebody looked, once a minute.

    Raises NoPreview, with one sentence for all: unknown, ended, revoked, released or taken back meanwhile, or made by
    somebody who may share the post no more.
    """
    at = at or clock.now()
    related = ("made_by", "revision", "post__event", "post__released_revision")
    found = PreviewLink.objects.filter(digest=digest_of(secret), expires_at__gt=at)
    link = found.select_related(*related).first()
    if link is None or not is_unreleased(link.post, link.revision) or not may_share(link.made_by, link.post):
        raise NoPreview(
            "There is no preview here. It may have ended, or the link was cut: ask who sent it to you."
        )
    if link.seen_at is None or at - link.seen_at >= SEEN_AGAIN:
        PreviewLink.objects.filter(pk=link.pk).update(seen_at=at)
    return link
