"""Writing a wrap: chosen posts copied as paragraphs, changed by hand, their new words taken or ours kept.

Nothing here reaches readers: `articles` publishes. Every verb takes the version the person saw.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from coverage.models import Event, Post, Wrap, WrapParagraph
from coverage.models.markup import clean_html
from coverage.models.wrap import ParagraphKind
from coverage.publishing.access import may_publish
from coverage.publishing.head import lock_head, lock_heads
from coverage.publishing.wrap_sources import Copy, Source, columns_of, copies_of, lacking, sources_of
from coverage.record.models import EventHead, ReleasedPost
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, StaleState, WrongState
from newsroom.editorial.people import User

STALE = "Somebody changed this wrap after you opened it. Look at it as it stands now and decide again."
MOST_POSTS = 200
MOST_PARAGRAPHS = 600
LENGTHS = {"headline": 200, "byline": 120}


class Written(NamedTuple):
    """A paragraph as a form has it: `key` None is a new one, a text without a post. Others keep quote and picture."""

    key: int | None
    heading: str = ""
    body: str = ""


def check_may(by: User, event: Event) -> None:
    """Raises NotAllowed unless the person may publish at the event."""
    if not (by.is_active and may_publish(by, event)):
        raise NotAllowed("The wrap is for whoever may publish at this event.")


def lock(wrap: Wrap, version: int | None) -> tuple[EventHead, Wrap]:
    """The heads of its event and of every source's, and then the wrap's row as it stands, locked until the transaction
    ends; version None: any. Answers its event's head. Raises StaleState.

    What a source says and whether its words were removed is read after this, or a removal between is undone.
    """
    heads = lock_heads([wrap.event, *_events(wrap)])
    standing = Wrap.objects.select_for_update(of=("self",)).select_related("event").get(pk=wrap.pk)
    moved = not {event.pk for event in _events(wrap)} <= heads.keys()  # a source, meanwhile
    if moved or (version is not None and standing.version != version):
        raise StaleState(STALE)
    return heads[wrap.event_id], standing


def _events(wrap: Wrap) -> list[Event]:
    posts = Post.objects.filter(wrap_paragraphs__wrap=wrap)
    return list(Event.objects.filter(pk__in=posts.values("event")))


def advance(wrap: Wrap, **columns: Any) -> None:
    """Moves a locked row on by one version."""
    columns = {"updated_at": timezone.now(), **columns}
    Wrap.objects.filter(pk=wrap.pk).update(version=F("version") + 1, **columns)
    wrap.refresh_from_db()


@transaction.atomic
def make_draft(event: Event, posts: Iterable[UUID | str], *, by: User) -> Wrap:
    """Makes the event's wrap of what readers have of these posts now, oldest first.

    Raises NotAllowed, WrongState if there is one already, Invalid for posts that are not there.
    """
    check_may(by, event)
    lock_head(event)
    rows = _rows(event, posts)
    wrap, made = Wrap.objects.get_or_create(
        event=event, defaults={"byline": by.printed_byline(), "edited_by": by}
    )
    if not made:
        raise WrongState("This event has a wrap already: add the posts to it.")
    _put(wrap, [paragraph for row in rows for paragraph in _copied(wrap, row, copies_of(row))])
    write_audit("draft", wrap, by=by, to_state=wrap.state, after={"posts": [row.public_id for row in rows]})
    return wrap


@transaction.atomic
def add_posts(wrap: Wrap, posts: Iterable[UUID | str], *, by: User, version: int | None = None) -> Wrap:
    """Copies more posts into it, each before the first paragraph of a later one.

    Of those in it already it copies what no paragraph has, after their last one.

    Raises NotAllowed, StaleState, Invalid.
    """
    check_may(by, wrap.event)
    _, wrap = lock(wrap, version)
    rows = _rows(wrap.event, posts)
    paragraphs = list(wrap.paragraphs.select_related("post"))
    added = []
    for row in rows:
        hers = [n for n, one in enumerate(paragraphs) if one.post_id == row.desk_id]
        parts = lacking([paragraphs[n] for n in hers], row)
        place = hers[-1] + 1 if hers else _place(row, paragraphs)
        paragraphs[place:place] = _copied(wrap, row, parts)
        added += [row] * bool(parts)
    if added:
        _put(wrap, paragraphs)
        advance(wrap, pending=True, edited_by=by)
        write_audit("add-posts", wrap, by=by, after={"posts": [row.public_id for row in added]})
    return wrap


def _place(row: ReleasedPost, paragraphs: Sequence[WrapParagraph]) -> int:
    later = (n for n, one in enumerate(paragraphs) if one.post and one.post.position > row.position)
    return next(later, len(paragraphs))


@transaction.atomic
def save(
    wrap: Wrap,
    *,
    by: User,
    version: int | None = None,
    headline: str,
    standfirst: str,
    byline: str,
    paragraphs: Sequence[Written],
) -> Wrap:
    """Saves it as a form has it: paragraphs in this order, those not named are deleted. No change saves nothing.

    HTML is cleaned here, once. A withdrawn wrap is saved, too: it can be reinstated.
    Raises NotAllowed, StaleState, Invalid.
    """
    check_may(by, wrap.event)
    columns = {"headline": _line(headline), "standfirst": _line(standfirst), "byline": _line(byline)}
    _check_lengths(columns, paragraphs)
    _, wrap = lock(wrap, version)
    standing = {one.pk: one for one in wrap.paragraphs.all()}
    before = _as_saved(wrap, standing.values())
    written = [_written(wrap, one, standing) for one in paragraphs if one.key is None or one.key in standing]
    for name, value in columns.items():
        setattr(wrap, name, value)
    after = _as_saved(wrap, written)
    if before == after and all(one.pk for one in written):
        return wrap
    kept = {one.pk for one in written if one.pk}
    wrap.paragraphs.exclude(pk__in=kept).delete()
    _put(wrap, written)
    advance(wrap, **columns, pending=True, edited_by=by)
    write_audit("edit", wrap, by=by, before=before, after=after)
    return wrap


def take_words(wrap: Wrap, post: UUID | str, *, by: User, version: int | None = None) -> Wrap:
    """Puts what a post says now in the place of what was copied of it; what it does not have any more is deleted.

    Raises NotAllowed, StaleState, WrongState if there is nothing to take.
    """
    return _settle("take-words", wrap, post, by, version)


def keep_words(wrap: Wrap, post: UUID | str, *, by: User, version: int | None = None) -> Wrap:
    """Decides that the paragraphs of a post stand as they are, though it was corrected or changed since.

    Raises as `take_words`; WrongState also for words that were removed from the post.
    """
    return _settle("keep-words", wrap, post, by, version)


@transaction.atomic
def _settle(verb: str, wrap: Wrap, post: UUID | str, by: User, version: int | None) -> Wrap:
    check_may(by, wrap.event)
    _, wrap = lock(wrap, version)
    source = next((one for one in sources_of(wrap) if str(one.post.pk) == str(post)), None)
    if source is None or not source.is_news:
        raise WrongState("Nothing of this post has changed since its words were copied.")
    if source.is_withdrawn:
        raise WrongState("This post was withdrawn: delete its paragraphs.")
    if verb == "keep-words" and any(one.words_removed for one in source.paragraphs):
        raise WrongState(
            "These words were removed from their post: take the new ones, or delete the paragraph."
        )
    changed = _take(source) if verb == "take-words" else _keep(source)
    advance(wrap, pending=True, **({"edited_by": by} if changed else {}))
    write_audit(verb, wrap, by=by, note=source.row.title or source.row.public_id)
    return wrap


def _take(source: Source) -> bool:
    new = {one.paragraph.pk: one.new for one in source.differences}
    for paragraph in source.paragraphs:
        words = new.get(paragraph.pk, paragraph.copied)
        if words is None:
            paragraph.delete()
            continue
        if paragraph.pk in new or paragraph.words_removed:
            paragraph.kept_alone = False
            for name, value in columns_of(words).items():
                setattr(paragraph, name, value)
        _seen(paragraph, source, words)
    return True


def _keep(source: Source) -> bool:
    new = {one.paragraph.pk: one.new for one in source.differences}
    for paragraph in source.paragraphs:
        words = new.get(paragraph.pk, paragraph.copied)
        if words is None:
            paragraph.kept_alone = True
        _seen(paragraph, source, words or paragraph.copied)
    return False


def _seen(paragraph: WrapParagraph, source: Source, copied: dict) -> None:
    paragraph.copied, paragraph.words_removed = copied, False
    paragraph.corrections_seen = len(source.row.corrections)
    paragraph.save()


def _rows(event: Event, posts: Iterable[UUID | str]) -> list[ReleasedPost]:
    """What readers have of these posts of the event, oldest first."""
    keys = list(dict.fromkeys(str(key) for key in posts))
    if not keys:
        raise Invalid({"posts": ["Choose at least one post."]})
    if len(keys) > MOST_POSTS:
        raise Invalid({"posts": [f"At most {MOST_POSTS} posts: you chose {len(keys)}."]})
    rows = ReleasedPost.objects.live().filter(head__desk_id=event.pk, desk_id__in=_uuids(keys))
    found = list(rows.oldest_first().prefetch_related("picture_rows"))
    if not found:
        raise Invalid({"posts": ["None of these posts is with readers any more: choose again."]})
    return found


def _uuids(keys: Iterable[str]) -> list[UUID]:
    found = []
    for key in keys:
        try:
            found.append(UUID(key))
        except ValueError:
            continue
    return found


def _copied(wrap: Wrap, row: ReleasedPost, parts: Iterable[Copy]) -> list[WrapParagraph]:
    """Unsaved paragraphs with parts of what the row says."""
    post = Post(pk=row.desk_id, position=row.position)
    return [
        WrapParagraph(
            wrap=wrap,
            kind=kind,
            post=post,
            copied=words,
            corrections_seen=len(row.corrections),
            **columns_of(words),
        )
        for kind, words in parts
    ]


def _put(wrap: Wrap, paragraphs: Sequence[WrapParagraph]) -> None:
    """Saves them in this order. Raises Invalid for more than a page holds."""
    if len(paragraphs) > MOST_PARAGRAPHS:
        raise Invalid({"paragraphs": [f"At most {MOST_PARAGRAPHS} paragraphs: these are {len(paragraphs)}."]})
    for order, paragraph in enumerate(paragraphs):
        paragraph.order = order
    WrapParagraph.objects.bulk_create([one for one in paragraphs if one.pk is None])
    old = [one for one in paragraphs if not one._state.adding]
    WrapParagraph.objects.bulk_update(old, ["order", "heading", "body"], batch_size=100)


def _written(wrap: Wrap, given: Written, standing: dict[int, WrapParagraph]) -> WrapParagraph:
    paragraph = standing[given.key] if given.key else WrapParagraph(wrap=wrap)
    if paragraph.kind == ParagraphKind.TEXT:
        paragraph.heading, paragraph.body = _line(given.heading), clean_html(given.body)
    return paragraph


def _check_lengths(columns: dict[str, str], paragraphs: Sequence[Written]) -> None:
    errors = {
        name: [f"At most {most} characters: these are {len(columns[name])}."]
        for name, most in LENGTHS.items()
        if len(columns[name]) > most
    }
    for number, one in enumerate(paragraphs, start=1):
        if len(_line(one.heading)) > LENGTHS["headline"]:
            errors[f"heading-{one.key}"] = [f"Paragraph {number}: a subheading has at most 200 characters."]
    if errors:
        raise Invalid(errors)


def _line(text: str) -> str:
    return " ".join(text.split())


def _as_saved(wrap: Wrap, paragraphs: Iterable[WrapParagraph]) -> dict[str, Any]:
    """Its words as the audit keeps them."""
    return {
        "headline": wrap.headline,
        "standfirst": wrap.standfirst,
        "byline": wrap.byline,
        "paragraphs": [_as_text(one) for one in paragraphs],
    }


def _as_text(paragraph: WrapParagraph) -> str:
    """HTML stays HTML, so that a word set in bold is a change."""
    if paragraph.kind == ParagraphKind.QUOTE:
        return f"“{paragraph.quote['text']}”"
    if paragraph.kind == ParagraphKind.PICTURE:
        return f"picture {paragraph.image}"
    return " ".join(filter(None, [paragraph.heading, paragraph.body]))
