"""What becomes of an address whose page moves or ends: it leads on (301), or says that nothing is there (410).

Call these in the transaction that changes the record; `coverage.front.moved` answers by what they write.
"""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from coverage.record.addresses import digest_of
from coverage.record.models import ErasedAddress, EventHead, MovedAddress


def lead_on(old: str, new: str, head: EventHead | None = None) -> None:
    """Lets a path, and every path that led to it, lead to `new`."""
    MovedAddress.objects.filter(old=new).delete()  # it comes back
    MovedAddress.objects.filter(new=old).update(new=new)
    MovedAddress.objects.update_or_create(old=old, defaults={"new": new, "head": head, "at": timezone.now()})


def let_go(paths: Iterable[str], head: EventHead) -> None:
    """Notes that the event's record makes these pages no more: where no other event does, they answer 410.

    What leads on goes on doing so, and of somebody who was erased nothing is written down.
    """
    by_digest = {digest_of(path): path for path in paths}
    if not by_digest:
        return
    erased = ErasedAddress.objects.filter(digest__in=by_digest).values_list("digest", flat=True)
    gone = by_digest.keys() - set(erased)
    MovedAddress.objects.bulk_create(
        [MovedAddress(old=by_digest[digest], new="", head=head) for digest in sorted(gone)],
        ignore_conflicts=True,
    )


def keynote_path(head: EventHead, slug: str) -> str:
    return reverse("front:keynote", args=[head.slug, slug])


def people_paths(rows: Iterable[Any], head: EventHead) -> set[str]:
    """The pages that appearances, or speakers as named, give a reason for; none of a rehearsal, which gives none."""
    if head.unlisted:
        return set()
    pairs = {(row.speaker, row.organisation_slug) for row in rows}
    return {speaker_path(speaker) for speaker, _ in pairs} | {
        organisation_path(slug) for _, slug in pairs if slug
    }


def speaker_path(slug: str) -> str:
    return reverse("front:speaker", args=[slug])


def organisation_path(slug: str) -> str:
    return reverse("front:organisation", args=[slug])
