"""Release: the one door from the desk to the record. Every entry readers ever see is written here.

The order inside a transaction: lock the event's head, check, render, move the post, and last take the number.
"""

import datetime
import secrets
import string
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from coverage.models import Event, Post, Revision
from coverage.publishing import billing, cards, places, wrap_losses
from coverage.publishing.filing import check_says_something
from coverage.publishing.head import lock_head, lock_heads, take_seq
from coverage.publishing.leading_on import let_go, people_paths
from coverage.publishing.transition import advance
from coverage.record import documents
from coverage.record.described import describe
from coverage.record.fragment import render_post
from coverage.record.models import (
    EventHead,
    Release,
    ReleasedPicture,
    ReleasedPost,
    ReleasedSpeaker,
    ShareCard,
    WithdrawnFolder,
)
from newsroom.editorial.crash import crash_at
from newsroom.editorial.errors import Invalid, WrongState
from newsroom.editorial.states import EventState

PUBLIC_ID_ALPHABET = string.ascii_lowercase + string.digits
CLOCK_ERROR = datetime.timedelta(minutes=5)  # how far a clock may be ahead of ours
PLACES = 1000  # positions in one millisecond: the tie counter


@dataclass
class Prepared:
    """A post's rows as they would stand after its release, rendered and not yet saved."""

    head: EventHead
    row: ReleasedPost
    revision: Revision
    pictures: list[ReleasedPicture]
    speakers: list[ReleasedSpeaker]
    named: list[ReleasedSpeaker]  # by what readers have at present


def prepare(
    post: Post,
    revision: Revision,
    *,
    at: datetime.datetime,
    words_now: bool = False,
    opened_by: datetime.datetime | None = None,
) -> Prepared:
    """Locks the event's head, and composes: places and numbers are given to one release at a time. As `compose`."""
    return compose(lock_head(post.event), post, revision, at=at, words_now=words_now, opened_by=opened_by)


def compose(
    head: EventHead,
    post: Post,
    revision: Revision,
    *,
    at: datetime.datetime,
    words_now: bool = False,
    opened_by: datetime.datetime | None = None,
) -> Prepared:
    """Gathers and renders what a release of this revision at `at` (UTC) would show. Writes nothing, locks nothing.

    `words_now`: pictures without credit or alternative text are left out until they are complete. `opened_by`: so
    are those whose embargo ended later (UTC).
    Raises WrongState while the event is a draft, Invalid for what readers may not see yet.
    """
    if head.state == EventState.DRAFT:
        raise WrongState("The event is still a draft: announce it first, then publish.")
    content = revision.content
    check_says_something(content)
    row = ReleasedPost.objects.filter(desk_id=post.pk).first() or ReleasedPost(
        head=head, desk_id=post.pk, public_id=new_public_id(), released_at=at
    )
    named = {speaker.speaker: speaker for speaker in row.speakers.all()} if row.pk else {}
    billed = billing.bill(post, content, head, named)
    pictures = _pictures(post, row, content, at=at, words_now=words_now, opened_by=opened_by)
    happened_at = content["happened_at"] and datetime.datetime.fromisoformat(content["happened_at"])
    if happened_at and happened_at > at + CLOCK_ERROR:
        raise Invalid({"happened_at": ["This time has not come yet: correct it, or schedule the post."]})
    row.keynote, row.keynote_title, row.sponsor = billed.keynote, billed.keynote_title, billed.sponsor
    row.kind, row.headline, row.body = content["kind"], content["headline"], content["body"]
    row.byline, row.key_event, row.quotes = content["byline"], content["key_event"], billed.quotes
    row.happened_at = happened_at or (None if content["time_unknown"] else row.released_at)
    row.corrections = [
        {"at": c.at.isoformat(), "note": c.note, "signed": c.signed}
        for c in post.corrections.order_by("at", "id")
    ]
    row.pinned, row.changed_at, row.withdrawn_at, row.reason = post.pinned, at, None, ""
    row.position = row.position or post.position or place(post, happened_at or row.released_at)
    seen = [picture.as_picture() for picture in pictures]
    row.fragment = render_post(row, head, seen, billed.speakers)
    describe(row, head, seen)
    return Prepared(head, row, revision, pictures, billed.speakers, [*named.values()])


def pictures_to_show(post: Post, revision: Revision, *, at: datetime.datetime) -> list[ReleasedPicture]:
    """The pictures alone of what `compose` gathers with `words_now`; renders nothing."""
    row = ReleasedPost.objects.filter(desk_id=post.pk).first()
    return _pictures(post, row, revision.content, at=at, words_now=True)


def enter(
    post: Post,
    prepared: Prepared,
    op: str,
    *,
    at: datetime.datetime,
    note: str = "",
    reason: str = "",
    bump: bool = True,
    **columns: Any,
) -> None:
    """Moves the post (guarded), replaces its rows in the record and enters the change under the next number.

    `bump` False: nobody changed the post, only how it is printed; its version stays.
    """
    row, head = prepared.row, prepared.head
    folders = _folders(row)
    let_go(people_paths(prepared.named, head) - people_paths(prepared.speakers, head), head)
    crash_at("release.prepared")
    again = prepared.revision.pk == post.released_revision_id  # what is pending waits as before
    advance(
        post,
        bump=bump,
        public_id=row.public_id,
        position=row.position,
        first_released_at=row.released_at,
        released_revision=prepared.revision,
        **(columns if again else {"pinned_revision": None, "review": ""} | columns),
    )
    row.seq = take_seq(head)
    row.save()
    row.picture_rows.all().delete()
    row.speakers.all().delete()
    for children in (prepared.pictures, prepared.speakers):
        for order, child in enumerate(children):
            child.post, child.order = row, order
    ReleasedPicture.objects.bulk_create(prepared.pictures)
    places.keep(prepared.pictures, at=at)
    ReleasedSpeaker.objects.bulk_create(prepared.speakers)
    crash_at("release.half")
    documents.keep_post(row, prepared.pictures, prepared.speakers)
    cards.settle_post(row, head, [one.as_picture() for one in prepared.pictures], at=at)
    _remember_gone(folders, at, head)
    add_entry(row, op, at=at, html=row.fragment, note=note, reason=reason)
    crash_at("release.entered")


def take_back(post: Post, *, at: datetime.datetime, op: str, reason: str, **columns: Any) -> None:
    """Moves the post (guarded), blanks its row, its pictures and every earlier entry, and enters that it is gone.

    Needs `lock_heads_of`.
    """
    row = ReleasedPost.objects.select_related("head").get(desk_id=post.pk)
    folders = _folders(row)
    let_go(people_paths(row.speakers.all(), row.head), row.head)
    advance(post, pinned_revision=None, review="", **columns)
    row.seq = take_seq(row.head)
    blank_entries(post, at=at)
    wrap_losses.lose(row.public_id, why=reason, at=at)
    row.picture_rows.all().delete()
    row.speakers.all().delete()
    documents.forget_post(row)
    crash_at("withdrawal.half")
    row.fragment = row.body = row.headline = row.byline = row.keynote = row.keynote_title = row.sponsor = ""
    row.quotes, row.corrections, row.pinned, row.key_event, row.happened_at = [], [], False, False, None
    row.withdrawn_at = row.changed_at = at
    row.reason = reason
    describe(row, row.head, [])
    row.save()
    cards.discard(ShareCard.objects.filter(post=row), at=at, withdrawn=True)
    _remember_gone(folders, at, row.head, withdrawn=True)
    add_entry(row, op, at=at, html=None, reason=reason)


def add_entry(row: ReleasedPost, op: str, *, at: datetime.datetime, html: str | None, **texts: str) -> None:
    """Appends the entry of a post's row under the number it has just taken."""
    Release.objects.create(
        head=row.head,
        seq=row.seq,
        op=op,
        public_id=row.public_id,
        position=row.position,
        at=at,
        html=html,
        **texts,
    )


def add_header_entry(head: EventHead, part: str, html: str, *, at: datetime.datetime) -> None:
    """Appends an entry for the page's `head` or `programme`."""
    Release.objects.create(head=head, seq=take_seq(head), op="header", part=part, at=at, html=html)


def lock_heads_of(posts: Iterable[Post]) -> None:
    """The heads of their events, and of every event they have stood in, in the order of `lock_heads`."""
    posts = list(posts)
    events = {post.event_id for post in posts} | events_with_entries(posts)
    lock_heads(Event.objects.filter(pk__in=events))


def events_with_entries(posts: Iterable[Post]) -> set[int]:
    """The keys of the events with an entry of one of these posts: a post may have moved."""
    said = Release.objects.filter(public_id__in=[post.public_id for post in posts if post.public_id])
    return {*said.values_list("head__desk_id", flat=True)}


def blank_entries(post: Post, *, at: datetime.datetime) -> None:
    """Removes a post's words from every entry made so far; numbers and times stay.

    Its own event takes a number for what is said of it next. An event it has moved from takes one for its unchanged
    head: what was cached under its last number is stale. Needs `lock_heads_of`.
    """
    says = Q(html__isnull=False) | ~Q(note="")
    entries = Release.objects.filter(says, public_id=post.public_id)
    left = entries.exclude(head__desk_id=post.event_id).values("head")
    _number(EventHead.objects.filter(pk__in=left), at)
    entries.update(html=None, note="", blanked=True)


def _number(heads: QuerySet[EventHead], at: datetime.datetime) -> None:
    """A number for each that readers know, and nothing new under it."""
    for head in heads.exclude(state=EventState.DRAFT).order_by("desk_id"):
        add_header_entry(head, "head", head.head_fragment, at=at)


def events_that_showed(folders: set[str]) -> set[int]:
    """The keys of the events one of whose entries shows a file of these folders."""
    return {key for folder in folders for key in _showing(folder).values_list("head__desk_id", flat=True)}


def blank_pictures(folders: set[str], *, at: datetime.datetime, numbered: set[int]) -> None:
    """Removes the HTML of every entry that shows a file of these folders, also of posts that show it no more.

    What was cached under an event's last number is stale then: an event that took none for this, since none of its
    posts shows the picture now (`numbered` are the keys of those that did), takes one for its unchanged head.
    """
    _number(EventHead.objects.filter(desk_id__in=events_that_showed(folders) - numbered), at)
    for folder in folders:
        _showing(folder).update(html=None, blanked=True)


def _showing(folder: str) -> QuerySet[Release]:
    return Release.objects.filter(html__contains=f"/{folder}/")


def mark_withdrawn(images: Iterable[uuid.UUID]) -> None:
    """Lets the old addresses of these images say so, also of files that were replaced long before."""
    WithdrawnFolder.objects.filter(image__in=images).update(withdrawn=True)


def place(post: Post, moment: datetime.datetime) -> int:
    """The first free position at a moment: UTC milliseconds × 1000 + a tie counter. Needs the head's lock."""
    first = round(moment.timestamp() * 1000) * PLACES
    posts = Post.objects.filter(event=post.event_id)
    taken = posts.filter(position__gte=first, position__lt=first + PLACES).order_by("-position")
    last = taken.values_list("position", flat=True).first()
    free = first if last is None else last + 1
    while free >= first + PLACES and posts.filter(position=free).exists():  # a full millisecond
        free += 1
    return free


def new_public_id() -> str:
    """Ten random characters a-z0-9, given at first release: an id made earlier would tell when it was written."""
    return "".join(secrets.choice(PUBLIC_ID_ALPHABET) for _ in range(10))


def _pictures(post: Post, row: ReleasedPost | None, content: dict, **rules: Any) -> list[ReleasedPicture]:
    rows = row.picture_rows.all() if row and row.pk else ()
    shown = {str(picture.image): picture for picture in rows}
    return billing.pictures(content, shown, settled=_settled(post), **rules)


def _settled(post: Post) -> frozenset[str]:
    """The images of the revision readers have, whether they see them or not."""
    content = post.released_revision.content if post.released_revision_id else {"images": []}
    return frozenset(item["image"] for item in content["images"])


def _folders(row: ReleasedPost) -> dict[str, uuid.UUID]:
    """Whose files it shows, by their folder."""
    rows = row.picture_rows.exclude(folder="") if row.pk else ReleasedPicture.objects.none()
    return dict(rows.values_list("folder", "image"))


def _remember_gone(
    folders: dict[str, uuid.UUID], at: datetime.datetime, head: EventHead, *, withdrawn: bool = False
) -> None:
    """Lets the addresses in these folders answer 410, but for those some post still shows."""
    still_shown = set(ReleasedPicture.objects.filter(folder__in=[*folders]).values_list("folder", flat=True))
    WithdrawnFolder.objects.bulk_create(
        [
            WithdrawnFolder(folder=folder, image=image, at=at, withdrawn=withdrawn, head=head)
            for folder, image in folders.items()
            if folder not in still_shown
        ],
        update_conflicts=True,
        unique_fields=["folder"],
        update_fields=["image", "at", "withdrawn", "head"],
    )
