"""What followers are told of: each key event once, while it is news."""

from datetime import datetime, timedelta

from django.db.models import F, Max, Q, QuerySet

from coverage.following.models import Follower, Look, Notice
from coverage.front.event import FOLLOWED
from coverage.record.models import EventHead
from newsroom.editorial.states import EventState

FRESH = timedelta(hours=1)  # an older key event is no news, and no push service keeps it for longer
WINDOW = timedelta(hours=1)  # of the limits on who may follow
KEPT_AFTER_THE_END = timedelta(days=1)


def note(*, at: datetime) -> None:
    """Notes the key events released since the last look, of events that have followers."""
    without = EventHead.objects.public().filter(followers__isnull=False, look=None).distinct()
    Look.objects.bulk_create(
        [Look(head=head, epoch=head.epoch, seq=head.seq) for head in without], ignore_conflicts=True
    )
    for head in _changed():
        _note(head, at=at)


def begin(head: EventHead) -> int:
    """Has an event looked at from now on. Returns the newest notice there is: a new follower is told what comes."""
    Look.objects.get_or_create(head=head, defaults={"epoch": head.epoch, "seq": head.seq})
    return head.notices.aggregate(newest=Max("pk"))["newest"] or 0


def forget(*, at: datetime) -> int:
    """Deletes followers of events that are over, notices that are no news, and the hash of where a follower came from
    once no limit counts it. Returns how many followers went."""
    Follower.objects.filter(since__lte=at - WINDOW).exclude(sender="").update(sender="")
    over = Q(ended_at__lt=at - KEPT_AFTER_THE_END) | ~Q(state__in=[*FOLLOWED, EventState.ENDED])
    gone = EventHead.objects.filter(over)
    Notice.objects.filter(at__lt=at - 2 * FRESH).delete()
    Look.objects.filter(Q(head__in=gone) | Q(head__followers=None)).delete()
    return Follower.objects.filter(head__in=gone).delete()[0]


def _changed() -> QuerySet[EventHead]:
    """Public events with followers, of which something was released since the last look."""
    seen = Q(look__epoch=F("epoch"), look__seq=F("seq"))
    return EventHead.objects.public().filter(look__isnull=False).exclude(seen).select_related("look")


def _note(head: EventHead, *, at: datetime) -> None:
    """Marks are set and taken away, posts corrected: each key event is noted once, while it is news."""
    since = head.look.seq if head.look.epoch == head.epoch else head.seq
    fresh = head.posts.live().filter(
        key_event=True, seq__gt=since, seq__lte=head.seq, released_at__gt=at - FRESH
    )
    Notice.objects.bulk_create(
        [Notice(head=head, public_id=post.public_id, at=at) for post in fresh.oldest_first()],
        ignore_conflicts=True,
    )
    Look.objects.filter(pk=head.look.pk).update(epoch=head.epoch, seq=head.seq)
