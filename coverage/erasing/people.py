"""Erasing a person who worked here: what she wrote stays, and nobody can tell any more who she was."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.db.models import Q
from knox.models import AuthToken

from coverage.erasing import acts, columns, files, ledger, names
from coverage.erasing.acts import Act
from coverage.erasing.marks import UNNAMED, Marks
from coverage.models import Assignment, Correction, JoinLink, Keynote, Post, PreviewLink, Typed
from media.models import PartialUpload
from newsroom.editorial.erasures import ErasedKind, Erasure
from newsroom.editorial.people import User
from newsroom.editorial.receipts import Receipt
from newsroom.editorial.sessions import Session

# What the audit calls by a user name, and the names of values that are one.
CALLED_BY_USER = ("coverage.assignment", "coverage.joinlink", "coverage.device")
NAMING_PEOPLE = {
    "writer",
    "photographer",
    "author",
    "person",
    "name",
    "claimed_by",
    "by",
    "uploaded_by",
    "made_by",
}
BY_LINK = ", by a link of "


def find(name: str) -> User | None:
    """By the user name, exactly, or as the list of erasures calls her."""
    if key := ledger.key_in(name, ErasedKind.PERSON):
        return User.objects.filter(pk=key).first()
    return User.objects.filter(username=name).first()


def erase(person: User, *, by: User, reason: str) -> Erasure:
    """Erases who a person is, and keeps what she wrote.

    Effects, in order: her sessions, tokens, phones, factors, drafts of forms and uploads under way go; her name goes
    out of the desk's words, of what readers have (released anew, earlier entries blanked) and of the audit; her row
    stays, without a name and locked, since posts, revisions and the audit say that one person did all this. Raises as
    `acts.carry_out`, and WrongState for a post that cannot be released anew.
    """
    act = acts.begun(person, marks_of(person))
    act.user_name = person.username
    return acts.carry_out(
        ErasedKind.PERSON, act, STEPS, by=by, reason=reason, told=lambda: User.objects.get(pk=person.pk)
    )


def marks_of(person: User) -> Marks:
    return Marks.of_names(names_of(person))


def names_of(person: User) -> set[str]:
    """All she is called by, but for the user name, which may be any word and stands in the audit alone. A credit that
    holds her name loses that, and goes on naming the newsroom; one that does not is the newsroom's, and stays."""
    called = {person.get_full_name(), person.byline, person.email}
    called |= {*Correction.objects.filter(by=person).values_list("signed", flat=True)} - {"the desk"}
    return called


def lock_out(act: Act) -> None:
    """Nobody is signed in as her any more, and nothing says from where she was."""
    person = act.thing
    Session.objects.filter(person=person).delete()
    AuthToken.objects.filter(user=person).delete()  # phones and the names of tokens go with them
    JoinLink.objects.filter(Q(person=person) | Q(made_by=person)).delete()
    PreviewLink.objects.filter(made_by=person).delete()
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    called = [name for name in (person.username, person.email) if name]
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(username__in=called).delete()


def let_go(act: Act) -> None:
    """What she was at: claims, assignments, forms, uploads, answers kept for her phone's repeats."""
    person = act.thing
    uploads = PartialUpload.objects.filter(person=person)
    act.leave(files.PARTIAL, uploads.values_list("file", flat=True))
    uploads.delete()
    Post.objects.filter(claimed_by=person).update(claimed_by=None)
    Keynote.objects.filter(writer=person).update(writer=None)
    Keynote.objects.filter(photographer=person).update(photographer=None)
    for model in (Assignment, Typed, Receipt):
        model.objects.filter(person=person).delete()
    LogEntry.objects.filter(user=person).delete()


def empty(act: Act) -> None:
    """Her row: it can sign in no more, and is called by its number."""
    person = act.thing
    person.groups.clear()
    person.user_permissions.clear()
    person.username, person.byline, person.credit, person.email = f"erased-{person.pk}", "", "", ""
    person.first_name, person.last_name, person.last_login = "", "", None
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()


def take_from_audit(act: Act) -> None:
    """What was done to her, and her name beside what she did."""
    person, old = act.thing, act.user_name
    acts.blank_audit(acts.of_thing(User, [person.pk]), thing_title=person.username)
    rows = acts.audit_rows()
    rows.filter(person_id=person.pk).update(person_name=person.username)
    acts.forget_log(User, [person.pk])
    rows.filter(thing_title=old, thing_type__in=CALLED_BY_USER).update(thing_title=person.username)
    for row in rows.filter(_written(old)).iterator(chunk_size=200):
        said = {
            "thing_title": _renamed(row.thing_title, old, person.username),
            "note": row.note.removesuffix(BY_LINK + old),
            "before": _renamed(row.before, old, person.username),
            "after": _renamed(row.after, old, person.username),
        }
        if any(value != getattr(row, name) for name, value in said.items()):
            rows.filter(pk=row.pk).update(**said)


def _written(user_name: str) -> Q:
    """Which rows may have it, and some more."""
    names = ("thing_title", "note", "before", "after")
    return Q(*[Q(**{f"{name}__icontains": user_name}) for name in names], _connector=Q.OR)


def _renamed(value: Any, old: str, new: str, key: str = "") -> Any:
    """The audit's value with a user name replaced where it names a person: under such a key, or as “ada at Summit”."""
    if isinstance(value, dict):
        return {_renamed(name, old, new): _renamed(one, old, new, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, old, new, key) for one in value]
    if not isinstance(value, str):
        return value
    if value.startswith(f"{old} at "):
        return new + value.removeprefix(old)
    return new if value == old and key in NAMING_PEOPLE else value


STEPS = (
    *(names.lock, lock_out, let_go, empty),
    *(names.take_from_desk, names.take_from_readers, names.take_from_audit, take_from_audit),
)


def will_go(person: User) -> Iterable[str]:
    """What erasing her removes, a line for each."""
    yield f"The person {person.username} ({person.desk_name()}): name, e-mail, byline, credit, password, role"
    counts = {
        "phones and tokens": AuthToken.objects.filter(user=person).count(),
        "second factors": Authenticator.objects.filter(user=person).count(),
        "assignments": person.assignments.count(),
        "unsaved forms": person.typed.count(),
        "claims": Post.objects.filter(claimed_by=person).count(),
    }
    yield from (f"{name}: {count}" for name, count in counts.items() if count)
    yield f"not her posts ({person.posts.count()}) and pictures ({person.images.count()}): they stay"
    marks = marks_of(person)
    yield f"Where her name stands, “{UNNAMED}” takes its place, also a namesake’s:"
    yield from (f"  {one}" for one in columns.left(marks))
