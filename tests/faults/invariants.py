"""What must hold whatever breaks: each a function that answers sentences about what does not.

`history` is what clients wrote down (`tests.faults.history`), `found` what the newsroom has at the end
(`tests.faults.ledger`). Nothing else is asked.
"""

import json
import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from tests.faults.history import Line, of

IN_TIME = 2.0  # seconds after its time that what is due is on a channel, of 99 in a hundred
RECOVERED = 10.0  # seconds after a fault is over
GONE = 5.0  # seconds after a withdrawal was answered that its words may still be shown
NEWEST = 40  # of the 60 posts a page and a feed have: their order is not that of coming out
WORD = re.compile(r"\bm[0-9a-f]{16}\b")
HARMLESS = {"Redis killed", "Redis flushed"}  # faults that give nobody more time
REFUSED = {302, 401, 403, 404, 409, 429}
BROKEN = {0, 500, 502, 503, 504}  # no answer, or one that says so

Found = dict[str, Any]
Check = Callable[[list[Line], Found], list[str]]


def every_filing_once(history: list[Line], found: Found) -> list[str]:
    """1. Each filing answered 2xx exists exactly once, its bytes and its photographs' equal; none is invented."""
    asked = {line["post"]: line for line in of(history, "filing asked")}
    rewritten = {line["post"] for line in of(history, "words asked")}
    posts, pictures = {post["id"]: post for post in found["posts"]}, found["pictures"]
    wrong = [f"post {one} was invented" for one in posts.keys() - asked.keys()]
    words = Counter(word for post in found["posts"] for word in WORD.findall(post["body"]))
    wrong += [f"{word} is there {count} times" for word, count in words.items() if count > 1]
    for one in of(history, "filing answered"):
        if 200 <= one["status"] < 300 and one["post"] not in posts:
            wrong.append(f"post {one['post']} was answered {one['status']} and is lost")
    for key in posts.keys() & asked.keys():
        if key not in rewritten and posts[key]["body"] != asked[key]["body"]:
            wrong.append(f"post {key} is not as it was filed")
        if posts[key]["images"] != asked[key]["images"]:
            wrong.append(f"post {key} has other photographs")
    sent = {line["image"]: line["sha256"] for line in of(history, "picture asked")}
    for one in of(history, "picture answered"):
        if 200 <= one["status"] < 300 and pictures.get(one["image"], {}).get("sha256") != sent[one["image"]]:
            wrong.append(
                f"picture {one['image']} was answered {one['status']}, and its bytes are others or lost"
            )
    named = {image for line in asked.values() for image in line["images"]}
    return wrong + [f"picture {one} was invented" for one in pictures.keys() - named]


def nothing_before_its_time(history: list[Line], found: Found) -> list[str]:
    """2. No word or picture is anywhere public before somebody published it, or its time had come."""
    allowed = _allowed(history)
    pictured = {
        found["pictures"][image]["folder"]: post["id"]
        for post in found["posts"]
        for image in post["images"]
        if image in found["pictures"]
    }
    first_of = _first_of_posts(history)
    wrong = []
    for line in of(history, "seen", "shown", "heard"):
        for what in line.get("came") or line.get("words") or ([line["what"]] if "what" in line else []):
            if not what.startswith("m") and what not in pictured:
                continue  # a share card's
            due = allowed.get(what) if what.startswith("m") else first_of.get(pictured[what])
            if due is None or line["at"] < due:
                wrong.append(f"{what} was {line['did']} at {line['at']}, and its time was {due}")
    return wrong


def everything_due_is_out(history: list[Line], found: Found) -> list[str]:
    """3. Each due post is on every channel; withdrawn ones are on none."""
    heard = {word for line in of(history, "heard") for word in line["words"]}
    wrong = [
        f"post {post['id']} is out, and no reader heard it"
        for post in found["posts"]
        if post["state"] == "published" and not set(WORD.findall(post["released"])) <= heard
    ]
    return wrong + _never_shown(history) + _shown_after_withdrawal(history)


def in_time(history: list[Line], found: Found) -> list[str]:
    """3. What is due is out in time (99 in a hundred), and where a fault was on, soon after it was over."""
    late = [line for line in lateness(history) if line["late"] > line["most"]]
    calm = sum(line["most"] == IN_TIME for line in lateness(history))
    few = sum(line["most"] == IN_TIME for line in late) <= calm // 100
    return [
        f"{line['word']} was {line['late']:.1f} s late on {line['channel']}"
        for line in late
        if line["most"] > IN_TIME or not few
    ]


def entries_once_in_order(history: list[Line], found: Found) -> list[str]:
    """4. Each entry comes once, in order, to each reader; a feed names none twice; the record has no gap."""
    wrong, next_of = [], {}
    for line in of(history, "opened", "heard"):
        reader, seq = line["reader"], line["seq"]
        if line["did"] == "heard" and seq != next_of[reader]:
            wrong.append(f"reader {reader} heard {seq} and not {next_of[reader]}")
        next_of[reader] = seq + 1
    behind = {reader for reader, after in next_of.items() if after != found["seq"] + 1}
    wrong += [f"reader {reader} did not hear all to {found['seq']}" for reader in sorted(behind)]
    wrong += [f"a feed named {line['ids']} twice" for line in of(history, "fed twice")]
    numbers = [seq for seq, _, _ in found["entries"]]
    if numbers != [*range(1, len(numbers) + 1)]:
        wrong.append("the record has a gap, or a number twice")
    ops = Counter((post, op) for _, op, post in found["entries"] if op in ("publish", "withdraw") and post)
    return wrong + [f"post {post} has {count} entries {op}" for (post, op), count in ops.items() if count > 1]


def no_file_wrong(history: list[Line], found: Found) -> list[str]:
    """5. After the sweep no rendition is missing, cut short or nobody's."""
    return found["broken"] + [f"{name} is nobody's" for name in found["strays"]]


def audit_complete(history: list[Line], found: Found) -> list[str]:
    """6. Each verb that was answered has its one row, an unanswered one at most one; each row goes on where the one
    before left the post."""
    wrong, states = [], {}
    counts: Counter = Counter()
    for row in found["audit"]:
        if row["thing_type"] != "coverage.post":
            continue
        counts[row["thing_id"], row["verb"]] += 1
        if row["from_state"] and row["from_state"] != states.get(row["thing_id"], row["from_state"]):
            wrong.append(f"post {row['thing_id']}: {row['verb']} from {row['from_state']} is out of order")
        states[row["thing_id"]] = row["to_state"] or states.get(row["thing_id"])
    for post in found["posts"]:
        if states.get(post["id"]) != post["state"]:
            wrong.append(
                f"post {post['id']} is {post['state']}, and its audit ends with {states.get(post['id'])}"
            )
    done, asked = _verbs(history)
    for post, verb in asked:
        least, most = done[post, verb], asked[post, verb]
        if verb == "publish":  # what was scheduled is published by the system, under the same name
            most += asked[post, "schedule"]
        if not least <= counts[post, verb] <= most:
            wrong.append(f"post {post}: {least} to {most} times {verb}, and {counts[post, verb]} rows")
    return wrong


def nothing_stuck(history: list[Line], found: Found) -> list[str]:
    """7. Nothing is in progress any more."""
    return list(found["stuck"])


def nothing_gained(history: list[Line], found: Found) -> list[str]:
    """8. Whoever tried what is not hers was refused, whatever was broken then."""
    return [
        f"{line['what']}: {line['status']}"
        for line in of(history, "tried")
        if line["status"] not in REFUSED | BROKEN
    ]


ALL: list[Check] = [
    every_filing_once,
    nothing_before_its_time,
    everything_due_is_out,
    in_time,
    entries_once_in_order,
    no_file_wrong,
    audit_complete,
    nothing_stuck,
    nothing_gained,
]


def broken(history: list[Line], found: Found, *, but: tuple[Check, ...] = ()) -> dict[str, list[str]]:
    """What does not hold, by the name of the invariant; `but` are not asked."""
    return {check.__name__: wrong for check in ALL if check not in but and (wrong := check(history, found))}


def lateness(history: list[Line]) -> list[dict[str, Any]]:
    """For each scheduled word and each channel it was on: how `late` it was there first, in seconds, and the `most` it
    may be, which is more if a fault was on meanwhile."""
    faults = [line for line in of(history, "fault") if line["what"] not in HARMLESS]
    due, first = _due(history), _first_on(history)
    return [
        {
            "word": word,
            "channel": channel,
            "late": max(0.0, at - due[word]),
            "most": _most(due[word], at, faults),
        }
        for (word, channel), at in first.items()
        if word in due
    ]


def _most(due: float, at: float, faults: list[Line]) -> float:
    during = [line["ended"] for line in faults if line["began"] <= at and line["ended"] + RECOVERED >= due]
    return max([IN_TIME, *(ended + RECOVERED - due for ended in during)])


def _first_on(history: list[Line]) -> dict[tuple[str, str], float]:
    """When a word was first on a channel. The stream is one: who hears it first."""
    first: dict[tuple[str, str], float] = {}
    for channel, at, words in _appearances(history):
        for word in words:
            first.setdefault((word, channel), at)
    return first


def _appearances(history: list[Line]) -> Iterator[tuple[str, float, list[str]]]:
    for line in of(history, "shown", "heard"):
        is_heard = line["did"] == "heard"
        yield ("stream" if is_heard else line["channel"]), line["at"], line["words" if is_heard else "came"]


def _due(history: list[Line]) -> dict[str, float]:
    """When scheduled words were to be out: by the schedule that was answered yes."""
    word_of, due = {line["post"]: line["word"] for line in of(history, "filing asked")}, {}
    asked = {
        (line["post"], line["version"]): line["publish_at"]
        for line in of(history, "verb asked")
        if line["verb"] == "schedule"
    }
    for line in of(history, "verb answered"):
        if line["verb"] == "schedule" and line["status"] == 200:
            due[word_of[line["post"]]] = _seconds(asked[line["post"], line["version"]])
    return due


def _allowed(history: list[Line]) -> dict[str, float]:
    """From when on each word may be seen; those that never may are not in it."""
    filed = {line["post"]: line["word"] for line in of(history, "filing asked")}
    waiting: dict[str, list[str]] = defaultdict(list)
    allowed: dict[str, float] = {}
    for line in of(history, "words asked", "verb asked"):
        if line["did"] == "words asked":
            waiting[line["post"]].append(line["word"])
        elif line["verb"] in ("publish", "schedule", "correct"):
            at = _seconds(line["publish_at"]) if line["verb"] == "schedule" else line["at"]
            for word in [filed.get(line["post"]), *waiting[line["post"]]]:
                if word:
                    allowed[word] = min(at, allowed.get(word, at))
    return allowed


def _first_of_posts(history: list[Line]) -> dict[str, float]:
    """From when on each post's pictures may be seen."""
    allowed = _allowed(history)
    words = {line["post"]: line["word"] for line in of(history, "filing asked")}
    return {post: allowed[word] for post, word in words.items() if word in allowed}


def _never_shown(history: list[Line]) -> list[str]:
    """Of what was due: no reader heard it, or somebody looked at a channel when it had to be there, and it never was.

    A look at live.json says by its numbers what it has to show. A page and a feed have to once there was time to
    recover, until so many newer posts are out. Nothing is asked from when somebody wants other words, or it gone.
    """
    due, first, taken, faults = _due(history), _first_on(history), _taken_back(history), of(history, "fault")
    heard = sorted(at for (_, channel), at in first.items() if channel == "stream")
    numbers, looks = _numbers(history), of(history, "looked")
    wrong, last = [], history[-1]["at"] if history else 0.0
    for word, at in due.items():
        until = taken.get(word, last)
        pushed_off = min([until, *heard[bisect(heard, at) + NEWEST :][:1]])
        asked = {"stream"} if _had_time(at, until, faults) else set()
        for look in looks:
            if look["channel"] in asked or not at <= look["at"] <= until:
                continue
            if look["seqs"]:
                has_to = numbers.get(word) in look["seqs"]
            else:
                has_to = look["at"] <= pushed_off and _had_time(at, look["began"], faults)
            if has_to:
                asked.add(look["channel"])
        never = sorted(channel for channel in asked if (word, channel) not in first)
        wrong += [f"{word} was due at {at}, and was never on {channel}" for channel in never]
    return wrong


def _had_time(due: float, at: float, faults: list[Line]) -> bool:
    return at > due + RECOVERED and at > due + _most(due, at, faults)


def _numbers(history: list[Line]) -> dict[str, int]:
    """Of the entry each word came with."""
    numbers: dict[str, int] = {}
    for line in of(history, "heard"):
        for word in line["words"]:
            numbers[word] = min(line["seq"], numbers.get(word, line["seq"]))
    return numbers


def _taken_back(history: list[Line]) -> dict[str, float]:
    """When somebody first wanted a post's first word replaced or gone."""
    word_of, taken = {line["post"]: line["word"] for line in of(history, "filing asked")}, {}
    for line in of(history, "verb asked"):
        if line["verb"] in ("correct", "withdraw") and line["post"] in word_of:
            taken.setdefault(word_of[line["post"]], line["at"])
    return taken


def _shown_after_withdrawal(history: list[Line]) -> list[str]:
    gone = {
        line["post"]: line["at"]
        for line in of(history, "verb answered")
        if line["verb"] == "withdraw" and line["status"] == 200
    }
    words = {line["word"]: line["post"] for line in of(history, "filing asked", "words asked")}
    shown: dict[tuple[str, str], float | None] = {}
    for line in of(history, "shown"):
        shown |= {(line["channel"], word): None for word in line["came"]}
        shown |= {(line["channel"], word): line["last"] for word in line["went"]}
    wrong, last = [], history[-1]["at"] if history else 0.0
    for (channel, word), until in shown.items():
        if words.get(word) not in gone:
            continue
        answered = gone[words[word]]
        if (until or last) > answered + max(GONE, _most(answered, until or last, of(history, "fault"))):
            wrong.append(f"{word} was withdrawn, and on {channel} until {until or 'the end'}")
    return wrong


def _verbs(history: list[Line]) -> tuple[Counter, Counter]:
    """How often each verb was done to a post, as it was answered, and asked of it at most. A person's equal requests
    are one: the others are answered as the first."""
    asked = {_request(line) for line in of(history, "verb asked")}
    done = {_request(line) for line in of(history, "verb answered") if line["status"] == 200}
    refused = {_request(line) for line in of(history, "verb answered") if line["status"] != 200} - done
    return Counter(one[:2] for one in done), Counter(one[:2] for one in asked - refused)


def _request(line: Line) -> tuple[str, str, str]:
    """Post, verb, and all else that makes two requests equal."""
    said = {name: value for name, value in line.items() if name not in ("at", "did", "status")}
    return line["post"], line["verb"], json.dumps(said, sort_keys=True)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
