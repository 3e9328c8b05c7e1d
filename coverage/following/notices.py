"""What followers are told of: each key event once, while it is news, and what was taken back of what they were told."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from coverage.following.models import Follower, Look, Notice
from coverage.front.event import FOLLOWED
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.titles import title_of
from newsroom.editorial.states import EventState

FRESH = timedelta(hours=1)  # an older key event is no news, and no push service keeps it for longer
WINDOW = timedelta(hours=1)  # of the limits on who may follow
KEPT_AFTER_THE_END = timedelta(days=1)


def note(*, at: datetime) -> None:
    """Notes what was released since the last look, of events that have followers."""
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


def title_told(post: ReleasedPost) -> str:
    """What a message calls it; "" once it is withdrawn."""
    return "" if post.withdrawn_at else post.title or title_of(post)


def _changed() -> QuerySet[EventHead]:
    """Public events with followers, of which something was released since the last look."""
    seen = Q(look__epoch=F("epoch"), look__seq=F("seq"))
    return EventHead.objects.public().filter(look__isnull=False).exclude(seen).select_related("look")


@transaction.atomic
def _note(head: EventHead, *, at: datetime) -> None:
    """Of two workers that look at once the first notes; what happens in between is the next look's."""
    seen = head.look
    mine = Look.objects.filter(pk=seen.pk, epoch=seen.epoch, seq=seen.seq)
    if not mine.update(epoch=head.epoch, seq=head.seq) or seen.epoch != head.epoch:
        return
    known: dict[str, str] = dict(
        head.notices.filter(at__gt=at - FRESH).order_by("pk").values_list("public_id", "digest")
    )
    changed = head.posts.filter(seq__gt=seen.seq, seq__lte=head.seq)
    told = changed.filter(public_id__in=known)
    fresh = changed.live().filter(
        key_event=True,
        released_at__gt=at - FRESH,
        position__gte=round((at - FRESH).timestamp() * 1_000_000),  # what is entered a day late is no news
    )
    new = fresh.exclude(public_id__in=head.notices.values("public_id"))
    Notice.objects.bulk_create(
        Notice(head=head, public_id=post.public_id, digest=_digest(post), amends=amends, at=at)
        for posts, amends in ((new, False), (told, True))
        for post in posts.oldest_first()
        if known.get(post.public_id) != _digest(post)
    )


def _digest(post: ReleasedPost) -> str:
    title = title_told(post)
    return title and hashlib.sha256(title.encode()).hexdigest()
