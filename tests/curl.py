"""The examples of docs/api.md as a person runs them: in one shell, in order, with a real curl."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

BLOCK = re.compile(r"^```(sh|http|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "==== example"
ANY = "…"  # in a printed answer: whatever stands there


@dataclass
class Example:
    """What is typed, and the answers printed under it: kind (http or text) and what it says."""

    typed: str
    answers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """One answer of `curl -i`; `headers` by their names in lower case."""

    status: int
    headers: dict[str, str]
    body: Any

    @classmethod
    def read(cls, text: str) -> "Answer":
        head, _, body = text.strip().partition("\n\n")
        first, *lines = head.splitlines()
        headers = dict(line.split(": ", 1) for line in lines)
        return cls(
            int(first.split()[1]),
            {name.lower(): value for name, value in headers.items()},
            json.loads(body) if body else None,
        )


def require() -> None:
    """Without curl the test is skipped by name, or fails where REQUIRE_CURL=1 asks for it."""
    if shutil.which("curl") is None:
        if os.environ.get("REQUIRE_CURL") == "1":
            pytest.fail("REQUIRE_CURL=1 and curl is not installed.")
        pytest.skip("curl is not installed")


def examples(page: Path) -> list[Example]:
    found: list[Example] = []
    for kind, text in BLOCK.findall(page.read_text()):
        if kind == "sh":
            found.append(Example(text))
        else:
            found[-1].answers.append((kind, text))
    return found


def run(page: Path, folder: Path, environment: dict[str, str]) -> Iterator[tuple[Example, str]]:
    """Each example of the page with what it printed, run in `folder`; fails with the shell's errors."""
    found = examples(page)
    script = "set -eu\n" + "".join(f"printf '\\n{MARK}\\n'\n{example.typed}" for example in found)
    done = subprocess.run(
        ["sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    printed = done.stdout.replace("\r\n", "\n").split(f"\n{MARK}\n")[1:]
    assert (done.returncode, len(printed)) == (0, len(found)), done.stdout + done.stderr
    yield from zip(found, printed, strict=True)


def differences(example: Example, printed: str) -> list[str]:
    """Where what was printed is not what the page says: another number of answers, a status, a header, a field."""
    kind = example.answers[0][0] if example.answers else "text"
    got = _split(printed) if kind == "http" else [printed] if printed.strip() else []
    if len(got) != len(example.answers):
        return [f"{len(got)} answers, not {len(example.answers)}: {printed}"]
    pairs = zip((said for _, said in example.answers), got, strict=True)
    compare = _http_differences if kind == "http" else _text_differences
    return [one for said, text in pairs for one in compare(said, text)]


def _split(printed: str) -> list[str]:
    """Of several answers one after the other, each: a body need not end its line."""
    return [part for part in re.split(r"(?=HTTP/[0-9.]+ [0-9]{3} [A-Z])", printed) if part.strip()]


def _text_differences(said: str, got: str) -> list[str]:
    return _differences("text", said.strip(), got.strip())


def _http_differences(said: str, printed: str) -> list[str]:
    """Of the status, the headers and the fields that are shown."""
    expected, got = Answer.read(said), Answer.read(printed)
    found = _differences("status", expected.status, got.status)
    for name, value in expected.headers.items():
        found += _differences(name, value, got.headers.get(name))
    return found + ([] if expected.body is None else _differences("body", expected.body, got.body))


def _differences(path: str, said: Any, got: Any) -> list[str]:
    if said == ANY:
        return [] if got is not None else [f"{path}: nothing"]
    if isinstance(said, dict) and isinstance(got, dict):
        shown = [name for name in said if name != ANY]
        return [one for name in shown for one in _differences(f"{path}.{name}", said[name], got.get(name))]
    if isinstance(said, list) and isinstance(got, list) and len(said) == len(got):
        pairs = enumerate(zip(said, got, strict=True))
        return [one for n, pair in pairs for one in _differences(f"{path}.{n}", *pair)]
    if isinstance(said, str) and isinstance(got, str) and _is_like(said, got):
        return []
    return [] if said == got and type(said) is type(got) else [f"{path}: {got!r}, not {said!r}"]


def _is_like(said: str, got: str) -> bool:
    """Whether a text is what the page says, with anything where it has “…”."""
    return re.fullmatch(".*".join(map(re.escape, said.split(ANY))), got, re.DOTALL) is not None
