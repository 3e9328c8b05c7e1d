"""A browser follows an event, leaves it again, or has a new address. No account: who knows the address may do it."""

import base64
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coverage.following.models import Follower
from coverage.following.notices import WINDOW, begin
from coverage.following.services import is_push_service
from coverage.front.event import FOLLOWED
from coverage.record.models import EventHead
from newsroom.editorial.addresses import hashed_line
from newsroom.editorial.errors import Invalid, TooMany, WrongState

FROM_ONE_LINE = (
    500  # new followers within the window: a hall full of readers may share one line to the network
)


def follow(
    head: EventHead, endpoint: str, *, p256dh: str, auth: str, address: str, at: datetime | None = None
) -> Follower:
    """Has a browser told of an event's key events from now on; asked again, it gets what it has, with its new keys.

    `address` is where it was asked from, kept as a keyed hash for an hour. Raises Invalid, WrongState, TooMany.
    """
    at = at or timezone.now()
    if head.state not in FOLLOWED:
        raise WrongState(_("This event is over: there is nothing to be told of any more."))
    _check(endpoint, p256dh, auth)
    keys = {"p256dh": p256dh, "auth": auth}
    if Follower.objects.filter(head=head, endpoint=endpoint).update(**keys, tries=0):
        return Follower.objects.get(head=head, endpoint=endpoint)
    sender = hashed_line(address, "coverage.following")
    if Follower.objects.filter(sender=sender, since__gt=at - WINDOW).count() >= FROM_ONE_LINE:
        raise TooMany(
            _("Many readers of your network began to follow within the last hour. Please try again later."),
            retry_after=int(WINDOW.total_seconds()),
        )
    with transaction.atomic():
        new = {**keys, "told": begin(head), "sender": sender, "since": at, "next_at": at}
        return Follower.objects.update_or_create(
            head=head, endpoint=endpoint, defaults=keys, create_defaults=new
        )[0]


def leave(head: EventHead, endpoint: str) -> bool:
    """Tells it of this event no more. False: it did not follow."""
    return bool(Follower.objects.filter(head=head, endpoint=endpoint).delete()[0])


@transaction.atomic
def move(old: str, endpoint: str, *, p256dh: str, auth: str) -> int:
    """Its push service gave a browser another address: for all it follows. Returns how many events. Raises Invalid."""
    _check(endpoint, p256dh, auth)
    mine = Follower.objects.filter(endpoint=old)
    if endpoint != old:
        there = Follower.objects.filter(endpoint=endpoint).values("head")
        mine.filter(head__in=there).delete()
    return mine.update(endpoint=endpoint, p256dh=p256dh, auth=auth, tries=0)


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    """Raises Invalid for what no push could ever be sent to."""
    if len(endpoint) > 1000 or not is_push_service(endpoint):
        raise Invalid({"endpoint": [_("We do not send to this push service.")]})
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _decoded(p256dh))
    except ValueError as error:
        raise Invalid({"p256dh": [_("This is not the public key of a subscription.")]}) from error
    try:
        is_secret = len(_decoded(auth)) == 16
    except ValueError:
        is_secret = False
    if not is_secret:
        raise Invalid({"auth": [_("This is not the secret of a subscription.")]})


def _decoded(text: str) -> bytes:
    """base64url, with padding or without. Raises ValueError, for what is far too long alike."""
    if len(text) > 100 or not text.isascii():
        raise ValueError("too long, or no base64")
    bare = text.rstrip("=")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars="-_", validate=True)
