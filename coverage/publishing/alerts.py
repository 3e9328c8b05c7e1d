"""Telling the desk: an alert is a row, written once; whoever is not there to see it gets it by e-mail."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from coverage.models import Event, Post
from coverage.models.alert import Alert, AlertKind
from newsroom.editorial.roles import editors, picture_editors

logger = logging.getLogger(__name__)
# How long an alert waits for somebody at the desk to see it before it is sent.
UNSEEN = timedelta(seconds=30)
# After which whoever was sending it is taken for gone, and for how long sending is tried.
SENDING = timedelta(minutes=2)
TRIED_FOR = timedelta(days=1)


def raise_alert(
    key: str, kind: AlertKind, title: str, *, path: str, text: str = "", event: Event | None = None
) -> bool:
    """Writes an alert down once for each key; answers whether it is new."""
    said = {"kind": kind, "event": event, "title": title[:300], "text": text, "path": path}
    return Alert.objects.get_or_create(key=key, defaults=said)[1]


def raise_about(post: Post, key: str, kind: AlertKind, said: str, *, text: str) -> bool:
    """`raise_alert` for something that happened to a post: `said` stands before its title; it is done on its page."""
    return raise_alert(key, kind, f"{said}: “{post}”", path=_page_of(post), text=text, event=post.event)


def settle(post: Post, kind: AlertKind) -> None:
    """What was told of a post was dealt with: no desk shows it any more, and nobody is sent it."""
    told = Alert.objects.filter(kind=kind, path=_page_of(post), dismissed_at=None)
    told.update(dismissed_at=timezone.now())


def _page_of(post: Post) -> str:
    return reverse("admin:coverage_post_change", args=[post.pk])


def mail_alerts(*, at: datetime | None = None) -> int:
    """Sends what nobody has seen for half a minute, each to the editors it concerns; answers how many were sent.

    A server that refuses is logged and tried again after two minutes, for a day. Killed between sending and
    writing that down, it is sent twice: better than never.
    """
    at = at or timezone.now()
    waiting = Alert.objects.unmailed().filter(raised_at__lte=at - UNSEEN, raised_at__gte=at - TRIED_FOR)
    return sum(_mail(alert, at) for alert in waiting.select_related("event"))


def _mail(alert: Alert, at: datetime) -> bool:
    free = Q(mailing_since=None) | Q(mailing_since__lte=at - SENDING)
    if not Alert.objects.unmailed().filter(free, pk=alert.pk).update(mailing_since=at):
        return False
    addresses = _addresses(alert)
    if not addresses:
        logger.warning("nobody with an e-mail address could be told of the alert %s", alert.key)
        return False
    try:
        _message(alert, addresses).send()
    except OSError:  # also SMTP's own errors
        logger.exception("the alert %s was not sent and is tried again", alert.key)
        return False
    Alert.objects.filter(pk=alert.pk).update(mailed_at=at)
    return True


def _addresses(alert: Alert) -> list[str]:
    """Of the editors assigned to its event; without one, of every editor. A picture's goes to photo editors too."""
    told = picture_editors() if alert.kind == AlertKind.LEASE else editors()
    reachable = told.exclude(email="").order_by("pk")
    assigned = reachable.filter(assignments__event=alert.event) if alert.event else reachable.none()
    return list((assigned if assigned.exists() else reachable).values_list("email", flat=True))


def _message(alert: Alert, addresses: list[str]) -> EmailMessage:
    subject = " ".join(alert.title.split())
    body = f"{alert.title}\n\n{alert.text}\n\n{settings.PUBLIC_URL}{alert.path}\n"
    return EmailMessage(f"[{settings.NEWSROOM_NAME}] {subject}", body, to=addresses)
