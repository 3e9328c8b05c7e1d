"""The bill of materials names every locked package; the audit fails for a weakness, and says where it knows nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FILES = ("requirements.txt", "requirements-s3.txt")
# A pip-audit that says what it is told: of the canary if there is no --require-hashes.
PROGRAM = """#!{python}
import json, sys
words = {words!r}["canary" if "--no-deps" in sys.argv else "ours"]
if words is None:
    sys.exit("requests.exceptions.ConnectionError: nobody answers")
with open(sys.argv[sys.argv.index("--output") + 1], "w") as report:
    json.dump({{"dependencies": words}}, report)
sys.exit(any(one["vulns"] for one in words))
"""
CANARY = [{"name": "django", "version": "3.2.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.2.2"]}]}]
SOUND = [{"name": "nh3", "version": "0.3.8", "vulns": []}]
WEAK = [{"name": "nh3", "version": "0.3.8", "vulns": [{"id": "GHSA-1", "fix_versions": ["0.3.9"]}]}]
DEAF = [{"name": "django", "version": "3.2.1", "vulns": []}]


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess:
    kept = {"PATH": str(folder), "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=kept | environment, capture_output=True, text=True
    )


@pytest.fixture
def audit(tmp_path):
    """Runs the audit with a pip-audit that says this, or without one."""

    def ask(words: dict | None, **environment: str) -> subprocess.CompletedProcess:
        if words is not None:
            program = tmp_path / "pip-audit"
            program.write_text(PROGRAM.format(python=sys.executable, words=words))
            program.chmod(0o755)
        # Beside this Python there may be a real one.
        python = tmp_path / "python"
        python.symlink_to(sys.executable)
        code = f"import sys, runpy; sys.executable = {str(python)!r}; sys.argv[:] = ['audit', *{FILES!r}]; "
        code += "runpy.run_path('tools/audit.py', run_name='__main__')"
        return run(tmp_path, "-c", code, **environment)

    return ask


def test_where_nothing_is_known_of_ours_it_says_of_how_many(audit):
    answer = audit({"canary": CANARY, "ours": SOUND})

    assert (answer.returncode, answer.stdout) == (0, "No weakness is known of 1 packages.\n")
    assert answer.stderr == ""


def test_a_weakness_fails_with_what_to_do(audit):
    answer = audit({"canary": CANARY, "ours": WEAK})

    assert answer.returncode == 1
    assert "nh3 0.3.8: GHSA-1, mended in 0.3.9" in answer.stderr
    assert "make lock" in answer.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (None, "pip-audit is not installed"),
        ({"canary": None, "ours": SOUND}, "nobody answers"),
        ({"canary": CANARY, "ours": None}, "nobody answers"),
        ({"canary": DEAF, "ours": SOUND}, "knows of none in django==3.2.1"),
    ],
)
@pytest.mark.parametrize(("required", "status"), [("", 0), ("1", 1)])
def test_what_it_could_not_learn_is_said_loudly(audit, words, why, required, status):
    answer = audit(words, AUDIT_REQUIRED=required)

    assert answer.returncode == status
    assert answer.stdout == ""
    assert "AUDIT SKIPPED" in answer.stderr
    assert why in answer.stderr


def test_the_bill_names_every_locked_package_with_its_hashes(tmp_path):
    bill = json.loads(run(tmp_path, "tools/sbom.py", *FILES).stdout)

    locked = "".join((ROOT / name).read_text() for name in FILES)
    named = {(one["name"], one["version"]) for one in bill["components"]}
    hashes = {
        one["content"]
        for part in bill["components"]
        for reference in part["externalReferences"]
        for one in reference["hashes"]
    }
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert all(f"{name}==" in locked for name, _ in named)
    assert len(named) == len({line.split("==")[0] for line in locked.splitlines() if "==" in line})
    assert len(hashes) == len({line.strip(" \\") for line in locked.splitlines() if "--hash=" in line})


def test_the_bill_says_licences_of_what_is_installed(tmp_path):
    bill = json.loads(run(tmp_path, "tools/sbom.py", *FILES).stdout)

    of = {one["name"]: one.get("licenses") for one in bill["components"]}
    assert of["django"] == [{"expression": "BSD-3-Clause"}]
    assert sum(bool(said) for said in of.values()) > len(of) * 0.8
