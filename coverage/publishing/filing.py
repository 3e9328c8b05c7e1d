"""Filing: a post is saved whole, every save is a revision, and only the fields a door names are changed."""

import datetime
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from coverage.models import Event, Keynote, Post, PostImage, PostSpeaker, Quote, Revision, Speaker
from coverage.models.alert import AlertKind
from coverage.models.markup import clean_html, plain_text
from coverage.publishing import guests
from coverage.publishing.access import is_assigned, may_edit
from coverage.publishing.alerts import settle
from coverage.publishing.anchors import NO_ANCHOR, reschedule
from coverage.publishing.head import lock_head
from coverage.publishing.transition import advance, check_version, lock_as_seen
from media.models import Image
from media.texts import fill_credit
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.states import PostState

COLUMNS = (
    "keynote",
    "outside_keynote",
    "kind",
    "headline",
    "body",
    "happened_at",
    "time_unknown",
    "key_event",
    "byline",
    "embargo_until",
    "position",
)
# A released post keeps its place: these count only before the first release.
EARLIEST = datetime.datetime(1990, 1, 1, tzinfo=datetime.UTC)
UNTIL_RELEASE = ("happened_at", "time_unknown", "position")


@transaction.atomic
def create_post(event: Event, *, by: User | None, post_id: uuid.UUID | None = None, **fields: Any) -> Post:
    """Makes a draft with its first revision. Raises NotAllowed if the person does not cover the event, Invalid.

    `by` None is an import: the post has no author.

    `fields`: any of COLUMNS, and `speakers` [Speaker], `quotes` [dict], `images` [{"image": Image, "caption"}].
    """
    if by is not None and not is_assigned(by, event):
        guests.check_event(by, event)
        raise NotAllowed("You are not assigned to this event: ask the desk.")
    post = Post(event=event, author=by, **({"id": post_id} if post_id else {}))
    _set_columns(post, fields)
    post.save(force_insert=True)
    _set_related(post, fields)
    _add_revision(post, by)
    write_audit("create", post, by=by, to_state=post.state)
    return post


@transaction.atomic
def update_post(post: Post, *, by: User, version: int | None = None, **fields: Any) -> Post:
    """Saves a new revision if anything changed, and nothing otherwise; fields as `create_post`.

    On a published post the revision is pending: readers keep the released one. On an approved post the approval
    is void and it returns to review; on a scheduled one the new revision takes the old one's place, unless the
    event asks for a second reader: then it returns to review, unscheduled.
    Raises NotAllowed, StaleState, WrongState, Invalid.
    """
    if not may_edit(by, post):
        if post.state == PostState.SPIKED:
            raise WrongState("This post is spiked: bring it back before changing it.")
        raise NotAllowed("You may not change this post now. Ask the desk.")
    check_version(post, version)
    if post.first_released_at or post.state == PostState.SCHEDULED:
        lock_head(post.event)
    lock_as_seen(post)
    before, aside = snapshot(post), _aside(post)
    state_before, embargo = post.state, post.embargo_until
    if post.first_released_at:
        fields = {name: value for name, value in fields.items() if name not in UNTIL_RELEASE}
    elif fields.get("happened_at") and fields["happened_at"] != post.happened_at:
        fields = {"position": None, "time_unknown": False, **fields}  # an imported post gets its real place
    _set_columns(post, fields)
    _set_related(post, fields)
    after = snapshot(post)
    if after == before and aside == _aside(post):
        return post
    columns = {name: getattr(post, name) for name in COLUMNS if name in fields or name == "outside_keynote"}
    advance_after_edit(post, columns, _add_revision(post, by))
    if embargo != post.embargo_until:
        _let_out(post, embargo, by)
    write_audit("edit", post, by=by, from_state=state_before, to_state=post.state, before=before, after=after)
    return post


def advance_after_edit(post: Post, columns: dict, revision: Revision) -> None:
    """Moves a post on to where its new revision has it stand, with other `columns`."""
    if post.state == PostState.APPROVED:
        advance(post, state=PostState.IN_REVIEW, pinned_revision=None, **columns)
    elif post.state == PostState.SCHEDULED and post.event.second_reader:
        off = {"publish_at": None, "state_before_schedule": "", "release_problem": "", **NO_ANCHOR}
        advance(post, state=PostState.IN_REVIEW, pinned_revision=None, **off, **columns)
        settle(post, AlertKind.RELEASE)
    elif post.state == PostState.SCHEDULED:
        back = post.state_before_schedule
        if back == PostState.APPROVED:  # what was approved is not what stands here now
            back = PostState.IN_REVIEW
        advance(post, pinned_revision=revision, state_before_schedule=back, release_problem="", **columns)
    elif post.state == PostState.PUBLISHED:
        advance(post, pinned_revision=None, review=review_after_edit(post, revision, post.review), **columns)
    else:
        advance(post, **columns)


def _let_out(post: Post, embargo: datetime.datetime | None, by: User) -> None:
    """A scheduled post that was kept back by its embargo alone until now is due now: readers did not have it before."""
    now = clock.now()
    if post.state == PostState.SCHEDULED and post.publish_at and embargo and post.publish_at <= now < embargo:
        reschedule(post, now, by=by)


def review_after_edit(post: Post, revision: Revision, before: str) -> str:
    """How far a pending revision has come that was `before`: an edit voids its approval; what readers have is none."""
    if revision.content == post.released_revision.content:
        return ""
    return {"": PostState.DRAFT, PostState.APPROVED: PostState.IN_REVIEW}.get(before, before)


def _aside(post: Post) -> tuple:
    """What a save may change that no reader sees."""
    return post.embargo_until, post.outside_keynote


def snapshot(post: Post) -> dict:
    """Everything a release prints, as JSON; reads the related rows from the database."""
    return {
        "keynote": post.keynote_id,
        "kind": post.kind,
        "headline": post.headline,
        "body": post.body,
        "happened_at": post.happened_at.astimezone(datetime.UTC).isoformat() if post.happened_at else None,
        "time_unknown": post.time_unknown,
        "key_event": post.key_event,
        "byline": post.printed_byline(),
        "speakers": list(
            PostSpeaker.objects.filter(post=post).order_by("order", "id").values_list("speaker_id", flat=True)
        ),
        "quotes": list(
            Quote.objects.filter(post=post)
            .order_by("order", "id")
            .values("speaker_id", "attribution", "text", "verbatim", "checked")
        ),
        "images": [
            {"image": str(image), "caption": caption}
            for image, caption in PostImage.objects.filter(post=post)
            .order_by("order", "id")
            .values_list("image_id", "caption")
        ],
    }


def check_says_something(content: dict) -> None:
    """Raises Invalid if a revision's content has no words, no quote and no picture."""
    if not (content["headline"] or plain_text(content["body"]) or content["quotes"] or content["images"]):
        raise Invalid({"body": ["The post is empty: write something, quote somebody or add a picture."]})


def _set_columns(post: Post, fields: dict) -> None:
    errors: dict[str, list[str]] = {}
    for name in COLUMNS:
        if name in fields:
            setattr(post, name, fields[name])
    post.outside_keynote = post.outside_keynote and post.keynote is None
    post.body = clean_html(post.body)
    post.headline = post.headline.strip()
    if post.happened_at and post.happened_at < EARLIEST:
        errors["happened_at"] = ["This time is too long ago to be right."]
    keynote: Keynote | None = post.keynote
    if keynote and keynote.event_id != post.event_id:
        errors["keynote"] = ["This keynote belongs to another event."]
    try:
        post.clean_fields(exclude=["author", "event", "pinned_revision", "released_revision", "claimed_by"])
    except ValidationError as refused:
        errors |= {name: [str(m) for m in sentences] for name, sentences in refused.message_dict.items()}
    if errors:
        raise Invalid(errors)


def _set_related(post: Post, fields: dict) -> None:
    if "speakers" in fields:
        _replace_speakers(post, fields["speakers"])
    if "quotes" in fields:
        _replace_quotes(post, fields["quotes"])
    if "images" in fields:
        _replace_images(post, fields["images"])


def _replace_speakers(post: Post, speakers: list[Speaker]) -> None:
    PostSpeaker.objects.filter(post=post).delete()
    unique = list(dict.fromkeys(speakers))
    PostSpeaker.objects.bulk_create(
        PostSpeaker(post=post, speaker=speaker, order=order) for order, speaker in enumerate(unique)
    )


def _replace_quotes(post: Post, quotes: list[dict]) -> None:
    rows = [Quote(post=post, order=order, **quote) for order, quote in enumerate(quotes)]
    for row in rows:
        row.text = plain_text(row.text)
        row.attribution = row.attribution.strip()
        if not row.text:
            raise Invalid({"quotes": ["A quote has no words."]})
        if not row.speaker_id and not row.attribution:
            raise Invalid({"quotes": ["Say who said it: a speaker, or “a panellist, not identified”."]})
    Quote.objects.filter(post=post).delete()
    Quote.objects.bulk_create(rows)


def _replace_images(post: Post, images: list[dict]) -> None:
    had = set(PostImage.objects.filter(post=post).values_list("image_id", flat=True))
    PostImage.objects.filter(post=post).delete()
    unique: dict[uuid.UUID, dict] = {}
    for item in images:
        image: Image = item["image"]
        unique.setdefault(image.pk, item)
    PostImage.objects.bulk_create(
        PostImage(post=post, image=item["image"], caption=item.get("caption", ""), order=order)
        for order, item in enumerate(unique.values())
    )
    for image_id in sorted(unique.keys() - had):  # one order: two filings never wait for each other for ever
        fill_credit(image_id, default=post.event.default_credit)


def _add_revision(post: Post, by: User | None) -> Revision:
    last = post.latest_revision()
    number = last.number + 1 if last else 1
    return Revision.objects.create(post=post, number=number, by=by, content=snapshot(post))
