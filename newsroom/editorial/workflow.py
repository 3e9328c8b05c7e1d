"""The transition table. Buttons, the API's actions, the tests and the documentation all read it."""

import enum
from dataclasses import dataclass, field

from newsroom.editorial.errors import WrongState
from newsroom.editorial.states import UNPUBLISHED, EventState, PostState

S = PostState


class Who(enum.Enum):
    """Who may use a verb; `coverage.publishing.access` answers for a person and a post."""

    AUTHOR = "the author"
    EDITOR = "an editor"
    CLAIMANT = "the editor who claimed it, or the chief editor; another editor takes it over"
    EDITOR_OR_AUTHOR = "an editor, or the author of her own draft"
    EDITOR_OR_SPIKER = "an editor, or the author who put it aside herself"
    PUBLISHER = "whoever may publish at this event"
    CHIEF = "the chief editor"


@dataclass(frozen=True)
class Verb:
    """One verb: where it starts, where it leads, who may use it and what it takes.

    `target` None: the post stays in its state (pin) or returns to the one before (unschedule).
    `takes` maps a parameter's name to whether it is required.
    `second_reader_sources`: the states it starts from where an event asks for a second reader; None: the same.
    `reviews`: on a published post it moves the pending revision, whose state is the post's `review`; readers keep
    what they have. `second_read`: where an event asks for a second reader, a pending revision must be approved.
    `least`: how many characters a parameter must have.
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str | None
    who: Who
    takes: dict[str, bool] = field(default_factory=dict)
    second_reader_sources: frozenset[str] | None = None
    reviews: bool = False
    second_read: bool = False
    least: dict[str, int] = field(default_factory=dict)

    def sources_at(self, second_reader: bool) -> frozenset[str]:
        """The states it starts from at an event that asks for a second reader, or does not."""
        asked = second_reader and self.second_reader_sources is not None
        return self.second_reader_sources if asked else self.sources

    def starts(self, state: str, *, review: str = "", second_reader: bool = False) -> bool:
        """Whether it works on a post of that state, whose pending revision has come as far as `review`."""
        standing = review if self.reviews and review else state
        unread = second_reader and self.second_read and review not in ("", S.APPROVED)
        return standing in self.sources_at(second_reader) and not unread

    def check_source(self, state: str, *, review: str = "", second_reader: bool = False) -> None:
        """Raises WrongState unless it `starts`."""
        if self.starts(state, review=review, second_reader=second_reader):
            return
        sources = self.sources_at(second_reader)
        if not sources:
            raise WrongState(f"“{self.label}” is for events that ask for a second reader.")
        if state in sources and not self.reviews:
            raise WrongState("This event asks for a second reader: have the changes approved first.")
        of = (
            f"The changes are {PostState(review).label} and" if review else f"A {PostState(state).label} post"
        )
        allowed = ", ".join(PostState(s).label for s in PostState if s in sources)
        raise WrongState(f"{of} cannot be changed by “{self.label}”; it works on: {allowed}.")


_DESK = frozenset({S.SUBMITTED, S.IN_REVIEW, S.APPROVED})
_BEFORE = frozenset({S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.APPROVED})
_SECOND_READ = frozenset({S.APPROVED, S.SCHEDULED})

POST_VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("submit", "File", frozenset({S.DRAFT}), S.SUBMITTED, Who.AUTHOR, reviews=True),
        Verb("claim", "Claim", frozenset({S.SUBMITTED}), S.IN_REVIEW, Who.EDITOR, reviews=True),
        Verb(
            "release-claim",
            "Release the claim",
            frozenset({S.IN_REVIEW}),
            S.SUBMITTED,
            Who.CLAIMANT,
            reviews=True,
        ),
        Verb("send-back", "Send back", _DESK, S.DRAFT, Who.EDITOR, {"note": True}, reviews=True),
        Verb(
            "approve", "Approve", frozenset({S.SUBMITTED, S.IN_REVIEW}), S.APPROVED, Who.EDITOR, reviews=True
        ),
        Verb(
            "publish",
            "Publish",
            _BEFORE | {S.SCHEDULED, S.PUBLISHED},
            S.PUBLISHED,
            Who.PUBLISHER,
            second_reader_sources=_SECOND_READ | {S.PUBLISHED},
            second_read=True,
        ),
        Verb(
            "break-glass",
            "Break the glass",
            frozenset(),
            S.PUBLISHED,
            Who.PUBLISHER,
            {"reason": True},
            second_reader_sources=frozenset({S.DRAFT, S.SUBMITTED, S.IN_REVIEW}),
            reviews=True,
            least={"reason": 10},
        ),
        Verb("sign-off", "Sign off", frozenset({S.PUBLISHED, S.WITHDRAWN}), None, Who.EDITOR),
        Verb(
            "schedule",
            "Schedule",
            _BEFORE | {S.SCHEDULED},
            S.SCHEDULED,
            Who.PUBLISHER,
            {"publish_at": False, "anchor_keynote": False, "anchor": False, "anchor_minutes": False},
            second_reader_sources=_SECOND_READ,
        ),
        Verb("unschedule", "Unschedule", frozenset({S.SCHEDULED}), None, Who.PUBLISHER),
        Verb(
            "correct",
            "Correct",
            frozenset({S.PUBLISHED}),
            S.PUBLISHED,
            Who.PUBLISHER,
            {"note": True, "remove_old": False},
            second_read=True,
        ),
        Verb(
            "withdraw",
            "Withdraw",
            frozenset({S.PUBLISHED}),
            S.WITHDRAWN,
            Who.PUBLISHER,
            {"reason": True, "note": False},
        ),
        Verb("reinstate", "Reinstate", frozenset({S.WITHDRAWN}), S.PUBLISHED, Who.CHIEF, {"reason": True}),
        Verb("spike", "Spike", UNPUBLISHED, S.SPIKED, Who.EDITOR_OR_AUTHOR),
        Verb("unspike", "Bring back", frozenset({S.SPIKED}), S.DRAFT, Who.EDITOR_OR_SPIKER),
        Verb("pin", "Pin", frozenset({S.PUBLISHED}), None, Who.PUBLISHER),
        Verb("unpin", "Unpin", frozenset({S.PUBLISHED}), None, Who.PUBLISHER),
        Verb("mark-key", "Mark as key event", frozenset({S.PUBLISHED}), None, Who.PUBLISHER),
        Verb("unmark-key", "No key event", frozenset({S.PUBLISHED}), None, Who.PUBLISHER),
        Verb(
            "move",
            "Move",
            UNPUBLISHED | {S.PUBLISHED},
            None,
            Who.PUBLISHER,
            {"event": False, "keynote": False},
        ),
    )
}

E = EventState


@dataclass(frozen=True)
class EventVerb:
    name: str
    label: str
    sources: frozenset[str]
    target: str

    def check_source(self, state: str) -> None:
        """Raises WrongState if the verb does not start from `state`."""
        if state not in self.sources:
            raise WrongState(
                f"“{self.label}” does not work on an event that is {EventState(state).label}; "
                f"it works on: {', '.join(s.label for s in EventState if s in self.sources)}."
            )


EVENT_VERBS: dict[str, EventVerb] = {
    verb.name: verb
    for verb in (
        EventVerb("announce", "Announce", frozenset({E.DRAFT}), E.PLANNED),
        EventVerb("open", "Open", frozenset({E.PLANNED, E.PAUSED}), E.LIVE),
        EventVerb("pause", "Pause", frozenset({E.LIVE}), E.PAUSED),
        EventVerb("end", "End", frozenset({E.PLANNED, E.LIVE, E.PAUSED}), E.ENDED),
        EventVerb("reopen", "Reopen", frozenset({E.ENDED}), E.LIVE),
    )
}


@dataclass(frozen=True)
class WrapVerb:
    """A verb of an event's wrap; `takes` as of a post's."""

    name: str
    label: str
    sources: frozenset[str]
    target: str
    who: Who
    takes: dict[str, bool] = field(default_factory=dict)

    def check_source(self, state: str) -> None:
        """Raises WrongState if the verb does not start from `state`."""
        if state not in self.sources:
            allowed = ", ".join(sorted(self.sources))
            raise WrongState(
                f"“{self.label}” does not work on a wrap that is {state}; it works on: {allowed}."
            )


WRAP_VERBS: dict[str, WrapVerb] = {
    verb.name: verb
    for verb in (
        WrapVerb(
            "publish",
            "Publish",
            frozenset({"draft", "published"}),
            "published",
            Who.PUBLISHER,
            {"note": False},
        ),
        WrapVerb(
            "withdraw", "Withdraw", frozenset({"published"}), "withdrawn", Who.PUBLISHER, {"reason": True}
        ),
        WrapVerb(
            "reinstate", "Reinstate", frozenset({"withdrawn"}), "published", Who.CHIEF, {"reason": True}
        ),
    )
}
