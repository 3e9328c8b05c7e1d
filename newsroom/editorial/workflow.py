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
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str | None
    who: Who
    takes: dict[str, bool] = field(default_factory=dict)
    second_reader_sources: frozenset[str] | None = None

    def sources_at(self, second_reader: bool) -> frozenset[str]:
        """The states it starts from at an event that asks for a second reader, or does not."""
        asked = second_reader and self.second_reader_sources is not None
        return self.second_reader_sources if asked else self.sources

    def check_source(self, state: str, *, second_reader: bool = False) -> None:
        """Raises WrongState if the verb does not start from `state`."""
        sources = self.sources_at(second_reader)
        if state not in sources:
            allowed = ", ".join(PostState(s).label for s in PostState if s in sources)
            raise WrongState(
                f"A {PostState(state).label} post cannot be changed by “{self.label}”; it works on: {allowed}."
            )


_DESK = frozenset({S.SUBMITTED, S.IN_REVIEW, S.APPROVED})
_BEFORE = frozenset({S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.APPROVED})
_SECOND_READ = frozenset({S.APPROVED, S.SCHEDULED})

POST_VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("submit", "File", frozenset({S.DRAFT}), S.SUBMITTED, Who.AUTHOR),
        Verb("claim", "Claim", frozenset({S.SUBMITTED}), S.IN_REVIEW, Who.EDITOR),
        Verb("release-claim", "Release the claim", frozenset({S.IN_REVIEW}), S.SUBMITTED, Who.EDITOR),
        Verb("send-back", "Send back", _DESK, S.DRAFT, Who.EDITOR, {"note": True}),
        Verb("approve", "Approve", frozenset({S.SUBMITTED, S.IN_REVIEW}), S.APPROVED, Who.EDITOR),
        Verb(
            "publish",
            "Publish",
            _BEFORE | {S.SCHEDULED, S.PUBLISHED},
            S.PUBLISHED,
            Who.PUBLISHER,
            second_reader_sources=_SECOND_READ | {S.PUBLISHED},
        ),
        Verb(
            "schedule",
            "Schedule",
            _BEFORE | {S.SCHEDULED},
            S.SCHEDULED,
            Who.PUBLISHER,
            {"publish_at": True},
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
