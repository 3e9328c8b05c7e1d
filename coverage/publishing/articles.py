"""The wrap reaches readers from here: published, published again with a correction, withdrawn, brought back.

The order inside a transaction is that of a release: lock the heads, then the wrap's row, check, write, and last take
the number, with the head's own fragment, which links to the article.
"""

from datetime import datetime

from django.db import transaction

from coverage.models import Event, Wrap
from coverage.models.wrap import ParagraphKind, WrapState
from coverage.publishing.publication import NOBODY_NAMED
from coverage.publishing.release import add_header_entry
from coverage.publishing.wrap_sources import Source, sources_of
from coverage.publishing.wrapping import advance, check_may, lock
from coverage.record.fragment import render_head
from coverage.record.models import EventHead, ReleasedArticle, ReleasedParagraph
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_chief
from newsroom.editorial.states import EventState
from newsroom.editorial.workflow import WRAP_VERBS


@transaction.atomic
def publish(wrap: Wrap, *, by: User, version: int | None = None, note: str = "") -> Wrap:
    """Releases the draft as it stands; of a published wrap a new version, with `note` if it corrects something.

    Raises NotAllowed, StaleState, WrongState, and Invalid for what is missing, or for a source that was taken back
    or corrected since its words were copied.
    """
    note = note.strip()
    check_may(by, wrap.event)
    head, wrap, at = *_lock(wrap, version), clock.now()
    before = wrap.state
    WRAP_VERBS["publish"].check_source(before)
    if before == WrapState.PUBLISHED and not wrap.pending and not note:
        raise Invalid({"version": ["Nothing has changed since it was published."]})
    _check_event(wrap.event, head)
    _check_second_reader(wrap, by)
    check_complete(wrap)
    if note and before != WrapState.PUBLISHED:
        raise Invalid(
            {"note": ["Nothing can be corrected that readers have not seen: leave the note empty."]}
        )
    release(wrap, head, at=at, note=note, by=by)
    return _finish("publish", wrap, head, WrapState.PUBLISHED, by=by, at=at, note=note)


@transaction.atomic
def withdraw(wrap: Wrap, *, by: User, reason: str, version: int | None = None) -> Wrap:
    """Takes the article back: its words leave the record, its address says why (410).

    Raises NotAllowed, StaleState, WrongState, Invalid.
    """
    reason = _reason("withdraw", reason)
    check_may(by, wrap.event)
    head, wrap, at = *_lock(wrap, version), clock.now()
    WRAP_VERBS["withdraw"].check_source(wrap.state)
    article = ReleasedArticle.objects.get(desk_id=wrap.pk)
    article.paragraphs.all().delete()
    article.headline = article.standfirst = article.byline = ""
    article.corrections, article.withdrawn_at, article.changed_at, article.reason = [], at, at, reason
    article.save()
    return _finish("withdraw", wrap, head, WrapState.WITHDRAWN, by=by, at=at, note=reason, pending=True)


@transaction.atomic
def reinstate(wrap: Wrap, *, by: User, reason: str, version: int | None = None) -> Wrap:
    """Releases the draft of a withdrawn article as it stands, at its old address. Raises as `publish`."""
    reason = _reason("reinstate", reason)
    if not is_chief(by):
        raise NotAllowed("Only the chief editor can bring a withdrawn article back.")
    head, wrap, at = *_lock(wrap, version), clock.now()
    WRAP_VERBS["reinstate"].check_source(wrap.state)
    _check_event(wrap.event, head)
    _check_second_reader(wrap, by)
    check_complete(wrap)
    release(wrap, head, at=at, by=by)
    return _finish("reinstate", wrap, head, WrapState.PUBLISHED, by=by, at=at, note=reason)


def release(wrap: Wrap, head: EventHead, *, at: datetime, by: User, note: str = "") -> ReleasedArticle:
    """Writes the record's rows of the wrap as it stands. Takes no number; needs the heads' locks.

    `note` is added to the wrap's corrections, which the caller saves.
    """
    article = ReleasedArticle.objects.filter(head=head).first()
    if article is None:
        article = ReleasedArticle(head=head, desk_id=wrap.pk, published_at=at)
    article.headline, article.standfirst, article.byline = wrap.headline, wrap.standfirst, wrap.byline
    article.number, article.changed_at, article.withdrawn_at, article.reason = (
        article.number + 1,
        at,
        None,
        "",
    )
    if note:
        signed = by.printed_byline() or NOBODY_NAMED
        wrap.corrections = [*wrap.corrections, {"at": at.isoformat(), "note": note, "signed": signed}]
    article.corrections = wrap.corrections
    article.save()
    article.paragraphs.all().delete()
    ReleasedParagraph.objects.bulk_create(
        ReleasedParagraph(
            article=article,
            order=one.order,
            kind=one.kind,
            source=(one.post and one.post.public_id) or "",
            heading=one.heading,
            body=one.body,
            quote=one.quote,
            image=one.image,
            corrections_seen=one.corrections_seen,
        )
        for one in wrap.paragraphs.select_related("post")
    )
    return article


def check_complete(wrap: Wrap) -> None:
    """Raises Invalid with a sentence for everything that keeps the draft from readers."""
    missing = problems_of(wrap)
    if missing:
        raise Invalid({"wrap": missing})


def problems_of(wrap: Wrap) -> list[str]:
    """The same as sentences, in the order of the page. Four queries."""
    said = [] if wrap.headline else ["It has no headline yet."]
    paragraphs = list(wrap.paragraphs.all())
    if not paragraphs:
        said.append("It has no paragraph yet.")
    said += [
        f"Paragraph {one.order + 1} is empty: write it or delete it."
        for one in paragraphs
        if one.kind == ParagraphKind.TEXT and not (one.heading or one.body)
    ]
    return said + [sentence for source in sources_of(wrap) for sentence in _problems(source)]


def _problems(source: Source) -> list[str]:
    numbers = " and ".join(str(one.order + 1) for one in source.paragraphs)
    which = f"Paragraph {numbers}" if len(source.paragraphs) == 1 else f"Paragraphs {numbers}"
    if source.is_withdrawn:
        return [f"{which}: the post was withdrawn (“{source.row.reason}”). Delete what comes from it."]
    if source.is_corrected:
        return [f"{which}: the post was corrected since. Take its new words, or say that yours stand."]
    return []


def _lock(wrap: Wrap, version: int | None) -> tuple[EventHead, Wrap]:
    """As `wrapping.lock`; without a version, the wrap as the caller has it."""
    return lock(wrap, wrap.version if version is None else version)


def _check_event(event: Event, head: EventHead) -> None:
    if head.state == EventState.DRAFT:
        raise WrongState("The event is still a draft: announce it first, then publish its wrap.")
    if event.rehearsal or head.unlisted:
        raise WrongState("This event is a rehearsal: its wrap can be previewed and is never published.")


def _check_second_reader(wrap: Wrap, by: User) -> None:
    if wrap.event.second_reader and wrap.edited_by_id == by.pk:
        raise WrongState(
            "This event asks for a second reader, and you wrote here last: somebody else must publish it."
        )


def _reason(verb: str, reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": [f"“{WRAP_VERBS[verb].label}” needs a reason."]})
    return reason


def _finish(
    verb: str,
    wrap: Wrap,
    head: EventHead,
    state: str,
    *,
    by: User,
    at: datetime,
    note: str,
    pending: bool = False,
) -> Wrap:
    """Moves the wrap on, renders the head's link and takes the number: what was cached is stale from here on."""
    before = wrap.state
    advance(wrap, state=state, pending=pending, corrections=wrap.corrections)
    head.head_fragment, head.changed_at = render_head(head), at
    head.save(update_fields=["head_fragment", "changed_at"])
    add_header_entry(head, "head", head.head_fragment, at=at)
    write_audit(verb, wrap, by=by, from_state=before, to_state=state, note=note)
    return wrap
