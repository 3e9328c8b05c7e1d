"""A speaker's name was misspelt: everything that has the old spelling, and all of it corrected in one go.

Each post, billing and picture is corrected in a transaction of its own: one that is refused holds up no other.
"""

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from coverage.models import Appearance, Post, Speaker
from coverage.publishing import filing, publication
from coverage.publishing.names import correct_as_named, correct_billing
from coverage.publishing.publication import post_by_id
from coverage.publishing.spelling import Respelling
from coverage.record.models import ReleasedSpeaker
from media import texts
from media.models import Image, ImageState
from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.errors import EditorialError, Invalid, NotAllowed, StaleState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import PostState

Marks = list[tuple[str, str]]
IN_ORDER = ("event", F("position").asc(nulls_last=True), "created_at", "pk")
PICTURE_TEXTS = {"caption": "Caption", "alt_text": "Alternative text"}


@dataclass
class Found:
    """Something that has the old spelling: what would change, as label and marked HTML, and why it is left (empty:
    it can be corrected)."""

    thing: Post | Appearance | Image
    marks: Marks
    why_left: str = ""


@dataclass
class Report:
    """What was corrected, and what was not and why, by title."""

    done: list[str] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)

    def leave(self, thing: Any, why: str) -> None:
        self.left.append({"title": str(thing), "why": why})


def billings(speaker: Speaker, spelling: Respelling) -> list[Found]:
    """Her appearances billed under the old spelling."""
    rows = speaker.appearances.select_related("keynote__event").order_by("keynote__event", "keynote__order")
    return [
        Found(row, [("Billed as", spelling.marked(row.name))]) for row in rows if spelling.is_in(row.name)
    ]


def posts(speaker: Speaker, spelling: Respelling) -> list[Found]:
    """Every post that has the old spelling in its words, or prints it for somebody billed nowhere in its event.

    By event, in the order of the page, those without a place on it last.
    """
    found, named = [], _as_named(speaker, spelling)
    for post in _candidates(named, spelling):
        marks = _marks(post, spelling)
        if post.pk in named:
            marks.append(("Speaker named", spelling.marked(named[post.pk])))
        if marks:
            found.append(Found(post, marks, _why_left(post)))
    return found


def pictures(spelling: Respelling) -> list[Found]:
    """Pictures whose own texts have the old spelling."""
    held = Image.objects.exclude(state=ImageState.WITHDRAWN)
    rows = held.filter(_has_word(spelling, PICTURE_TEXTS)).order_by("created_at", "pk")
    found = []
    for image in rows:
        said = [(label, getattr(image, name)) for name, label in PICTURE_TEXTS.items()]
        found.append(
            Found(image, [(label, spelling.marked(text)) for label, text in said if spelling.is_in(text)])
        )
    return [one for one in found if one.marks]


def correct_name(
    speaker: Speaker,
    spelling: Respelling,
    *,
    by: User,
    note: str,
    billed: Mapping[int, str],
    chosen: Mapping[UUID, int],
    shown: Iterable[UUID],
) -> AuditRow | None:
    """Corrects a misspelt name wherever it was chosen, in the open, and her present name if it has it.

    `billed`: keys of appearances, each with the name that was seen; `chosen`: of posts, each with the version that
    was seen; `shown`: of images.
    `note` is the correction readers see under each post. Effects, each its own transaction: appearances, posts
    (unpublished ones are saved, published ones corrected, each with one correction), pictures, her present name.
    Returns the audit row, whose `after` says what was done and what was left and why; None if nothing was left to
    do: somebody was faster, or the button was pressed twice. Raises NotAllowed, Invalid.
    """
    _check(spelling, by, note)
    report, noted = Report(), set()
    for one in speaker.appearances.filter(pk__in=billed).select_related("keynote"):
        _try(report, one, _correct_billing, spelling, by, note, billed[one.pk], noted)
    for post in Post.objects.filter(pk__in=chosen).order_by(*IN_ORDER):
        _try(report, post, _correct_post, speaker, spelling, by, note, chosen[post.pk], post.pk in noted)
    for image in Image.objects.filter(pk__in=list(shown)):
        _try(report, image, _correct_picture, spelling, by)
    return _conclude(speaker, spelling, by, note, report)


class _Nothing(Exception):
    """The old spelling is not there any more."""


def _check(spelling: Respelling, by: User, note: str) -> None:
    if not is_editor(by):
        raise NotAllowed("Correcting names is for an editor.")
    errors = {}
    if not spelling.old or spelling.old == spelling.new:
        errors["old"] = ["Give the spelling that was wrong, and another that is right."]
    elif spelling.is_in(spelling.new):
        errors["new"] = [
            "The right spelling holds the wrong one: what is right already would be changed too."
        ]
    if not spelling.new:
        errors["new"] = ["Give the right spelling."]
    if not note.strip():
        errors["note"] = ["Say what was wrong, and what is right: readers see it under each post."]
    if errors:
        raise Invalid(errors)


def _try(report: Report, thing: Any, correct: Callable[..., None], *details: Any) -> None:
    """Corrects one thing, all of it or nothing, and writes down what came of it."""
    title = str(thing)
    try:
        with transaction.atomic():
            correct(thing, *details)
    except _Nothing:
        return
    except EditorialError as refused:
        report.leave(title, refused.message)
    else:
        report.done.append(title)


def _correct_billing(
    appearance: Appearance, spelling: Respelling, by: User, note: str, seen: str, noted: set
) -> None:
    """Adds to `noted` the keys of the posts that have their correction with it."""
    appearance.refresh_from_db()
    if appearance.name != seen:
        raise _Nothing
    done = correct_billing(appearance, by=by, note=note, name=spelling.in_text(appearance.name))
    noted |= {post.pk for post in done}


def _correct_post(
    post: Post, speaker: Speaker, spelling: Respelling, by: User, note: str, version: int, noted: bool
) -> None:
    """`noted`: the correction stands under the post already; it gets no second one."""
    post = post_by_id(post.pk)
    named = _as_named(speaker, spelling).get(post.pk, "")
    fields = _respelt(post, spelling)
    if not (named or fields):
        raise _Nothing
    if post.version != version:
        raise StaleState("Somebody changed it meanwhile: look at it again.")
    if why := _why_left(post):
        raise Invalid({"": [why]})
    if named:
        correct_as_named(post, speaker, by=by, note=note, name=spelling.in_text(named))
        noted = True
    if fields:
        post = post_by_id(post.pk)
        filing.update_post(post, by=by, version=version, **fields)
        _release(post, by, note, noted)


def _release(post: Post, by: User, note: str, noted: bool) -> None:
    if post.state != PostState.PUBLISHED:
        return
    if noted:
        publication.publish(post, by=by)
    else:
        publication.correct(post, by=by, note=note)


def _correct_picture(image: Image, spelling: Respelling, by: User) -> None:
    changed = {name: spelling.in_text(getattr(image, name)) for name in PICTURE_TEXTS}
    if not texts.describe(image, by=by, **changed):
        raise _Nothing


@transaction.atomic
def _conclude(speaker: Speaker, spelling: Respelling, by: User, note: str, report: Report) -> AuditRow | None:
    """Her present name, and the one audit row that says what was done in this go."""
    current = Speaker.objects.select_for_update().get(pk=speaker.pk)
    before, right = current.name, spelling.in_text(current.name)
    if right != before:
        Speaker.objects.filter(pk=speaker.pk).update(name=right)
        current.name = right
        report.done.insert(0, f"{right}, present name")
    if not (report.done or report.left):
        return None
    told = {one["title"] for one in report.left}
    for found in posts(current, spelling):
        if found.why_left and str(found.thing) not in told:
            report.leave(found.thing, found.why_left)
    said = {"name": right, "spelling": spelling.new, "done": report.done, "left": report.left}
    was = {"name": before, "spelling": spelling.old}
    return write_audit("correct-name", current, by=by, note=note, before=was, after=said)


def _candidates(named: Iterable[UUID], spelling: Respelling) -> QuerySet[Post]:
    """More posts than have it: the database knows neither words nor tags."""
    has = _has_word(spelling, ("headline", "quotes__text", "quotes__attribution", "post_images__caption"))
    has |= Q(body__contains=html.escape(_longest(spelling), quote=False)) | Q(pk__in=list(named))
    keys = Post.objects.filter(has).values("pk")
    return Post.objects.filter(pk__in=keys).for_editing().order_by(*IN_ORDER)


def _marks(post: Post, spelling: Respelling) -> Marks:
    said = [("Headline", post.headline)]
    for quote in post.quotes.all():
        said += [("Quote", quote.text), ("Whose words", quote.attribution)]
    said += [("Caption", image.caption) for image in post.post_images.all()]
    marks = [(label, spelling.marked(text)) for label, text in said if spelling.is_in(text)]
    if spelling.is_in_html(post.body):
        marks.insert(int(spelling.is_in(post.headline)), ("Text", spelling.marked_html(post.body)))
    return marks


def _respelt(post: Post, spelling: Respelling) -> dict[str, Any]:
    """What `filing.update_post` takes to put the new spelling into a post; empty if there is nothing to do."""
    fields: dict[str, Any] = {}
    if spelling.is_in(post.headline):
        fields["headline"] = spelling.in_text(post.headline)
    if spelling.is_in_html(post.body):
        fields["body"] = spelling.in_html(post.body)
    quotes = list(post.quotes.values("speaker_id", "attribution", "text", "verbatim", "checked"))
    if any(spelling.is_in(f"{quote['attribution']}\n{quote['text']}") for quote in quotes):
        fields["quotes"] = [
            quote | {name: spelling.in_text(quote[name]) for name in ("attribution", "text")}
            for quote in quotes
        ]
    images = list(post.post_images.select_related("image"))
    if any(spelling.is_in(row.caption) for row in images):
        fields["images"] = [{"image": row.image, "caption": spelling.in_text(row.caption)} for row in images]
    return fields


def _as_named(speaker: Speaker, spelling: Respelling) -> dict[UUID, str]:
    """Her name as published posts print it though she is billed nowhere in their event, where it has the old
    spelling; by the post's key. Two queries."""
    billed = speaker.appearances.filter(held=False, keynote__held=False).values_list(
        "keynote__event", flat=True
    )
    rows = ReleasedSpeaker.objects.filter(speaker=speaker.slug).exclude(post__head__desk_id__in=list(billed))
    printed = dict(rows.values_list("post__desk_id", "name"))
    return {key: name for key, name in printed.items() if spelling.is_in(name)}


def _why_left(post: Post) -> str:
    """Why a post is not corrected with the others: somebody has to look at it herself."""
    if post.state == PostState.SPIKED:
        return "It is put aside: bring it back first."
    if post.state == PostState.WITHDRAWN:
        return "It is withdrawn: readers see nothing of it."
    if post.review:
        return "It has changes that are not released: correct it there, with them."
    if post.event.second_reader and post.state == PostState.PUBLISHED:
        return "Its event asks for a second reader: change it, and have the change approved."
    if post.event.second_reader and post.state in (PostState.APPROVED, PostState.SCHEDULED):
        return "A second reader has approved it, and a change would void that: correct it there."
    return ""


def _has_word(spelling: Respelling, names: Iterable[str]) -> Q:
    has = Q()
    for name in names:
        has |= Q(**{f"{name}__contains": _longest(spelling)})
    return has


def _longest(spelling: Respelling) -> str:
    return max(spelling.old.split(), key=len, default="")
