"""The presses that run a keynote: from where each starts, whom it is offered to, what a late one still means.

The desk, the phone's pages and the API all read this table.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from coverage.models import Keynote, Post
from coverage.models.keynote import Standing
from coverage.publishing import running_order
from coverage.publishing.running_order import check_may_run, lock_keynote
from newsroom.editorial import clock
from newsroom.editorial.errors import WrongState
from newsroom.editorial.people import User
from newsroom.editorial.states import EventState, PostState

# A press that was longer on its way counts from when it arrived.
STILL_COUNTS = datetime.timedelta(hours=6)
# So far a phone's clock and the way of a request may misjudge when a button was pressed.
MISJUDGED = datetime.timedelta(minutes=1)

WAITS = frozenset({Standing.PLANNED, Standing.LATE})
ON_NOW = frozenset({Standing.ON_NOW})
OVER = frozenset({Standing.OVER})


@dataclass(frozen=True)
class Press:
    """One press. `about`: the column whose moment it speaks of, if that must be known. `act` None: it asks first."""

    name: str
    label: str
    starts: frozenset[Standing]
    says: str
    act: Callable[..., Post | None] | None = None
    about: str = ""
    stamps: bool = False

    @property
    def is_undo(self) -> bool:
        return self.name.startswith("undo-")

    def starts_from(self, keynote: Keynote, at: datetime.datetime) -> bool:
        """Whether the keynote stands where it starts; what has no planned time cannot be late."""
        return keynote.standing(at) in self.starts and (self.act is not None or keynote.starts_at is not None)


PRESSES: dict[str, Press] = {
    press.name: press
    for press in (
        Press(
            "start",
            "Started",
            WAITS,
            "“{}” has begun. Readers see it now.",
            running_order.start_keynote,
            stamps=True,
        ),
        Press(
            "end",
            "Over",
            ON_NOW,
            "“{}” is over. Readers see it now.",
            running_order.end_keynote,
            about="actual_start",
            stamps=True,
        ),
        Press("late", "Late", WAITS | ON_NOW, "Moved: “{}” and what comes after it. Readers see it now."),
        Press(
            "undo-start",
            "Not begun",
            ON_NOW,
            "Taken back: “{}” has not begun.",
            running_order.undo_start,
            about="actual_start",
        ),
        Press(
            "undo-end",
            "Not over",
            OVER,
            "Taken back: “{}” is on.",
            running_order.undo_end,
            about="actual_end",
        ),
    )
}
SAYS = {press.name: press.says for press in PRESSES.values()} | {
    "filed": "“{}” has begun. The post that says so waits with the desk."
}


def offered(
    keynotes: Iterable[Keynote], person: User, *, publishes: bool, state: str, at: datetime.datetime
) -> dict[int, list[str]]:
    """What somebody who covers the event may press at `at`, by the keynotes' keys, in the table's order; no query.

    `publishes`: whether she may publish at it; `state`: the event's.
    """
    is_draft = state == EventState.DRAFT
    return {
        one.pk: [press.name for press in PRESSES.values() if press.starts_from(one, at)]
        if not is_draft and (publishes or one.writer_id == person.pk)
        else []
        for one in keynotes
    }


@transaction.atomic
def press(
    name: str, keynote: Keynote, *, by: User, pressed_at: datetime.datetime | None = None
) -> Post | None:
    """Does one press, but for `late`, which is `delays.shift`; answers the marker of a start, else None.

    `pressed_at`: when, if it is only now that it arrives; None: now. It counts with that time as `counts_at` says.
    Raises NotAllowed, and WrongState: also if what it speaks of came to be after it was pressed.
    """
    chosen = PRESSES[name]
    check_may_run(by, keynote)
    if pressed_at is not None:
        keynote = lock_keynote(keynote)
        _check_still_meant(chosen, keynote, pressed_at)
    stamp = {"at": counts_at(keynote, pressed_at, now=clock.now())} if chosen.stamps else {}
    return chosen.act(keynote, by=by, **stamp)


def counts_at(
    keynote: Keynote, pressed_at: datetime.datetime | None, *, now: datetime.datetime
) -> datetime.datetime | None:
    """The moment a press counts with; None: now.

    That is when it was pressed, unless that lies in the future, more than six hours back, or on a day before the
    keynote's, in the event's zone.
    """
    if pressed_at is None or not now - STILL_COUNTS <= pressed_at <= now:
        return None
    zone, planned = keynote.event.zone, keynote.starts_at
    if planned and pressed_at.astimezone(zone).date() < planned.astimezone(zone).date():
        return None
    return pressed_at


def done_by(name: str, marker: Post | None) -> str:
    """What came of a press, to say with `sentence_of`. `marker`: what `press` answered."""
    waits = marker is not None and marker.state != PostState.PUBLISHED
    return "filed" if waits else name


def sentence_of(done: str, keynote: Keynote) -> str:
    """What to say of a press that was done; empty for what is none."""
    return SAYS.get(done, "").format(keynote)


def _check_still_meant(chosen: Press, keynote: Keynote, pressed_at: datetime.datetime) -> None:
    moment = getattr(keynote, chosen.about) if chosen.about else None
    if moment and pressed_at < moment - MISJUDGED:
        became = "is over" if chosen.about == "actual_end" else "has begun"
        raise WrongState(
            f"“{keynote}” {became} only since {moment.astimezone(keynote.event.zone):%H:%M}, after this was pressed. "
            "Look at it as it stands now."
        )
