"""Phones: a one-time link signs one in, with a token of its own; revoking that ends the session it came with, too.

What waits on a phone is the phone's own: nothing here touches it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from knox.models import AuthToken

from coverage.models import Assignment, Device, Event, JoinGuess, JoinLink
from coverage.publishing.access import is_assigned
from newsroom.editorial.addresses import hashed_line
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import EditorialError, Invalid, NotAllowed, TooMany
from newsroom.editorial.people import User
from newsroom.editorial.roles import editors, is_chief, is_editor
from newsroom.editorial.secret_links import digest_of, new_secret
from newsroom.editorial.tokens import TokenName

LINK_LIVES = timedelta(minutes=30)
LINKS_KEPT = timedelta(days=1)  # used or not: the audit keeps what happened
GUESSES, WINDOW = 30, timedelta(minutes=10)
SEEN_AGAIN = timedelta(minutes=1)  # a phone that asks every few seconds is written down this often
LONGEST_NAME = 80
ASK = "Ask the desk for a new link."


class UnknownLink(EditorialError):
    """There is no such link."""

    code = "not_found"
    status = 404


class LinkOver(EditorialError):
    """The link was used, withdrawn, or is too old."""

    code = "gone"
    status = 410


@dataclass(frozen=True)
class SignedIn:
    """What a link came to. `secret` is what the phone sends as its token; it is kept nowhere."""

    link: JoinLink
    token: AuthToken
    secret: str


def may_sign_in(by: User, person: User) -> bool:
    """Whether `by` may sign that person's phones in and out.

    Whoever makes a link could use it herself. So nobody makes one for a person who may do more than she.
    """
    if by.pk == person.pk:
        return by.is_active
    if is_chief(by):
        return by.is_superuser or not person.is_superuser
    return is_editor(by) and not is_editor(person)


def people_to_sign_in(event: Event, *, by: User) -> QuerySet[User]:
    """Those of the event for whom `may_sign_in` is true, and this person herself; by name."""
    below = ~Q(pk__in=editors())
    if is_chief(by):
        below = Q() if by.is_superuser else Q(is_superuser=False)
    here = (Q(assignments__event=event) & below) | Q(pk=by.pk)
    return (
        User.objects.filter(here, is_active=True).distinct().order_by("first_name", "last_name", "username")
    )


@transaction.atomic
def make_link(
    person: User, event: Event | None, *, by: User, on: str = "", at: datetime | None = None
) -> str:
    """Makes a link and answers what its address ends with; it is kept nowhere.

    Effects: an open link of hers to the same event is withdrawn, links of yesterday are deleted, the audit is written.
    `event` None: for her own phone. `on`: the digest of the phone she makes it on, if a link signed that in: it is
    moved, not doubled, so that whoever has a stolen phone cannot make another that revoking would not reach.
    Raises NotAllowed, and Invalid for somebody who does not cover the event.
    """
    at = at or timezone.now()
    if not may_sign_in(by, person) or (event is None and by.pk != person.pk):
        raise NotAllowed("A link is made by an editor, for somebody who is no editor, or for oneself.")
    if not person.is_active or (event and not is_assigned(person, event)):
        if event and person.is_active:
            check_standing(person, event)
        raise Invalid(
            {"person": [f"{person.desk_name()} does not cover this event: say so on its page first."]}
        )
    JoinLink.objects.filter(expires_at__lt=at - LINKS_KEPT).delete()
    links_open(at=at).filter(person=person, event=event).update(withdrawn_at=at)
    secret = new_secret()
    JoinLink.objects.create(
        person=person,
        event=event,
        digest=digest_of(secret),
        made_by=by,
        made_on_id=on or None,
        expires_at=at + LINK_LIVES,
    )
    write_audit("make link", person, by=by, note=str(event or ""))
    return secret


def check_standing(person: User, event: Event) -> None:
    """Raises Invalid for a guest whose invitation has lapsed."""
    if Assignment.objects.lapsed().filter(person=person, event=event).exists():
        raise Invalid({"person": [f"The invitation of {person.desk_name()} has ended: prolong it first."]})


def links_open(*, at: datetime) -> QuerySet[JoinLink]:
    """Those that could be used at `at`."""
    return JoinLink.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=at)


@transaction.atomic
def withdraw_link(link: JoinLink, *, by: User) -> bool:
    """Nobody signs in with it any more; False if it was over already. Raises NotAllowed."""
    if not may_sign_in(by, link.person):
        raise NotAllowed("This link is for somebody else: ask a chief editor.")
    withdrawn = links_open(at=timezone.now()).filter(pk=link.pk).update(withdrawn_at=timezone.now())
    if withdrawn:
        write_audit("withdraw link", link.person, by=by, note=str(link.event or ""))
    return bool(withdrawn)


def link_named(secret: str, *, address: str, form: str = "", at: datetime | None = None) -> JoinLink:
    """The link of that address, still to be used; or used by this very `form`, whose answer may have been lost.

    `address` is where it is asked from, kept as a keyed hash if there is no such link. A link is also over when its
    person was deactivated or no longer covers the event. Raises TooMany, UnknownLink, LinkOver.
    """
    at, sender = at or timezone.now(), hashed_line(address, "coverage.devices")
    link = JoinLink.objects.select_related("person", "event").filter(digest=digest_of(secret)).first()
    if link is None:
        _check_guesses(
            sender, at
        )  # a right one is never refused for what somebody else tries from the same hall
        JoinGuess.objects.filter(at__lte=at - WINDOW).delete()
        JoinGuess.objects.create(sender=sender, at=at)
        raise UnknownLink(f"There is no such link. It may have been cut when it was copied. {ASK}")
    _check_usable(link, form, at)
    return link


def sign_in(secret: str, *, form: str, name: str, address: str, at: datetime | None = None) -> SignedIn:
    """Uses a link: a new phone of its person, with a token. The session is the caller's to make.

    `form` names the form that was sent: sent again while the phone is signed in, it is the same phone, and its first
    token ends. `name` is what to call it. The phone the link was made on is out, if a link had signed that in.
    Raises as `link_named`.
    """
    at = at or timezone.now()
    found = link_named(secret, address=address, form=form, at=at)
    with transaction.atomic():
        # Without joins: PostgreSQL reads a row again that it waited for, but not what was joined to it before.
        link = JoinLink.objects.select_for_update().get(pk=found.pk)
        _check_usable(link, form, at)
        # The same form again, or the same sign-in on another browser: under its name, and no longer than it had.
        before, lives = link.token or link.made_on, {}
        if before:
            name, lives = before.named.name, {"expiry": before.expiry - timezone.now()}
            JoinLink.objects.filter(pk=link.pk).update(made_on=None)  # or it would go with it
            before.delete()
        name = _free_name(link.person, name)
        token, sent = AuthToken.objects.create(link.person, **lives)
        TokenName.objects.create(token=token, name=name)
        Device.objects.create(token=token, last_seen=at)
        link.made_on = None
        link.used_at, link.form, link.token = link.used_at or at, digest_of(form), token
        link.save(update_fields=["used_at", "form", "token", "made_on"])
        write_audit("sign in phone", link.person, by=link.person, note=f"{name}, by a link of {link.made_by}")
        return SignedIn(link, token, sent)


def devices_of(person: User, *, at: datetime | None = None) -> QuerySet[Device]:
    """A person's phones that are signed in, the one seen last first, with their tokens and names."""
    return devices(at=at).filter(token__user=person)


def devices(*, at: datetime | None = None) -> QuerySet[Device]:
    working = Device.objects.filter(token__expiry__gt=at or timezone.now())
    return working.select_related("token__named").order_by("-last_seen", "pk")


def seen(digest: str, *, at: datetime | None = None) -> bool:
    """Whether the phone of that token is still signed in; notes when, once a minute. One query, or two."""
    at = at or timezone.now()
    last = devices(at=at).filter(pk=digest).values_list("last_seen", flat=True).first()
    if last is not None and at - last >= SEEN_AGAIN:
        Device.objects.filter(pk=digest).update(last_seen=at)
    return last is not None


@transaction.atomic
def rename(device: Device, name: str, *, by: User) -> None:
    """Raises Invalid, and NotAllowed for another's."""
    name = " ".join(name.split())
    if device.token.user_id != by.pk:
        raise NotAllowed("A phone is named by whose it is.")
    if not name or len(name) > LONGEST_NAME:
        raise Invalid({"name": [f"Give it a name of at most {LONGEST_NAME} characters."]})
    TokenName.objects.filter(token=device.token).update(name=name)


@transaction.atomic
def revoke(token: AuthToken, *, by: User) -> None:
    """Ends a token: a program's, or a phone's and with it the phone's session. Writes the audit. Raises NotAllowed."""
    if not may_sign_in(by, token.user):
        raise NotAllowed("This is somebody else’s: ask a chief editor.")
    name = token.named.name if hasattr(token, "named") else ""
    token.delete()
    write_audit("revoke token", token.user, by=by, note=name)


def _check_usable(link: JoinLink, form: str, at: datetime) -> None:
    is_again = link.used_at and link.token_id and form and link.form == digest_of(form)
    if link.withdrawn_at:
        raise LinkOver(f"This link was withdrawn. {ASK}")
    if link.used_at and not is_again:
        raise LinkOver(
            f"This link was used already, and one signs in one phone only. If it was this one, open the field. {ASK}"
        )
    if at >= link.expires_at:
        raise LinkOver(f"This link is too old: one works for half an hour. {ASK}")
    if not link.person.is_active or (link.event and not is_assigned(link.person, link.event)):
        raise LinkOver("This link is over: its person does not cover the event any more. Ask the desk.")


def _check_guesses(sender: str, at: datetime) -> None:
    """Raises TooMany for a line to the network that has tried too many wrong links."""
    recent = JoinGuess.objects.filter(sender=sender, at__gt=at - WINDOW)
    times = list(recent.order_by("-at").values_list("at", flat=True)[:GUESSES])
    if len(times) == GUESSES:
        seconds = max(1, ceil((times[-1] + WINDOW - at).total_seconds()))
        raise TooMany(
            f"Too many wrong links came from your network. Try again in {ceil(seconds / 60)} minutes, "
            "or sign in with your password.",
            retry_after=seconds,
        )


def _free_name(person: User, wanted: str) -> str:
    """The name, or with a number if another of her tokens has it."""
    wanted = " ".join(wanted.split())[: LONGEST_NAME - 4] or "Phone"
    taken = set(TokenName.objects.filter(token__user=person).values_list("name", flat=True))
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted} {number}"
    return name
