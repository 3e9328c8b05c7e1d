"""A small model of the desk: which verb works, and what readers may see after it. It knows nothing of the product.

Every text is a token nobody else wrote, `t00042x`, so that a word in the wrong place says where it came from.
"""

import datetime
import itertools
from dataclasses import dataclass, field
from typing import NamedTuple

# Who plays: a reporter who may not publish, two editors and a chief.
EDITORS = ("ada", "ben", "cleo")
PEOPLE = ("rea", *EDITORS)
KEYNOTES = {"here": ("", "doors", "guest"), "there": ("", "talk")}
HELD = "guest"  # a keynote that readers learn of only when it is announced

_BEFORE = {"draft", "submitted", "in_review", "approved"}
_DESK = {"submitted", "in_review", "approved"}
# verb: the states it starts from, and those at an event that asks for a second reader, if they differ
STARTS = {
    "submit": ({"draft"}, None),
    "claim": ({"submitted"}, None),
    "release-claim": ({"in_review"}, None),
    "send-back": (_DESK, None),
    "approve": ({"submitted", "in_review"}, None),
    "publish": (_BEFORE | {"scheduled", "published"}, {"approved", "scheduled", "published"}),
    "break-glass": (set(), {"draft", "submitted", "in_review"}),
    "sign-off": ({"published", "withdrawn"}, None),
    "schedule": (_BEFORE | {"scheduled"}, {"approved", "scheduled"}),
    "unschedule": ({"scheduled"}, None),
    "correct": ({"published"}, None),
    "withdraw": ({"published"}, None),
    "reinstate": ({"withdrawn"}, None),
    "spike": (_BEFORE | {"scheduled"}, None),
    "unspike": ({"spiked"}, None),
    "pin": ({"published"}, None),
    "unpin": ({"published"}, None),
    "mark-key": ({"published"}, None),
    "unmark-key": ({"published"}, None),
    "move": (_BEFORE | {"scheduled", "published"}, None),
}
# These move the pending changes of a published post, if it has any.
REVIEWS = {"submit", "claim", "release-claim", "send-back", "approve", "break-glass"}
# verb: the state it leads to, for those that do nothing else
LEADS = {
    "submit": "submitted",
    "claim": "in_review",
    "release-claim": "submitted",
    "send-back": "draft",
    "approve": "approved",
}


class Content(NamedTuple):
    words: str
    keynote: str
    key: bool


class Act(NamedTuple):
    """A verb with what it takes; the texts it asks for are made when it is played."""

    verb: str
    takes: tuple[tuple[str, object], ...] = ()

    def get(self, name: str):
        return dict(self.takes).get(name)


@dataclass(eq=False)
class Entry:
    """`words` are the tokens of its HTML, None once they were taken back."""

    op: str
    post: "Paper | None" = None
    words: set[str] | None = None
    note: str = ""
    reason: str = ""


@dataclass(eq=False)
class Paper:
    """One post: the desk's working copy, what is pinned, and what readers have."""

    author: str
    event: str
    content: Content
    last: str
    id: object = None
    state: str = "draft"
    review: str = ""
    version: int = 1
    claimed: str = ""
    pinned: Content | None = None
    read: bool = False  # whether the newest content was approved by somebody who had no hand in it
    released: Content | None = None
    embargo: datetime.datetime | None = None
    publish_at: datetime.datetime | None = None
    before: str = ""
    spiked_by: str = ""
    on_top: bool = False
    notes: list[str] = field(default_factory=list)
    withdrawn: str = ""
    hands: set[str] | None = None

    def __repr__(self) -> str:
        return f"<{self.author}’s {self.state} {self.review} {self.content.words}>"

    def seen(self) -> set[str]:
        """The tokens readers find in it."""
        return {self.released.words, *filter(None, self.notes)}

    def next_content(self) -> Content:
        return self.pinned or self.content


class Desk:
    """All posts, and for each of the two events what was entered into its record."""

    def __init__(self, now: datetime.datetime):
        self.now = now
        self.papers: list[Paper] = []
        self.entries: dict[str, list[Entry]] = {name: [] for name in KEYNOTES}
        self.second_reader: set[str] = set()
        self.held: set[str] = set()
        self.announce_at: datetime.datetime | None = None
        self.announced = False
        self._numbers = itertools.count(1)

    def token(self) -> str:
        return f"t{next(self._numbers):05}x"

    # Which verbs work

    def acts(self, paper: Paper) -> list[Act]:
        plain = [Act(verb) for verb in STARTS if verb not in ("schedule", "move")]
        minutes = [Act("schedule", (("minutes", n),)) for n in (-5, 5, 30, 90)]
        places = [
            Act("move", (("event", event), ("keynote", slug)))
            for event, slugs in KEYNOTES.items()
            for slug in slugs
        ]
        return [*plain, Act("correct", (("remove_old", True),)), *minutes, *places]

    def works(self, act: Act, paper: Paper, person: str) -> bool:
        return self._may(act.verb, paper, person) and self._starts(act.verb, paper) and self._fits(
            act, paper, person
        )  # fmt: skip

    def _may(self, verb: str, paper: Paper, person: str) -> bool:
        if verb == "release-claim" and (paper.review or paper.state) == "in_review":
            return person == "cleo" or (person in EDITORS and paper.claimed in ("", person))
        if person in EDITORS:
            return verb != "reinstate" or person == "cleo"
        hers = paper.author == person
        own = {"submit": True, "spike": paper.state == "draft", "unspike": paper.spiked_by == person}
        return hers and own.get(verb, False)

    def _starts(self, verb: str, paper: Paper) -> bool:
        asked = paper.event in self.second_reader
        plain, second = STARTS[verb]
        standing = paper.review if verb in REVIEWS and paper.review else paper.state
        unread = asked and verb in ("publish", "correct") and paper.review not in ("", "approved")
        return standing in (second if asked and second is not None else plain) and not unread

    def _fits(self, act: Act, paper: Paper, person: str) -> bool:
        match act.verb:
            case "approve":
                asked = paper.event in self.second_reader
                return not asked or person not in (paper.author, paper.last)
            case "publish":
                changed = paper.state != "published" or bool(paper.review)
                return changed and self._is_read(paper) and self._out(paper.next_content(), paper)
            case "correct":
                return (self._is_read(paper) or not paper.review) and self._out(paper.content, paper)
            case "break-glass":
                return self._out(paper.content, paper)
            case "reinstate":
                return self._out(paper.released, paper)
            case "sign-off":
                return paper.hands is not None and person not in paper.hands | {paper.author}
            case "schedule":
                at = self.now + datetime.timedelta(minutes=act.get("minutes"))
                return at > self.now and not (paper.embargo and paper.embargo > at)
            case "pin" | "unpin":
                return paper.on_top == (act.verb == "unpin")
            case "mark-key" | "unmark-key":
                return paper.content.key == (act.verb == "unmark-key")
            case "move":
                there = (act.get("event"), act.get("keynote"))
                known = self.announced or act.get("keynote") != HELD or paper.released is None
                return there != (paper.event, paper.content.keynote) and known
        return True

    def _is_read(self, paper: Paper) -> bool:
        return paper.read or paper.event not in self.second_reader

    def _out(self, content: Content, paper: Paper) -> bool:
        under = paper.embargo is not None and paper.embargo > self.now
        return not under and (self.announced or content.keynote != HELD)

    def may_edit(self, paper: Paper, person: str) -> bool:
        if person in EDITORS:
            return paper.state != "spiked"
        return paper.author == person and paper.state in ("draft", "submitted")

    # What they do

    def edit(self, paper: Paper, person: str, content: Content, embargo: datetime.datetime | None) -> None:
        if content == paper.content and embargo == paper.embargo:
            return
        paper.content, paper.last, paper.embargo, paper.read = content, person, embargo, False
        paper.version += 1
        if paper.state == "approved":
            paper.state, paper.pinned = "in_review", None
        elif paper.state == "scheduled" and paper.event in self.second_reader:
            paper.state, paper.pinned, paper.publish_at, paper.before = "in_review", None, None, ""
        elif paper.state == "scheduled":
            paper.pinned = content
            paper.before = "in_review" if paper.before == "approved" else paper.before
        elif paper.state == "published":
            paper.pinned, paper.review = None, self._review(paper, paper.review)

    @staticmethod
    def _review(paper: Paper, before: str) -> str:
        if paper.content == paper.released:
            return ""
        return {"": "draft", "approved": "in_review"}.get(before, before)

    def play(self, act: Act, paper: Paper, person: str, said: dict[str, str]) -> None:
        """Carries out a verb that works; `said` are the texts given with it."""
        paper.version += 1
        was_pinned = paper.pinned is not None
        match act.verb:
            case verb if verb in LEADS:
                name = "review" if paper.review else "state"
                setattr(paper, name, LEADS[verb])
                if verb in ("claim", "release-claim", "send-back"):
                    paper.claimed = person if verb == "claim" else ""
                if verb in ("approve", "send-back"):
                    paper.pinned = paper.content if verb == "approve" else None
                if verb == "approve":
                    paper.read = person not in (paper.author, paper.last)
                elif verb == "send-back" and was_pinned:
                    paper.read = False
            case "publish":
                self.release(paper, paper.next_content())
            case "break-glass":
                paper.hands = (paper.hands or set()) | {person, paper.last}
                self.release(paper, paper.content)
            case "sign-off":
                paper.hands = None
            case "schedule":
                paper.pinned = paper.next_content()
                paper.before = paper.before if paper.state == "scheduled" else paper.state
                paper.state, paper.publish_at = "scheduled", said["publish_at"]
            case "unschedule":
                paper.pinned = paper.pinned if paper.before == "approved" else None
                paper.state, paper.before, paper.publish_at = paper.before, "", None
            case "correct":
                if act.get("remove_old"):
                    paper.notes = [""] * len(paper.notes)
                    self._blank(paper)
                paper.notes.append(said["note"])
                self.release(paper, paper.content, "correct", note=said["note"])
            case "withdraw":
                self._blank(paper)
                paper.state, paper.review, paper.pinned = "withdrawn", "", None
                paper.on_top, paper.withdrawn = False, said["reason"]
                self._enter(paper, "withdraw", None, reason=said["reason"])
            case "reinstate":
                self.release(paper, paper.released, "reinstate", reason=said["reason"])
                paper.withdrawn, paper.review = "", self._review(paper, "")
            case "spike":
                paper.state, paper.spiked_by, paper.claimed = "spiked", person, ""
                paper.pinned, paper.publish_at, paper.before = None, None, ""
            case "unspike":
                paper.state = "draft"
            case "pin" | "unpin":
                paper.on_top = act.verb == "pin"
                self._enter(paper, act.verb, paper.seen())
            case "mark-key" | "unmark-key":
                self._amend(paper, person, "update", key=act.verb == "mark-key")
            case "move":
                self._move(paper, person, act.get("event"), act.get("keynote"))

    def release(self, paper: Paper, content: Content, op: str = "", note: str = "", reason: str = "") -> None:
        if not op:  # published, and not only printed anew
            op, paper.claimed = "update" if paper.state == "published" else "publish", ""
        paper.state, paper.review, paper.pinned, paper.released = "published", "", None, content
        paper.publish_at, paper.before = None, ""
        self._enter(paper, op, paper.seen(), note, reason)

    def _amend(self, paper: Paper, person: str, op: str, **changed) -> None:
        """Readers get one change, whatever else is pending; an approval is void."""
        review, paper.content, paper.last = paper.review, paper.content._replace(**changed), person
        paper.read = False
        self.release(paper, paper.released._replace(**changed), op)
        paper.review = self._review(paper, review) if review else ""

    def _move(self, paper: Paper, person: str, event: str, keynote: str) -> None:
        if paper.released is None:
            paper.event, paper.content, paper.last = event, paper.content._replace(keynote=keynote), person
            paper.pinned, paper.read = paper.pinned and paper.content, False
            if event in self.second_reader and paper.state in ("approved", "scheduled"):
                paper.state, paper.pinned, paper.publish_at, paper.before = "in_review", None, None, ""
            return
        if event != paper.event:
            self._enter(paper, "withdraw", None)
            paper.on_top = False
        op = "update" if event == paper.event else "publish"
        paper.event = event
        self._amend(paper, person, op, keynote=keynote)

    def _enter(self, paper: Paper, op: str, words: set[str] | None, note: str = "", reason: str = "") -> None:
        self.entries[paper.event].append(Entry(op, paper, words, note, reason))

    def _blank(self, paper: Paper) -> None:
        """An event it has left takes a number, too: what was kept under its last one has the old words."""
        for event, entries in self.entries.items():
            said = [entry for entry in entries if entry.post is paper and entry.words is not None]
            for entry in said:
                entry.words, entry.note = None, ""
            if said and event != paper.event:
                entries.append(Entry("header"))

    def announce(self) -> None:
        self.announced = True
        self.entries["here"].append(Entry("header"))

    def tick(self) -> None:
        """What is due comes out, the longest due first; what is refused stays scheduled."""
        due = [
            (paper.publish_at, paper)
            for paper in self.papers
            if paper.state == "scheduled"
            and paper.publish_at <= self.now
            and not (paper.embargo and paper.embargo > self.now)
            and paper.event not in self.held
        ]
        if not self.announced and self.announce_at <= self.now and "here" not in self.held:
            due.append((self.announce_at, None))
        for _, paper in sorted(due, key=lambda item: item[0]):
            if paper is None:
                self.announce()
            elif self._is_read(paper) and self._out(paper.pinned, paper):
                paper.version += 1
                self.release(paper, paper.pinned)
