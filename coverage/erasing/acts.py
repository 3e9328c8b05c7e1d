"""What every erasure has in common: who may order it, its row, its audit, and the files after the commit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from coverage.erasing import files, ledger
from coverage.erasing.marks import ERASED, Marks, forget
from coverage.models import Event
from coverage.publishing.epochs import start_anew
from coverage.publishing.head import lock_head
from coverage.publishing.release import add_header_entry
from coverage.record.models import EventHead
from coverage.record.searching import forget_deleted
from media.models import Image
from newsroom.editorial import clock
from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.erasures import Erasure
from newsroom.editorial.errors import Invalid, NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.receipts import Receipt
from newsroom.editorial.roles import is_chief
from newsroom.editorial.states import EventState

BLANK = {"note": "", "before": None, "after": None, "thing_title": ERASED}


@dataclass
class Act:
    """An erasure under way, inside its transaction. `heads`: whose readers are to load anew; `events`, `posts`: whose
    words name a person, by their keys at the desk; `own_pictures`: those that go with a post; `copies`: what only a
    copy of a post says; `user_name`: a person's, before."""

    thing: Model
    marks: Marks
    at: datetime
    left: list[list[str]] = field(default_factory=list)
    heads: set[int] = field(default_factory=set)
    events: set[int] = field(default_factory=set)
    posts: set[UUID] = field(default_factory=set)
    own_pictures: list[Image] = field(default_factory=list)
    copies: Marks = field(default_factory=lambda: Marks.of_words(()))
    user_name: str = ""

    def leave(self, kind: str, names: Iterable[str]) -> None:
        """Files to be removed after the commit."""
        self.left += [[kind, name] for name in sorted(names) if [kind, name] not in self.left]


Step = Callable[[Act], None]


def carry_out(
    kind: str, act: Act, steps: Iterable[Step], *, by: User, reason: str, told: Callable[[], Model]
) -> Erasure:
    """Takes the steps and writes what was done, in one transaction, then on the list outside, and removes the files.

    `told` answers the thing as the audit may call it, once nothing of it is left. Raises NotAllowed, Invalid, and
    OSError when a storage does not answer: then everything is erased but some files, which the sweep removes.
    """
    reason = reason.strip()
    _check(by, reason, act)
    with transaction.atomic():
        erasure = Erasure.objects.create(kind=kind, thing_id=str(act.thing.pk), at=act.at, audit_open=True)
        for step in steps:
            step(act)
        _load_anew(act)
        forget_deleted()
        thing = told()
        by.refresh_from_db()
        write_audit("erase", thing, by=by, note=reason)
        erasure.version, erasure.left, erasure.audit_open = getattr(thing, "version", 0), act.left, False
        erasure.save()
    ledger.note()
    files.remove(erasure)
    return erasure


def _check(by: User, reason: str, act: Act) -> None:
    if not is_chief(by):
        raise NotAllowed("Only a chief editor can have something erased.")
    if act.thing == by:
        raise NotAllowed(
            "Nobody erases herself: the audit says who ordered it. Have another chief editor do it."
        )
    if not reason:
        raise Invalid({"reason": ["Say why: the reason is kept in the audit."]})
    if act.marks.is_in(reason):
        raise Invalid({"reason": ["The reason is kept for good: say it without what is to be erased."]})


def begun(thing: Model, marks: Marks) -> Act:
    return Act(thing, marks, clock.now())


def erased_before(kind: str, thing: Model) -> Erasure | None:
    """The erasure of this thing, unless somebody filled it again since."""
    rows = Erasure.objects.filter(kind=kind, thing_id=str(thing.pk), version=getattr(thing, "version", 0))
    return rows.order_by("pk").last()


def _load_anew(act: Act) -> None:
    """Every event concerned takes a number and begins another epoch: open pages and caches forget what they have."""
    for head in EventHead.objects.filter(pk__in=act.heads).order_by("desk_id"):
        head = lock_head(Event(pk=head.desk_id))
        if head.state != EventState.DRAFT:
            add_header_entry(head, "head", head.head_fragment, at=act.at)
        if head.slug:
            act.leave(files.PAGES, [head.slug])
    start_anew(act.heads)


def audit_rows() -> QuerySet[AuditRow]:
    """All of them, for the one act that may blank words in them."""
    return QuerySet(AuditRow)


def blank_audit(rows: Q, **columns) -> None:
    """Of these rows only who, when, which verb and from which state to which stay."""
    audit_rows().filter(rows).update(**BLANK | columns)


def of_thing(model: type[Model], keys: Iterable) -> Q:
    return Q(thing_type=model._meta.label_lower, thing_id__in=[str(key) for key in keys])


def forget_things(ids: set[str]) -> None:
    """Blanks what the audit and the answers kept for repeats say of things of these ids inside other things."""
    for rows, names in ((audit_rows(), ("before", "after")), (Receipt.objects.all(), ("answer",))):
        written = Q()
        for name in names:
            for key in ids:
                written |= Q(**{f"{name}__icontains": key})
        for row in rows.filter(written).iterator(chunk_size=200):
            values = {name: getattr(row, name) for name in names}
            cleaned = {name: forget(value, ids) for name, value in values.items()}
            if cleaned != values:
                rows.filter(pk=row.pk).update(**cleaned)


def forget_answers(ids: set[str]) -> None:
    """Deletes the answers kept for repeats of requests about these things: they hold their words."""
    for key in ids:
        for receipt in Receipt.objects.filter(answer__icontains=key):
            if receipt.answer.get("id") == key:
                receipt.delete()


def forget_log(model: type[Model], keys: Iterable) -> None:
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=[str(key) for key in keys]).delete()
