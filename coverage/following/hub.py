"""WebSub (W3C): tells the hub of WEBSUB_HUB that an event's feeds changed. Who subscribes there is the hub's affair.

The row says what the hub was told last: a lost task, a killed worker or a hub that is down costs time, never news.
"""

import logging
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db.models import F, Q, QuerySet

from coverage.following.models import HubNotice
from coverage.following.sending import LONGEST_LOOK, Session, after, turn
from coverage.front.feeds import topics
from coverage.record.models import EventHead

log = logging.getLogger(__name__)
AT_ONCE = 50  # events told by one task
LEASE = timedelta(minutes=1)  # so long another worker leaves an event to the one that took it


def tell_hub(*, at: datetime) -> int:
    """One look: tells the hub of what changed since. Returns of how many events; 0 where there is no hub."""
    if not settings.WEBSUB_HUB:
        return 0
    _make_rows(at)
    if not _due(at).exists():
        return 0
    hub = urlsplit(settings.WEBSUB_HUB)
    session = Session(
        [f"{hub.scheme}://{hub.netloc}"]
    )  # the operator's own choice, of her own network perhaps
    told, end = 0, time.monotonic() + LONGEST_LOOK
    with turn("hub", 90, at=at) as is_mine:
        for notice in _due(at)[: AT_ONCE if is_mine else 0]:
            if time.monotonic() < end:
                told += _tell(notice, session, at=at)
    return told


def _make_rows(at: datetime) -> None:
    new = EventHead.objects.listed().filter(hub_notice=None)
    HubNotice.objects.bulk_create([HubNotice(head=head, next_at=at) for head in new], ignore_conflicts=True)


def _due(at: datetime) -> QuerySet[HubNotice]:
    told = Q(epoch=F("head__epoch"), seq=F("head__seq"))
    waiting = HubNotice.objects.filter(head__in=EventHead.objects.listed(), next_at__lte=at)
    return waiting.exclude(told).select_related("head").order_by("next_at", "pk")


def _tell(notice: HubNotice, session: Session, *, at: datetime) -> bool:
    mine = HubNotice.objects.filter(pk=notice.pk)
    if not mine.filter(next_at=notice.next_at).update(next_at=at + LEASE):
        return False
    head = notice.head
    try:
        for topic in topics(head):
            # Hubs read one of the two names: the specification leaves it to them (section 7).
            form = {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
            answer = session.post(settings.WEBSUB_HUB, data=form)
            if not 200 <= answer.status_code < 300:
                raise requests.HTTPError(f"it answered {answer.status_code}", response=answer)
    except requests.RequestException as error:
        wait = error.response.headers.get("Retry-After") if error.response is not None else None
        mine.update(tries=F("tries") + 1, next_at=after(notice.tries, wait, at=at))
        log.warning("the hub was not told of %s, and is asked again: %s", head.slug, error)
        return False
    mine.update(epoch=head.epoch, seq=head.seq, tries=0, next_at=at)
    return True
