"""Who writes and who photographs a keynote."""

from typing import Literal

from django.db import transaction
from django.db.models import Q, QuerySet

from coverage.models import Assignment, Event, Keynote
from coverage.publishing.running_order import check_editor
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, StaleState
from newsroom.editorial.people import User
from newsroom.editorial.roles import editors

Job = Literal["writer", "photographer"]
JOBS: tuple[Job, ...] = ("writer", "photographer")


def may_cover(event: Event) -> QuerySet[User]:
    """The people assigned to an event, every editor, and who was chosen for a keynote of it already; by name."""
    assigned = Assignment.objects.standing().filter(event=event)
    free = Q(pk__in=assigned.values("person")) | Q(pk__in=editors())
    chosen = Q(keynotes_to_write__event=event) | Q(keynotes_to_photograph__event=event)
    people = User.objects.filter((free & Q(is_active=True)) | chosen).distinct()
    return people.order_by("first_name", "last_name", "username")


@transaction.atomic
def assign_cover(keynote: Keynote, job: Job, person: User | None, *, by: User, seen: int | None) -> bool:
    """Says who writes or photographs a keynote, None for nobody; False if it is so already.

    `seen` is the key of whom the editor saw there, None for nobody. Raises NotAllowed, StaleState, Invalid.
    """
    check_editor(by)
    # Without a join: PostgreSQL reads a row it waited for anew, but not what was joined to it.
    standing = Keynote.objects.select_for_update().get(pk=keynote.pk)
    before = getattr(standing, job)
    if before == person:
        return False
    if (before and before.pk) != seen:
        raise StaleState(
            f"Somebody else said meanwhile who covers “{standing}”. Look at it as it stands now."
        )
    if person and not may_cover(standing.event).filter(pk=person.pk).exists():
        raise Invalid({job: [f"{person.desk_name()} does not cover this event: say so on its page first."]})
    Keynote.objects.filter(pk=standing.pk).update(**{job: person})
    names = [one.desk_name() if one else "" for one in (before, person)]
    write_audit("assign", standing, by=by, before={job: names[0]}, after={job: names[1]})
    return True
