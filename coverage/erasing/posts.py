"""Erasing a post: its address stays and answers 410, its number and times stay, and not one of its words."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from coverage.erasing import acts, columns, files, pictures
from coverage.erasing.acts import Act
from coverage.erasing.marks import Marks
from coverage.following.models import Notice
from coverage.following.notices import FRESH
from coverage.models import (
    Alert,
    Correction,
    ErrorReport,
    Event,
    GlassBreak,
    Post,
    PostImage,
    PostSpeaker,
    PreviewLink,
    Quote,
    Revision,
    Typed,
    Wrap,
    WrapParagraph,
)
from coverage.models.markup import plain_text
from coverage.publishing.anchors import NO_ANCHOR
from coverage.publishing.filing import snapshot
from coverage.publishing.head import lock_heads
from coverage.publishing.publication import post_by_id
from coverage.publishing.release import events_with_entries, take_back
from coverage.publishing.transition import advance
from coverage.record.models import Op, Release, ReleasedArticle, ReleasedParagraph, ReleasedPost, ShareCard
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.erasures import ErasedKind, Erasure
from newsroom.editorial.people import User
from newsroom.editorial.receipts import Receipt
from newsroom.editorial.states import PostState

EMPTY = {
    **{"keynote": None, "outside_keynote": False, "kind": "update", "headline": "", "body": "", "byline": ""},
    **{"happened_at": None, "key_event": False, "embargo_until": None, "note": "", "release_problem": ""},
    **{"claimed_by": None, "publish_at": None, "state_before_schedule": "", "sign_by": None, "pinned": False},
    **NO_ANCHOR,
}
NAMES = ("headline", "body", "byline")


def find(name: str) -> Post | None:
    """By its UUID or its public id."""
    try:
        which = Q(pk=UUID(name))
    except ValueError:
        which = Q(public_id=name)
    post = Post.objects.filter(which).first()
    return post and post_by_id(post.pk)


def erase(post: Post, *, by: User, reason: str) -> Erasure:
    """Erases a post and the pictures that no other post holds.

    Effects, in order: readers lose it everywhere (410, no words), then the desk, wraps that copied it, what was typed,
    told or answered of it, what followers were told, the audit's words; its pictures. Its row stays, empty, so that its
    UUID and its address are not given away or filed again. Raises as `acts.carry_out`.
    """
    act = acts.begun(post, marks_of(post))
    act.copies = Marks.of_words(bodies_of(post))
    return acts.carry_out(ErasedKind.POST, act, STEPS, by=by, reason=reason, told=lambda: post_by_id(post.pk))


def marks_of(post: Post) -> Marks:
    return Marks.of_words(words_of(post))


def words_of(post: Post) -> set[str]:
    """All it ever said itself, as plain texts: of each paragraph its own, titles also as they were cut.

    Not who said a quote, notes and reasons: “a member of the audience” and “It was published by mistake” are of no one
    post, and its own are found by its keys.
    """
    said = {str(post)}
    for content in _contents(post):
        body = content["body"]
        said |= {content["headline"], plain_text(body), plain_text(body)[:80], body}
        said |= {plain_text(part) for part in body.split("</p>")}
        said |= {quote["text"] for quote in content["quotes"]}
        said |= {image["caption"] for image in content["images"]}
    row = ReleasedPost.objects.filter(desk_id=post.pk).first()
    cut = row.title.rstrip("…") if row else ""  # of a picture alone it is the keynote's
    return said | {cut} if any(text.startswith(cut) for text in said) else said


def bodies_of(post: Post) -> set[str]:
    """Its whole text, as each revision had it: who has that in a form has a copy of it."""
    bodies = {content["body"] for content in _contents(post)}
    return bodies | {plain_text(body) for body in bodies}


def _contents(post: Post) -> list[dict]:
    return [*post.revisions.values_list("content", flat=True), snapshot(post)]


def lock(act: Act) -> None:
    """The heads first, in one order, as every verb does."""
    act.own_pictures = pictures.only_in(act.thing)
    articles = ReleasedArticle.objects.filter(paragraphs__source=act.thing.public_id or "-")
    events = Event.objects.filter(
        Q(pk__in={act.thing.event_id} | events_with_entries([act.thing]))
        | Q(pk__in=articles.values("head__desk_id"))
        | Q(pk__in=pictures.events_of(act.own_pictures))
    )
    lock_heads(events)
    act.thing = post_by_id(act.thing.pk)


def take_off_wraps(act: Act) -> None:
    """Its paragraphs go; one that was published says in their place that they were erased (`release.take_back`)."""
    paragraphs = WrapParagraph.objects.filter(post=act.thing)
    keys = list(paragraphs.values_list("wrap", flat=True).distinct())
    events = list(Wrap.objects.filter(pk__in=keys).values_list("event", flat=True))
    acts.blank_audit(acts.of_thing(Wrap, keys))
    for event in events:
        page = reverse("admin:coverage_event_wrap", args=[event])
        Typed.objects.filter(page__startswith=page).delete()
    paragraphs.delete()
    for wrap in Wrap.objects.filter(pk__in=keys):
        Wrap.objects.filter(pk=wrap.pk).update(version=wrap.version + 1, pending=True)


def take_from_readers(act: Act) -> None:
    """The record's row and entries, or nothing if readers never had it; the desk's row moves on."""
    post = act.thing
    row = ReleasedPost.objects.filter(desk_id=post.pk).select_related("head").first()
    if row is None:
        return
    for name in ("quotes", "post_speakers", "post_images"):
        getattr(post, name).all().delete()
    with translation.override(row.head.language):
        reason = gettext("This post was erased.")
    act.leave(files.CARD, [card.file for card in ShareCard.objects.filter(post=row)])
    act.heads |= {
        row.head_id,
        *Release.objects.filter(public_id=row.public_id).values_list("head", flat=True),
        *ReleasedArticle.objects.filter(paragraphs__source=row.public_id).values_list("head", flat=True),
    }
    state = {"state": PostState.WITHDRAWN, "released_revision": _empty_revision(post)}
    take_back(post, at=act.at, op=Op.WITHDRAW, reason=reason, **EMPTY, **state)
    entries = Release.objects.filter(public_id=row.public_id)
    entries.update(html=None, note="", reason="", blanked=True)
    entries.filter(op=Op.WITHDRAW).update(reason=reason)
    ReleasedParagraph.objects.filter(source=row.public_id).exclude(gone="").update(gone=reason)
    _tell_followers(row, act)


def _tell_followers(row: ReleasedPost, act: Act) -> None:
    """Who was told of it within the hour is told that it is gone; no digest of its title stays."""
    notices = Notice.objects.filter(public_id=row.public_id)
    told = notices.exclude(digest="").filter(at__gt=act.at - FRESH).exists()
    notices.update(digest="")
    if told:
        Notice.objects.create(head=row.head, public_id=row.public_id, amends=True, at=act.at)


def _empty_revision(post: Post) -> Revision:
    for name in NAMES:
        setattr(post, name, "")
    content = {**snapshot(post), **{"keynote": None, "byline": "", "key_event": False, "happened_at": None}}
    content |= {"kind": "update", "speakers": [], "quotes": [], "images": []}
    number = post.latest_revision().number + 1
    return Revision.objects.create(post=post, number=number, content=content)


def empty(act: Act) -> None:
    """The desk's row, and the rows that are of it alone."""
    post = act.thing
    if not post.first_released_at:
        _empty_revision(post)
        advance(post, state=PostState.SPIKED, pinned_revision=None, review="", **EMPTY)
    acts.blank_audit(acts.of_thing(ErrorReport, post.error_reports.values_list("pk", flat=True)))
    for model in (Quote, PostSpeaker, PostImage, GlassBreak, Correction, ErrorReport, PreviewLink):
        model.objects.filter(post=post).delete()
    newest = post.latest_revision()
    post.revisions.exclude(pk=newest.pk).delete()


def forget_typed(act: Act) -> None:
    """What was typed in its forms and not saved, and copies of it; what repeats some of it elsewhere stays, without."""
    Typed.objects.filter(page__contains=str(act.thing.pk)).delete()
    copies = columns.holding(Typed, act.copies, columns.texts(Typed))
    Typed.objects.filter(pk__in=[row.pk for row in copies]).delete()
    columns.clean(Typed, act.marks)


def forget_alerts(act: Act) -> None:
    key = str(act.thing.pk)
    Alert.objects.filter(Q(path__contains=key) | Q(key__contains=key)).delete()
    columns.clean(Alert, act.marks)


def forget_answers(act: Act) -> None:
    acts.forget_answers({str(act.thing.pk)})
    columns.clean(Receipt, act.marks)


def forget_audit(act: Act) -> None:
    """Its own rows keep who, when and which verb; in other rows that quote it, its words are replaced."""
    post = act.thing
    acts.blank_audit(acts.of_thing(Post, [post.pk]))
    acts.forget_log(Post, [post.pk])
    acts.forget_things({str(post.pk), *filter(None, [post.public_id])})
    columns.clean(AuditRow, act.marks)


def erase_pictures(act: Act) -> None:
    """Each is an erasure of its own, too: an older database may have it without the post."""
    for image in act.own_pictures:
        pictures.take_away(act, image)
        version = Image.objects.values_list("version", flat=True).get(pk=image.pk)
        Erasure.objects.create(kind=ErasedKind.PICTURE, thing_id=str(image.pk), at=act.at, version=version)


STEPS = (
    *(lock, take_off_wraps, take_from_readers, empty),
    *(forget_typed, forget_alerts, forget_answers, forget_audit, erase_pictures),
)


def will_go(post: Post) -> Iterable[str]:
    """What erasing it removes, a line for each, with titles."""
    yield f"The post “{post}” at “{post.event}” ({post.get_state_display()})"
    counts = {
        "revisions": post.revisions.count(),
        "corrections": post.corrections.count(),
        "entries of the record": Release.objects.filter(public_id=post.public_id or "-").count(),
        "readers’ reports": post.error_reports.count(),
        "unsaved forms": Typed.objects.filter(page__contains=str(post.pk)).count(),
        "audit rows, whose words go and who did what when stays": acts.audit_rows()
        .filter(acts.of_thing(Post, [post.pk]))
        .count(),
    }
    yield from (f"{name}: {count}" for name, count in counts.items() if count)
    for wrap in Wrap.objects.filter(paragraphs__post=post).distinct():
        yield f"its paragraphs in the wrap “{wrap}”"
    own = pictures.only_in(post)
    for image in own:
        yield f"the picture “{image}”, with its files: no other post holds it"
    for image in pictures.held_by(post):
        if image.pk not in {one.pk for one in own}:
            yield f"not the picture “{image}”: another post holds it; erase it by itself"
