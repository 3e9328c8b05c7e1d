"""The scripts are sound shell, what is installed is locked by hash, and no file names a machine's own index."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SCRIPTS = [*sorted((ROOT / "tools").glob("*.sh")), ROOT / ".ci" / "run"]
LOCKED = tuple(f"requirements{name}.txt" for name in ("", "-dev", "-s3", "-bench", "-audit"))
# Spelled so that this file does not hold them.
INDEXES = ("--index" + "-url", "--extra-index" + "-url", "--find" + "-links", '"resolved"' + ': "http')
# The flags of the compiler that keep an index out of the locked files.
ALLOWED = ("--no-emit" + INDEXES[0][1:], "--no-emit" + INDEXES[2][1:])
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)(\[[a-z0-9,_-]+\])?==[0-9][0-9a-z.+!]*( ; .+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def tracked() -> list[Path]:
    """Every file of the repository that is there."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    said = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [path for name in said.split("\0") if name and (path := ROOT / name).is_file()]


def requirements(text: str) -> dict[str, list[str]]:
    """The hashes of each requirement of a locked file, by the requirement; continued lines are joined."""
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = [
        line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    return {line.partition(" --hash")[0].strip(): re.findall(r"--hash=\S+", line) for line in lines}


def names(text: str) -> set[str]:
    """What an .in file asks for."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return {re.split(r"[\[<>=!~; ]", line)[0].lower() for line in lines if line and not line.startswith("-")}


def test_the_scripts_are_found():
    assert {path.name for path in SCRIPTS} >= {
        "find-browser.sh",
        "lock.sh",
        "make-venv.sh",
        "pick-python.sh",
        "run",
    }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_sound_in_the_shell_it_names(script):
    first = script.read_text().splitlines()[0]
    shell = "bash" if "bash" in first else "sh"
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} on this machine")

    answer = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True)

    assert first in ("#!/bin/sh", "#!/usr/bin/env bash")
    assert (answer.returncode, answer.stderr) == (0, "")


def test_ci_runs_what_a_person_runs():
    run = ROOT / ".ci" / "run"

    assert run.stat().st_mode & 0o111
    assert run.read_text().splitlines()[-1] == "make ci"


@pytest.mark.parametrize("target", ["run", "test", "ci", "lint", "audit", "lock", "bench"])
def test_each_target_of_the_makefile_can_be_planned(target):
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")

    answer = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)

    assert answer.returncode == 0, answer.stderr
    assert "tools/" in answer.stdout


def test_no_tracked_file_names_an_index():
    found = []
    for path in tracked():
        text = path.read_bytes().decode(errors="replace")
        for allowed in ALLOWED:
            text = text.replace(allowed, "")
        found += [(str(path.relative_to(ROOT)), index) for index in INDEXES if index in text]

    assert found == []


@pytest.mark.parametrize("name", LOCKED)
def test_every_requirement_is_pinned_and_has_its_hashes(name):
    locked = requirements((ROOT / name).read_text())

    assert len(locked) > 5
    assert [line for line in locked if not PIN.fullmatch(line)] == []
    assert [line for line, hashes in locked.items() if not hashes] == []
    assert [one for hashes in locked.values() for one in hashes if not HASH.fullmatch(one)] == []


@pytest.mark.parametrize("name", LOCKED)
def test_what_is_asked_for_is_locked(name):
    locked = {PIN.fullmatch(line)["name"] for line in requirements((ROOT / name).read_text())}

    asked = names((ROOT / name).with_suffix(".in").read_text())

    assert asked
    assert asked <= locked


@pytest.mark.parametrize("name", LOCKED[1:])
def test_the_others_lock_one_version_of_what_they_share(name):
    def versions(name):
        locked = requirements((ROOT / name).read_text())
        pins = [re.match(r"([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", line) for line in locked]
        return {pin[1]: pin[2] for pin in pins}

    first, second = versions(LOCKED[0]), versions(name)
    assert {name for name in first.keys() & second.keys() if first[name] != second[name]} == set()


def test_a_locked_file_that_is_not_is_seen():
    loose = "django>=6\n    # via x\nredis==8.1 \\\n    --hash=sha256:" + "a" * 64 + "\n"

    assert requirements(loose) == {"django>=6": [], "redis==8.1": ["--hash=sha256:" + "a" * 64]}
    assert PIN.fullmatch("redis==8.1")
    assert not PIN.fullmatch("django>=6")
