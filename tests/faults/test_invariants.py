"""Each invariant holds for a history without fault, and fails for each that has one."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.faults import invariants

WORD, BETTER = "m" + "1" * 16, "m" + "2" * 16
DUE = 1_000_100.0


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


# A post is filed with a picture, scheduled, comes out, is corrected and at last withdrawn.
HISTORY = [
    {"at": DUE - 99, "did": "opened", "reader": "1", "seq": 0},
    {"at": DUE - 50, "did": "filing asked", "post": "p", "word": WORD, "body": f"<p>{WORD}</p>", "images": ["i"]},
    {"at": DUE - 49, "did": "filing answered", "post": "p", "status": 201},
    {"at": DUE - 48, "did": "picture asked", "image": "i", "sha256": "abc"},
    {"at": DUE - 47, "did": "picture answered", "image": "i", "status": 201},
    {
        **{"at": DUE - 40, "did": "verb asked", "verb": "schedule", "post": "p", "version": 2},
        "publish_at": moment(DUE),
    },
    {
        **{"at": DUE - 39, "did": "verb answered", "verb": "schedule", "post": "p", "version": 2, "status": 200},
        "publish_at": moment(DUE),
    },
    {"at": DUE + 0.5, "did": "heard", "reader": "1", "seq": 1, "words": [WORD]},
    {"at": DUE + 1.0, "did": "shown", "channel": "page", "came": [WORD, "f" * 32], "went": [], "last": DUE + 0.8},
    {"at": DUE + 1.0, "did": "shown", "channel": "live.json", "came": [WORD], "went": [], "last": DUE + 0.8},
    {"at": DUE + 1.0, "did": "shown", "channel": "feed", "came": [WORD], "went": [], "last": DUE + 0.8},
    {"at": DUE + 1.0, "did": "looked", "channel": "live.json", "began": DUE + 0.9, "seqs": [0, 1]},
    {"at": DUE + 1.1, "did": "seen", "what": WORD, "where": "/"},
    {"at": DUE + 2.0, "did": "tried", "what": "a stranger reads a draft", "status": 401},
    {"at": DUE + 20, "did": "looked", "channel": "page", "began": DUE + 19, "seqs": []},
    {"at": DUE + 20, "did": "looked", "channel": "feed", "began": DUE + 19, "seqs": []},
    {"at": DUE + 29.0, "did": "words asked", "post": "p", "word": BETTER},
    {"at": DUE + 29.1, "did": "words answered", "post": "p", "word": BETTER, "status": 200},
    {"at": DUE + 30, "did": "verb asked", "verb": "correct", "post": "p", "version": 5},
    {"at": DUE + 31, "did": "verb answered", "verb": "correct", "post": "p", "version": 5, "status": 200},
    {"at": DUE + 31, "did": "heard", "reader": "1", "seq": 2, "words": [BETTER]},
    {"at": DUE + 32, "did": "shown", "channel": "page", "came": [BETTER], "went": [WORD], "last": DUE + 31.8},
    {"at": DUE + 32, "did": "shown", "channel": "live.json", "came": [BETTER], "went": [WORD], "last": DUE + 31.8},
    {"at": DUE + 32, "did": "shown", "channel": "feed", "came": [BETTER], "went": [WORD], "last": DUE + 31.8},
    {"at": DUE + 40, "did": "verb asked", "verb": "withdraw", "post": "p", "version": 6},
    {"at": DUE + 41, "did": "verb answered", "verb": "withdraw", "post": "p", "version": 6, "status": 200},
    {"at": DUE + 41, "did": "heard", "reader": "1", "seq": 3, "words": []},
    {"at": DUE + 42, "did": "shown", "channel": "page", "came": [], "went": [BETTER, "f" * 32], "last": DUE + 41.5},
    {"at": DUE + 42, "did": "shown", "channel": "live.json", "came": [], "went": [BETTER], "last": DUE + 41.5},
    {"at": DUE + 42, "did": "shown", "channel": "feed", "came": [], "went": [BETTER], "last": DUE + 41.5},
    {"at": DUE + 90, "did": "tried", "what": "a wrong password", "status": 0},
]  # fmt: skip


def row(verb: str, before: str, after: str) -> dict:
    return {
        "verb": verb,
        "thing_type": "coverage.post",
        "thing_id": "p",
        "from_state": before,
        "to_state": after,
    }


FOUND = {
    "posts": [
        {
            **{"id": "p", "body": f"<p>{BETTER}</p>", "released": f"<p>{BETTER}</p>"},
            **{"state": "withdrawn", "public_id": "q", "images": ["i"]},
        }
    ],
    "pictures": {"i": {"sha256": "abc", "state": "ready", "folder": "f" * 32}},
    "broken": [],
    "strays": [],
    "stuck": [],
    "audit": [
        row("create", "", "draft"),
        row("submit", "draft", "submitted"),
        row("schedule", "submitted", "scheduled"),
        row("publish", "scheduled", "published"),
        row("edit", "published", "published"),
        row("correct", "published", "published"),
        row("withdraw", "published", "withdrawn"),
    ],
    "entries": [[1, "publish", "q"], [2, "correct", "q"], [3, "withdraw", "q"]],
    "seq": 3,
}


class Told:
    """A history and what was found, to be changed."""

    def __init__(self):
        self.history, self.found = copy.deepcopy(HISTORY), copy.deepcopy(FOUND)

    @property
    def post(self) -> dict:
        return self.found["posts"][0]

    def line(self, did: str, number: int = 0) -> dict:
        return [line for line in self.history if line["did"] == did][number]

    def of_channel(self, channel: str) -> list[dict]:
        return [line for line in self.history if line["did"] == "shown" and line["channel"] == channel]

    def forget(self, channel: str) -> None:
        """It never shows the post's first word."""
        for line in self.of_channel(channel):
            line.update({name: [word for word in line[name] if word != WORD] for name in ("came", "went")})

    def add(self, at: float, did: str, **what) -> None:
        self.history.append({"at": at, "did": did, **what})
        self.history.sort(key=lambda line: line["at"])


def test_what_holds_is_found_to_hold():
    assert invariants.broken(HISTORY, FOUND) == {}


FAULTS: list[tuple[Callable, Callable[[Told], object]]] = [
    (invariants.every_filing_once, lambda told: told.found["posts"].clear()),
    (invariants.every_filing_once, lambda told: told.found["posts"].append(told.post | {"id": "x"})),
    (invariants.every_filing_once, lambda told: told.post.update(images=[])),
    (invariants.every_filing_once, lambda told: told.found["pictures"]["i"].update(sha256="cut")),
    (invariants.every_filing_once, lambda told: told.found["pictures"].update(x={"sha256": "", "folder": ""})),
    (invariants.nothing_before_its_time, lambda told: told.line("heard").update(at=DUE - 0.1)),
    (invariants.nothing_before_its_time, lambda told: told.add(DUE - 9, "seen", what=WORD, where="/search/")),
    (invariants.nothing_before_its_time, lambda told: told.add(DUE - 9, "seen", what="f" * 32, where="/")),
    (invariants.nothing_before_its_time, lambda told: told.add(DUE, "seen", what="m" + "9" * 16, where="/")),
    (invariants.nothing_before_its_time, lambda told: told.add(DUE + 8, "seen", what=BETTER, where="/")),
    (invariants.everything_due_is_out, lambda told: told.post.update(state="published", released="m" + "3" * 16)),
    (invariants.everything_due_is_out, lambda told: told.of_channel("page")[2].update(last=DUE + 47)),
    (invariants.everything_due_is_out, lambda told: told.of_channel("page")[2].update(went=[])),
    (invariants.everything_due_is_out, lambda told: told.forget("page")),
    (invariants.everything_due_is_out, lambda told: told.forget("feed")),
    (invariants.everything_due_is_out, lambda told: told.forget("live.json")),
    (invariants.everything_due_is_out, lambda told: told.line("heard").update(words=[])),
    (invariants.in_time, lambda told: told.line("shown").update(at=DUE + 2.5)),
    (invariants.in_time, lambda told: told.line("heard").update(at=DUE + 8)),
    (invariants.entries_once_in_order, lambda told: told.history.remove(told.line("heard", 1))),
    (invariants.entries_once_in_order, lambda told: told.history.append(told.line("heard", 2))),
    (invariants.entries_once_in_order, lambda told: told.history.remove(told.line("heard", 2))),
    (invariants.entries_once_in_order, lambda told: told.add(DUE + 5, "fed twice", ids=["urn:1"])),
    (invariants.entries_once_in_order, lambda told: told.found["entries"].pop(1)),
    (invariants.entries_once_in_order, lambda told: told.found["entries"].append([4, "publish", "q"])),
    (invariants.no_file_wrong, lambda told: told.found["broken"].append("f/jpeg-320.jpg: cut short")),
    (invariants.no_file_wrong, lambda told: told.found["strays"].append("f/jpeg-320.jpg.part")),
    (invariants.audit_complete, lambda told: told.found["audit"].pop()),
    (invariants.audit_complete, lambda told: told.found["audit"].append(told.found["audit"][-1])),
    (invariants.audit_complete, lambda told: told.found["audit"].pop(2)),
    (invariants.audit_complete, lambda told: told.post.update(state="published")),
    (invariants.nothing_stuck, lambda told: told.found["stuck"].append("image i is claimed")),
    (invariants.nothing_gained, lambda told: told.line("tried").update(status=200)),
]  # fmt: skip


@pytest.mark.parametrize(("check", "change"), FAULTS)
def test_what_does_not_hold_is_found(check, change):
    told = Told()

    change(told)

    assert check(told.history, told.found) != []


def test_each_can_fail():
    assert {check for check, _ in FAULTS} == set(invariants.ALL)


def test_after_a_fault_there_is_more_time_and_not_after_redis_s():
    told, late = Told(), DUE + 8
    told.line("heard").update(at=late)

    told.history.append(
        {"at": late, "did": "fault", "what": "web killed", "began": DUE - 1, "ended": DUE + 3}
    )
    assert invariants.in_time(told.history, told.found) == []
    told.history[-1]["what"] = "Redis killed"
    assert invariants.in_time(told.history, told.found) != []


def test_equal_requests_of_one_person_are_one():
    told = Told()
    for at in (30.2, 30.4):
        told.add(DUE + at, "verb asked", verb="correct", post="p", version=5)
        told.add(DUE + at + 0.1, "verb answered", verb="correct", post="p", version=5, status=200)
    assert invariants.audit_complete(told.history, told.found) == []

    for line in told.history:
        if line["at"] > DUE + 30.3 and line.get("version") == 5:
            line["by"] = "another"
    assert invariants.audit_complete(told.history, told.found) != []


def test_what_nobody_was_answered_may_be_there_or_not():
    told = Told()
    told.add(DUE + 30, "filing asked", post="x", word="m" + "5" * 16, body="<p>Five.</p>", images=[])
    told.add(DUE + 31, "verb asked", verb="pin", post="p", version=7)

    assert invariants.broken(told.history, told.found) == {}
    told.found["posts"].append(
        {"id": "x", "body": "<p>Five.</p>", "released": "", "state": "submitted", "images": []}
    )
    told.found["audit"].append(row("submit", "draft", "submitted") | {"thing_id": "x"})
    assert invariants.broken(told.history, told.found) == {}


@pytest.mark.parametrize(
    ("channel", "spared"),
    [
        ("page", lambda told: told.line("looked", 1).update(began=DUE + 9)),
        ("page", lambda told: told.add(DUE + 19, "fault", what="web killed", began=DUE + 5, ended=DUE + 18)),
        ("page", lambda told: told.add(DUE + 3, "verb asked", verb="withdraw", post="p", version=5)),
        ("live.json", lambda told: told.line("looked").update(seqs=[2, 3])),
    ],
)
def test_a_channel_need_not_show_what_nobody_could_see_there(channel, spared):
    told = Told()
    told.forget(channel)

    spared(told)

    assert invariants.everything_due_is_out(told.history, told.found) == []
