"""Which Python is picked, and how .venv is made and mended, on a machine of shell scripts."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

# What the scripts themselves call; nothing else of this machine is on their PATH.
PROGRAMS = ("sh", "rm", "cp", "cmp", "basename", "mkdir", "cat")

# A Python that runs what it is asked after PRELUDE has changed what it says of itself.
STUB = """#!/bin/sh
echo "$0 $*" >> {calls}
case "$1" in
  -c) shift; exec {real} -I -S -c '{prelude}
import sys
exec(sys.argv[1])' "$1" ;;
  --version) echo "Python {version}" ;;
  -m)
    case "$2" in
      venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit {venv} ;;
      pip) exit {pip} ;;
    esac ;;
esac
"""
SHIM = """#!/bin/sh
echo "pyenv: $0: command not found" >&2
exit 127
"""


@dataclass(frozen=True)
class Machine:
    """A checkout with the two scripts, a PATH and a HOME of its own."""

    folder: Path

    @property
    def checkout(self) -> Path:
        return self.folder / "check out"

    @property
    def path(self) -> Path:
        return self.folder / "bin"

    @property
    def home(self) -> Path:
        return self.folder / "home of hers"

    @property
    def calls(self) -> list[str]:
        """What the stubs were asked, one line a call."""
        log = self.folder / "calls"
        return log.read_text().splitlines() if log.exists() else []

    def python(
        self,
        place: str | Path,
        *,
        version: str = "3.12.4",
        lacks: str = "",
        pip: int = 0,
        venv: int = 0,
        under: Path | None = None,
    ) -> Path:
        """An interpreter that says it is `version` and cannot import the module `lacks`; its pip and venv end so."""
        numbers = ", ".join(version.split("."))
        prelude = f'import sys; sys.version_info = ({numbers}, "final", 0)'
        if lacks:
            prelude += f'; sys.modules["{lacks}"] = None'
        text = STUB.format(
            calls=self.folder / "calls",
            real=sys.executable,
            prelude=prelude,
            version=version,
            pip=pip,
            venv=venv,
        )
        return self.script(place, text, under)

    def script(self, place: str | Path, text: str, under: Path | None = None) -> Path:
        file = (under or self.path) / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
        return file

    def run(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["sh", f"tools/{script}", *arguments],
            env={"PATH": str(self.path), "HOME": str(self.home), **variables},
            cwd=self.checkout,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def picked(self, **variables: str) -> str:
        answer = self.run("pick-python.sh", **variables)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.rstrip("\n")


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    machine.path.mkdir()
    machine.home.mkdir()
    (machine.checkout / "tools").mkdir(parents=True)
    for name in PROGRAMS:
        (machine.path / name).symlink_to(shutil.which(name))
    for name in ("pick-python.sh", "make-venv.sh"):
        text = (Path(settings.BASE_DIR) / "tools" / name).read_text()
        # The absolute places the script looks in must not be this machine's.
        for place in ("/opt/homebrew/bin", "/usr/local/bin"):
            text = text.replace(place, f"{tmp_path}{place}")
        (machine.checkout / "tools" / name).write_text(text)
    return machine


def test_a_shim_that_fails_an_old_one_and_one_without_ensurepip_are_passed_over(machine):
    machine.script("python3.13", SHIM)
    machine.python("python3.12", lacks="ensurepip")
    machine.python("python3.14", version="3.14.0", lacks="venv")
    machine.python("python3", version="3.11.9")
    good = machine.python(".pyenv/versions/3.12.5/bin/python", under=machine.home)

    assert machine.picked() == str(good)


@pytest.mark.parametrize(
    ("version", "is_picked"),
    [("3.11.9", False), ("3.12.0", True), ("3.13.1", True), ("3.14.0", True), ("2.7.18", False)],
)
def test_3_12_is_the_oldest(machine, version, is_picked):
    machine.python("python3", version=version)

    assert (machine.run("pick-python.sh").returncode == 0) is is_picked


def test_3_13_comes_before_3_12_and_these_before_the_plain_name(machine):
    machine.python("python3")
    machine.python("python3.12")
    assert machine.picked() == str(machine.path / "python3.12")

    machine.python("python3.13", version="3.13.1")
    assert machine.picked() == str(machine.path / "python3.13")


@pytest.mark.parametrize("place", ["opt/homebrew/bin/python3.13", "usr/local/bin/python3.12"])
def test_one_beside_the_path_is_found_where_people_install_it(machine, place):
    good = machine.python(place, version="3.13.1", under=machine.folder)

    assert machine.picked() == str(good)


def test_python_names_one(machine):
    machine.python("python3.13", version="3.13.1")
    mine = machine.python("my own/python", under=machine.folder)

    assert machine.picked(PYTHON=str(mine)) == str(mine)
    assert machine.picked(PYTHON="") == str(machine.path / "python3.13")


def test_without_a_home_it_says_no_and_nothing_else(machine):
    answer = subprocess.run(
        ["sh", "tools/pick-python.sh"],
        env={"PATH": str(machine.path)},
        cwd=machine.checkout,
        capture_output=True,
        text=True,
    )

    assert (answer.returncode, answer.stdout, answer.stderr) == (1, "", "")


def test_with_none_at_all_two_lines_say_what_is_missing_and_what_to_do(machine):
    machine.script("python3", SHIM)

    answer = machine.run("make-venv.sh", "requirements.txt")

    missing, remedy = answer.stderr.splitlines()
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert missing == "Newsroom needs Python 3.12 or newer with venv and ensurepip, and found none."
    assert remedy.startswith(
        "Install one (Debian: apt install python3.12-venv; macOS: brew install python@3.13)"
    )
    assert "make run PYTHON=" in remedy
    assert not (machine.checkout / ".venv").exists()


def test_without_a_python_uv_makes_the_environment(machine):
    machine.python("elsewhere", under=machine.folder)
    machine.script(
        "uv",
        f'#!/bin/sh\nmkdir -p .venv/bin\ncp {machine.folder}/elsewhere .venv/bin/python\necho "$@" > uv-said\n',
    )

    answer = machine.run("make-venv.sh")

    assert (answer.returncode, answer.stdout) == (0, "Making .venv with uv\n")
    assert (machine.checkout / "uv-said").read_text() == "venv --quiet --seed --python >=3.12 .venv\n"


def pip_calls(machine: Machine) -> list[str]:
    return [call.partition(" ")[2] for call in machine.calls if " -m pip install " in call]


def test_the_first_call_makes_it_and_a_second_skips_pip(machine):
    machine.python("python3")
    (machine.checkout / "requirements.txt").write_text("django==6.1.3\n")

    first = machine.run("make-venv.sh", "requirements.txt")
    second = machine.run("make-venv.sh", "requirements.txt")

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "Making .venv with Python 3.12.4",
        "Installing requirements.txt (the first time takes about a minute)",
    ]
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert len(pip_calls(machine)) == 1
    assert pip_calls(machine)[0].endswith("--require-hashes -r requirements.txt")


def test_a_changed_file_is_installed_again_and_only_that_one(machine):
    machine.python("python3")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (machine.checkout / name).write_text("one\n")
    both = ("requirements.txt", "requirements-dev.txt")
    machine.run("make-venv.sh", *both)
    (machine.checkout / "requirements-dev.txt").write_text("two\n")

    again = machine.run("make-venv.sh", *both)

    assert again.stdout == "Installing requirements-dev.txt (the first time takes about a minute)\n"
    assert [call.split()[-1] for call in pip_calls(machine)] == [*both, "requirements-dev.txt"]


def test_a_failed_installation_fails_the_call_and_is_tried_again(machine):
    machine.python("python3", pip=1)
    (machine.checkout / "requirements.txt").write_text("one\n")

    first = machine.run("make-venv.sh", "requirements.txt")
    second = machine.run("make-venv.sh", "requirements.txt")

    assert (first.returncode, second.returncode) == (1, 1)
    assert len(pip_calls(machine)) == 2


def test_a_venv_whose_interpreter_is_gone_is_made_anew_and_installed_anew(machine):
    machine.python("python3")
    (machine.checkout / "requirements.txt").write_text("one\n")
    machine.run("make-venv.sh", "requirements.txt")
    python = machine.checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(machine.folder / "uninstalled" / "python")
    (machine.checkout / ".venv" / "left over").touch()

    again = machine.run("make-venv.sh", "requirements.txt")

    assert again.returncode == 0
    assert again.stdout.startswith("Making .venv with Python 3.12.4\nInstalling requirements.txt")
    assert os.access(python, os.X_OK)
    assert not (machine.checkout / ".venv" / "left over").exists()
    assert len(pip_calls(machine)) == 2


def test_a_venv_whose_making_was_interrupted_is_made_anew(machine):
    machine.python("python3", venv=130, pip=1)
    (machine.checkout / "requirements.txt").write_text("one\n")
    assert machine.run("make-venv.sh", "requirements.txt").returncode != 0
    machine.python("python3")

    assert machine.run("make-venv.sh", "requirements.txt").returncode == 0


def test_a_python_that_was_named_and_does_not_serve_is_not_replaced_in_silence(machine):
    machine.python("python3")
    old = machine.python("old/python", version="3.11.9", under=machine.folder)

    answer = machine.run("make-venv.sh", PYTHON=str(old))

    assert str(old) in answer.stdout + answer.stderr
