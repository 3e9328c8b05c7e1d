"""The run of show as it happens: a keynote starts, is over, is cancelled or takes another place; `delays` moves times.

Readers see it with the same press.
"""

import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from coverage.models import Event, Keynote, Post
from coverage.models.alert import AlertKind
from coverage.publishing import filing, publication, review
from coverage.publishing.access import is_assigned, may_publish
from coverage.publishing.alerts import raise_about
from coverage.publishing.anchors import scheduled_with
from coverage.publishing.head import lock_head
from coverage.publishing.programme import release_programme
from coverage.publishing.schedule import unschedule
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, StaleState, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import EventState, PostState

# A headline's length, less the words a marker adds to a keynote's title.
LONGEST_TITLE = 180
IN_ORDER = ("order", "starts_at", "id")
MISTAKEN = "It had not begun: the button was pressed by mistake."


def may_run(person: User, keynote: Keynote) -> bool:
    """Who says that a keynote begins, is over or is late: whoever may publish at its event, and its assigned writer."""
    if not person.is_active:
        return False
    hers = keynote.writer_id == person.pk and is_assigned(person, keynote.event)
    return hers or may_publish(person, keynote.event)


def check_may_run(person: User, keynote: Keynote) -> None:
    """Raises NotAllowed unless `may_run`."""
    if not may_run(person, keynote):
        raise NotAllowed("This is for whoever may publish at this event, and for the keynote’s writer.")


def check_editor(person: User) -> None:
    """Raises NotAllowed for anybody but an editor."""
    if not is_editor(person):
        raise NotAllowed("Changing the run of show is for an editor.")


def lock_keynote(keynote: Keynote) -> Keynote:
    """The keynote as it stands, nobody else changing it until the transaction ends. Raises WrongState on a draft event.

    After the event's head, as everything that will be released.
    """
    if lock_head(keynote.event).state == EventState.DRAFT:
        raise WrongState("The event is still a draft: announce it first.")
    return Keynote.objects.select_for_update(of=("self",)).select_related("event").get(pk=keynote.pk)


@transaction.atomic
def start_keynote(keynote: Keynote, *, by: User, at: datetime.datetime | None = None) -> Post:
    """Says that a keynote begins now, or began `at`; answers the marker post that tells readers.

    Effects, in order: its actual start, its announcement if it was held back, the run of show readers see with the
    posts scheduled by its start, and the marker: published if the person may and no second reader is asked for,
    filed otherwise. Guests held back stay so. Raises NotAllowed, WrongState.
    """
    check_may_run(by, keynote)
    keynote = lock_keynote(keynote)
    if keynote.cancelled_at:
        raise WrongState(f"“{keynote}” is cancelled: bring it back first.")
    if keynote.actual_start:
        raise WrongState(f"“{keynote}” has begun already, at {_clock(keynote, keynote.actual_start)}.")
    _set(keynote, by, "start", actual_start=at or clock.now(), held=False)
    return _file_marker(keynote, by)


@transaction.atomic
def undo_start(keynote: Keynote, *, by: User) -> None:
    """Takes a mistaken start back: the marker is withdrawn, or put aside if no reader saw it.

    What was announced by it stays announced, and posts that came out by it stay out. Raises NotAllowed, WrongState.
    """
    check_may_run(by, keynote)
    keynote = lock_keynote(keynote)
    if not keynote.actual_start or keynote.actual_end:
        raise WrongState(f"“{keynote}” is not on now: there is no start to take back.")
    began = keynote.actual_start
    _set(keynote, by, "undo-start", actual_start=None)
    for marker in keynote.posts.filter(kind="marker", happened_at=began).select_related("event"):
        _take_back(marker)


@transaction.atomic
def end_keynote(keynote: Keynote, *, by: User, at: datetime.datetime | None = None) -> None:
    """Says that a keynote is over now, or since `at`. Raises NotAllowed, WrongState."""
    check_may_run(by, keynote)
    keynote = lock_keynote(keynote)
    if not keynote.actual_start:
        raise WrongState(f"“{keynote}” has not begun yet.")
    if keynote.actual_end:
        raise WrongState(f"“{keynote}” is over already, since {_clock(keynote, keynote.actual_end)}.")
    _set(keynote, by, "end", actual_end=max(at or clock.now(), keynote.actual_start))


@transaction.atomic
def undo_end(keynote: Keynote, *, by: User) -> None:
    """Takes a mistaken end back: it is on again. Raises NotAllowed, WrongState."""
    check_may_run(by, keynote)
    keynote = lock_keynote(keynote)
    if not keynote.actual_end:
        raise WrongState(f"“{keynote}” is not over.")
    _set(keynote, by, "undo-end", actual_end=None)


@transaction.atomic
def cancel_keynote(keynote: Keynote, *, by: User) -> list[Post]:
    """Marks a keynote as cancelled, takes its scheduled posts off the schedule and answers them.

    Each raises an alert, for it will not come out by itself any more. Raises NotAllowed, WrongState.
    """
    check_editor(by)
    keynote = lock_keynote(keynote)
    if keynote.cancelled_at:
        raise WrongState(f"“{keynote}” is cancelled already.")
    if keynote.actual_start:
        raise WrongState(f"“{keynote}” has begun: say that it is over.")
    posts = list(scheduled_with(keynote))
    for post in posts:
        unschedule(post, by=by)
        _alert(keynote, post)
    _set(keynote, by, "cancel", cancelled_at=clock.now())
    return posts


@transaction.atomic
def uncancel_keynote(keynote: Keynote, *, by: User) -> None:
    """Brings a cancelled keynote back; its posts are scheduled again by hand. Raises NotAllowed, WrongState."""
    check_editor(by)
    keynote = lock_keynote(keynote)
    if not keynote.cancelled_at:
        raise WrongState(f"“{keynote}” is not cancelled.")
    _set(keynote, by, "uncancel", cancelled_at=None)


@transaction.atomic
def reorder(event: Event, ids: list[int], *, by: User, seen: list[int]) -> bool:
    """Puts the keynotes into the order of `ids`, their keys; False if they stand so already. Times stay.

    `seen` is the order the person saw. Raises NotAllowed, StaleState, Invalid.
    """
    check_editor(by)
    lock_head(event)
    standing = list(event.keynotes.order_by(*IN_ORDER))
    if [keynote.pk for keynote in standing] != seen:
        raise StaleState("Somebody changed the run of show after you opened it. Look at it as it stands now.")
    if sorted(ids) != sorted(seen):
        raise Invalid({"order": ["Every keynote must be in the new order, once."]})
    if ids == seen:
        return False
    for keynote in standing:
        keynote.order = ids.index(keynote.pk) + 1
    Keynote.objects.bulk_update(standing, ["order"])
    release_programme(event)
    titles = {keynote.pk: keynote.title for keynote in standing}
    before, after = ({"keynotes": [titles[pk] for pk in order]} for order in (seen, ids))
    write_audit("reorder", event, by=by, before=before, after=after)
    return True


def _set(keynote: Keynote, by: User, verb: str, **columns) -> None:
    before = {name: _plain(getattr(keynote, name)) for name in columns}
    for name, value in columns.items():
        setattr(keynote, name, value)
    keynote.save(update_fields=columns)
    release_programme(keynote.event)
    after = {name: _plain(value) for name, value in columns.items()}
    write_audit(verb, keynote, by=by, before=before, after=after)


def _plain(value: datetime.datetime | bool | None) -> str | bool | None:
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def _file_marker(keynote: Keynote, by: User) -> Post:
    event: Event = keynote.event
    with translation.override(event.language):
        headline = gettext("%(keynote)s begins") % {"keynote": keynote.title[:LONGEST_TITLE]}
    told = {"kind": "marker", "headline": headline, "keynote": keynote, "happened_at": keynote.actual_start}
    post = publication.post_by_id(filing.create_post(event, by=by, **told).pk)
    if may_publish(by, event) and not event.second_reader:
        return publication.publish(post, by=by)
    return review.submit(post, by=by)


def _take_back(marker: Post) -> None:
    """By the newsroom itself: whoever pressed the button in error may not be its author."""
    if marker.state == PostState.PUBLISHED:
        publication.withdraw(marker, by=None, reason=MISTAKEN)
    elif marker.state not in (PostState.WITHDRAWN, PostState.SPIKED):
        review.spike(marker, by=None)


def _alert(keynote: Keynote, post: Post) -> None:
    raise_about(
        post,
        f"cancelled {post.pk} {post.version}",
        AlertKind.RELEASE,
        "Taken off the schedule",
        text=f"“{keynote}” is cancelled. Schedule the post again, publish it or put it aside.",
    )


def _clock(keynote: Keynote, moment: datetime.datetime) -> str:
    return f"{moment.astimezone(keynote.event.zone):%H:%M}"
